import { ConfigParams } from 'pip-services3-commons-nodex';
import type { FileSystem } from '../../../src/persistence/file/FileSystem.js';
import { SessionsFilePersistence } from '../../../src/persistence/file/SessionsFilePersistence.js';
import type { SessionTable } from '../../../src/persistence/table/SessionTable.js';
import { Disk, type Files } from '../../support/Disk.js';
import { FakeClock } from '../../support/FakeClock.js';
import { ManualTimers } from '../../support/ManualTimers.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';

/** Where stores in memory have their files. */
export const DATA = '/data/sessions.json';
export const JOURNAL = `${DATA}.journal`;

/** A file persistence of which a test sees all that is in its table, settled or not. */
export class OpenedStore extends SessionsFilePersistence {
  readonly timers: ManualTimers;

  constructor(fileSystem: FileSystem, timers = new ManualTimers()) {
    super(DATA, { fileSystem, timers, clock: new FakeClock() });
    this.timers = timers;
  }

  contents(): string {
    return contentsOfTable(this.table);
  }

  compactingAfter(bytes: number): this {
    this.configure(ConfigParams.fromTuples('options.compact_after', bytes));
    return this;
  }
}

/** All sessions, one a line, in an order of their own. */
export function contentsOfTable(table: SessionTable): string {
  const texts = table
    .snapshot()
    .flat()
    .map(({ text }) => text);
  return texts.sort().join('\n');
}

/** A store in memory on these files, opened. */
export async function openFiles(files: Files): Promise<OpenedStore> {
  return openDisk(Disk.holding(files));
}

export async function openDisk(disk: Disk): Promise<OpenedStore> {
  const store = new OpenedStore(new PowerCutFileSystem(disk));
  await store.open(null);
  return store;
}

/** Gives other work its turn, several times: until a store that nobody asks for anything has come to rest. */
export async function settle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
