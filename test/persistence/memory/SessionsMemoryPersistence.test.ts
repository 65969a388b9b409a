import { SessionsMemoryPersistence } from '../../../src/persistence/memory/SessionsMemoryPersistence.js';
import { type StoreUnderTest, sessionsPersistenceContract } from '../../contracts/SessionsPersistenceContract.js';

const memory: StoreUnderTest = {
  async open() {
    const persistence = new SessionsMemoryPersistence();
    await persistence.open(null);
    return persistence;
  },
};

sessionsPersistenceContract('memory', memory);
