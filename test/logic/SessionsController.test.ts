import { sessionsApiContract } from '../contracts/SessionsApiContract.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';
import { directApi } from '../support/DirectApi.js';

sessionsApiContract('the controller over memory', directApi(memoryStore));
sessionsApiContract('the controller over a file', directApi(fileStore));
