import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SessionsFilePersistence } from '../../../src/persistence/file/SessionsFilePersistence.js';
import type { ISessionsPersistence } from '../../../src/persistence/ISessionsPersistence.js';
import { type StoreUnderTest, sessionsPersistenceContract } from '../../contracts/SessionsPersistenceContract.js';
import { sessionsPersistenceModel } from '../../contracts/SessionsPersistenceModel.js';
import { sessionsPersistenceRaces } from '../../contracts/SessionsPersistenceRaces.js';
import { Disk, type Files } from '../../support/Disk.js';
import { type OpenedStore, openDisk, settle } from './FileStores.js';

/** On real files, closed and opened again in good order. */
function realFiles(): StoreUnderTest {
  let folder = '';
  let persistence: SessionsFilePersistence;
  const open = async (): Promise<ISessionsPersistence> => {
    persistence = new SessionsFilePersistence(join(folder, 'sessions.json'));
    await persistence.open(null);
    return persistence;
  };
  return {
    async open() {
      folder = await mkdtemp(join(tmpdir(), 'sessions-'));
      return open();
    },
    async reopen() {
      await persistence.close(null);
      return open();
    },
    async remove() {
      await persistence.close(null);
      await rm(folder, { recursive: true });
    },
  };
}

/** On a disk in memory, from which each next store takes what one that never closed has left. */
function killedStores(): StoreUnderTest {
  let disk: Disk;
  let store: OpenedStore;
  const open = async (files: Files): Promise<ISessionsPersistence> => {
    disk = Disk.holding(files);
    store = await openDisk(disk);
    return store;
  };
  return {
    open: () => open({}),
    async reopen() {
      // The last accesses may be lost: the test is about the rest.
      store.timers.run();
      await settle();
      return open(disk.files());
    },
  };
}

sessionsPersistenceContract('file', realFiles());
sessionsPersistenceRaces('file', realFiles());
sessionsPersistenceModel('file', realFiles(), 100);
sessionsPersistenceContract('file, killed before it is opened again,', killedStores());
sessionsPersistenceModel('file, killed before it is opened again,', killedStores());
