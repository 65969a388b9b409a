import type { StartWorld } from '../support/StorageWorlds.js';
import { sessionStorageAbsence } from './SessionStorageAbsence.js';
import { sessionStorageExpiry } from './SessionStorageExpiry.js';
import { sessionStorageObjects } from './SessionStorageObjects.js';
import { sessionStorageSaving } from './SessionStorageSaving.js';

/** What docs/protocols/session-storage.md promises, over the controller and every client alike. */
export function sessionStorageContract(name: string, start: StartWorld): void {
  describe(`The session storage over ${name}`, () => {
    sessionStorageObjects(start);
    sessionStorageSaving(start);
    sessionStorageAbsence(start);
    sessionStorageExpiry(start);
  });
}
