import { sessionsLifecycleModel } from '../../contracts/SessionsLifecycleModel.js';
import { memoryStore } from '../../support/ApiStores.js';
import { directClientApi, httpClientApi, mockClientApi } from '../../support/ClientApiKinds.js';
import { longIds } from '../../support/LongIds.js';

sessionsLifecycleModel('of the mock client', longIds(mockClientApi()), 1000);
sessionsLifecycleModel('through the direct client', directClientApi(memoryStore), 100);
sessionsLifecycleModel('through the HTTP client', longIds(httpClientApi(memoryStore)), 30);
