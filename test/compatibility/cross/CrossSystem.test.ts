import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { crossSystem } from './CrossSystem.js';

crossSystem('memory', memoryStore);
crossSystem('file', fileStore);
