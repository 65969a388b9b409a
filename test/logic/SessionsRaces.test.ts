import { sessionsRaces } from '../contracts/SessionsRaces.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';

sessionsRaces('over memory', memoryStore, 100_000);
sessionsRaces('over a file', fileStore, 100_000);
