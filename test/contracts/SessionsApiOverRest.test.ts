import { fileStore, memoryStore } from '../support/ApiStores.js';
import { restApi } from '../support/RestContractApi.js';
import { sessionsApiContract } from './SessionsApiContract.js';

sessionsApiContract('REST over memory', restApi(memoryStore));
sessionsApiContract('REST over a file', restApi(fileStore));
