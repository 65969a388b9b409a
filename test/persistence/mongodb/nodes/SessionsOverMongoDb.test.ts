import { sessionsApiContract } from '../../../contracts/SessionsApiContract.js';
import { sessionsLifecycleModel } from '../../../contracts/SessionsLifecycleModel.js';
import { sessionsRaces } from '../../../contracts/SessionsRaces.js';
import { commandableHttpApi } from '../../../support/CommandableHttpApi.js';
import { directApi } from '../../../support/DirectApi.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { mongoApiStore } from './MongoApiStore.js';

describeOnMongo('Over MongoDB', mongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(60_000);
  sessionsApiContract('the controller over MongoDB', directApi(mongoApiStore));
  sessionsApiContract('commandable HTTP over MongoDB', commandableHttpApi(mongoApiStore));
  sessionsLifecycleModel('over MongoDB', directApi(mongoApiStore), 20);
  sessionsRaces('over MongoDB', mongoApiStore, 2000);
});
