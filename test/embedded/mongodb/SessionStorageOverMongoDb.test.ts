import { sessionStorageContract } from '../../contracts/SessionStorageContract.js';
import { sessionStorageModel } from '../../contracts/SessionStorageModel.js';
import { sessionStorageRaces } from '../../contracts/SessionStorageRaces.js';
import { mongoApiStore } from '../../persistence/mongodb/nodes/MongoApiStore.js';
import { describeOnMongo } from '../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../support/mongodb/MongoServers.js';
import { controllerWorld } from '../../support/StorageWorlds.js';

describeOnMongo('Over MongoDB', mongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(60_000);
  sessionStorageContract('the controller over MongoDB', controllerWorld(mongoApiStore));
  sessionStorageRaces('over MongoDB', mongoApiStore, 200);
  sessionStorageModel('over MongoDB', mongoApiStore, 20);
});
