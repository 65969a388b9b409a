import { sessionsLifecycleModel } from '../contracts/SessionsLifecycleModel.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';
import { directApi } from '../support/DirectApi.js';

sessionsLifecycleModel('over memory', directApi(memoryStore), 1000);
sessionsLifecycleModel('over a file', directApi(fileStore), 100);
