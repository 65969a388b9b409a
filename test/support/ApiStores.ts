import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { SessionsFilePersistence } from '../../src/persistence/file/SessionsFilePersistence.js';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import { SessionsMemoryPersistence } from '../../src/persistence/memory/SessionsMemoryPersistence.js';

/** A store of one test, empty at first. */
export interface ApiStore {
  /** An open persistence; after `close`, one that holds what was stored before. */
  open(): Promise<ISessionsPersistence>;
  close(): Promise<void>;
  /** Closes it, and removes what it stored. */
  remove(): Promise<void>;
}

export function memoryStore(): ApiStore {
  // What is in memory lives as long as the persistence does: it stays open.
  const persistence = new SessionsMemoryPersistence();
  return {
    async open() {
      if (!persistence.isOpen()) await persistence.open(null);
      return persistence;
    },
    async close() {},
    remove: () => persistence.close(null),
  };
}

export function fileStore(): ApiStore {
  let folder: string | undefined;
  let persistence: SessionsFilePersistence | undefined;
  const close = async (): Promise<void> => {
    await persistence?.close(null);
    persistence = undefined;
  };
  return {
    async open() {
      folder ??= await mkdtemp(join(tmpdir(), 'sessions-api-'));
      persistence = new SessionsFilePersistence();
      persistence.configure(ConfigParams.fromTuples('path', join(folder, 'sessions.json')));
      await persistence.open(null);
      return persistence;
    },
    close,
    async remove() {
      await close();
      if (folder !== undefined) await rm(folder, { recursive: true });
    },
  };
}
