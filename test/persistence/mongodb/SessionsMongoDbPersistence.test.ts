import { sessionsPersistenceContract } from '../../contracts/SessionsPersistenceContract.js';
import { sessionsPersistenceModel } from '../../contracts/SessionsPersistenceModel.js';
import { sessionsPersistenceRaces } from '../../contracts/SessionsPersistenceRaces.js';
import { mongoStore } from './MongoStores.js';

/** Test servers walk what a real one finds by an index. */
describe('SessionsMongoDbPersistence', function () {
  this.timeout(240_000);
  sessionsPersistenceContract('mongodb', mongoStore());
  sessionsPersistenceRaces('mongodb', mongoStore(), 5000);
  sessionsPersistenceModel('mongodb', mongoStore(), 100);
});
