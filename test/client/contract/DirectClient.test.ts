import { sessionsApiContract } from '../../contracts/SessionsApiContract.js';
import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { directClientApi } from '../../support/ClientApiKinds.js';

sessionsApiContract('the direct client over memory', directClientApi(memoryStore));
sessionsApiContract('the direct client over a file', directClientApi(fileStore));
