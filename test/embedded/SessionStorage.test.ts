import { sessionStorageContract } from '../contracts/SessionStorageContract.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';
import { controllerWorld, directClientWorld, httpClientWorld, mockClientWorld } from '../support/StorageWorlds.js';

sessionStorageContract('the controller in memory', controllerWorld(memoryStore));
sessionStorageContract('the controller on a file', controllerWorld(fileStore));
sessionStorageContract('the direct client', directClientWorld);
sessionStorageContract('the mock client', mockClientWorld);
sessionStorageContract('the HTTP client', httpClientWorld);
sessionStorageContract('the HTTP client of a service that accepts ids', (options) =>
  httpClientWorld({ ...options, accept_ids: true }),
);
