import { sessionStorageModel } from '../contracts/SessionStorageModel.js';
import { sessionStorageRaces } from '../contracts/SessionStorageRaces.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';

sessionStorageRaces('in memory', memoryStore, 2000);
sessionStorageRaces('on a file', fileStore, 1000);
sessionStorageModel('in memory', memoryStore, 1500);
sessionStorageModel('on a file', fileStore, 100);
