import { sessionsApiContract } from '../../contracts/SessionsApiContract.js';
import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { httpClientApi } from '../../support/ClientApiKinds.js';

sessionsApiContract('the HTTP client over memory', httpClientApi(memoryStore));
sessionsApiContract('the HTTP client over a file', httpClientApi(fileStore));
