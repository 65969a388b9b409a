import { SessionsMemoryPersistence } from '../../../src/persistence/memory/SessionsMemoryPersistence.js';
import { type StoreUnderTest, sessionsPersistenceContract } from '../../contracts/SessionsPersistenceContract.js';
import { sessionsPersistenceModel } from '../../contracts/SessionsPersistenceModel.js';
import { sessionsPersistenceRaces } from '../../contracts/SessionsPersistenceRaces.js';

const memory: StoreUnderTest = {
  async open() {
    const persistence = new SessionsMemoryPersistence();
    await persistence.open(null);
    return persistence;
  },
};

sessionsPersistenceContract('memory', memory);
sessionsPersistenceRaces('memory', memory);
sessionsPersistenceModel('memory', memory, 1000);
