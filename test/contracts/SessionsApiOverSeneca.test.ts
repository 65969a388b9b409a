import { fileStore, memoryStore } from '../support/ApiStores.js';
import { senecaApi } from '../support/SenecaApi.js';
import { sessionsApiContract } from './SessionsApiContract.js';

sessionsApiContract('Seneca over memory', senecaApi(memoryStore));
sessionsApiContract('Seneca over a file', senecaApi(fileStore));
