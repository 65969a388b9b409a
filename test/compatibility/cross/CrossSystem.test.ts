import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { crossRaces } from './CrossRaces.js';
import { crossSystem } from './CrossSystem.js';

crossSystem('memory', memoryStore);
crossSystem('file', fileStore);

crossRaces('memory', memoryStore, 20);
crossRaces('file', fileStore, 10);
