import { fileStore, memoryStore } from '../support/ApiStores.js';
import { commandableHttpApi } from '../support/CommandableHttpApi.js';
import { sessionsApiContract } from './SessionsApiContract.js';

sessionsApiContract('commandable HTTP over memory', commandableHttpApi(memoryStore));
sessionsApiContract('commandable HTTP over a file', commandableHttpApi(fileStore));
