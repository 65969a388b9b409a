import { mongoApiStore } from '../../persistence/mongodb/nodes/MongoApiStore.js';
import { describeOnMongo } from '../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../support/mongodb/MongoServers.js';
import { crossRaces } from './CrossRaces.js';
import { crossSystem } from './CrossSystem.js';

describeOnMongo('On MongoDB', mongoUnavailable(), () => {
  crossSystem('MongoDB', mongoApiStore);
  crossRaces('MongoDB', mongoApiStore, 3);
});
