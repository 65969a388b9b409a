import { fileStore, memoryStore } from '../support/ApiStores.js';
import { senecaApi } from '../support/SenecaApi.js';
import { senecaPluginApi } from '../support/SenecaPluginApi.js';
import { sessionsApiContract } from './SessionsApiContract.js';

sessionsApiContract('Seneca over memory', senecaApi(memoryStore));
sessionsApiContract('Seneca over a file', senecaApi(fileStore));
sessionsApiContract("Seneca's plugin in the process", senecaPluginApi(memoryStore));
