import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { Logger, LogLevel } from 'pip-services3-components-nodex';
import type { FileSystem } from '../../../src/persistence/file/FileSystem.js';
import { SessionsFilePersistence } from '../../../src/persistence/file/SessionsFilePersistence.js';
import { storePaths } from '../../../src/persistence/file/StorePaths.js';
import { readStore } from '../../../src/persistence/file/StoreReader.js';
import { SessionTable } from '../../../src/persistence/table/SessionTable.js';
import { Disk, type Files } from '../../support/Disk.js';
import { FakeClock } from '../../support/FakeClock.js';
import { ManualTimers } from '../../support/ManualTimers.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';

/** Where stores in memory have their files. */
export const DATA = '/data/sessions.json';
export const JOURNAL = `${DATA}.journal`;

const LOGGER = new Descriptor('test', 'logger', 'collecting', 'default', '1.0');

class CollectingLogger extends Logger {
  constructor(private readonly store: OpenedStore) {
    super();
    this.setLevel(LogLevel.Trace);
  }

  protected override write(level: LogLevel, _correlationId: string, _error: Error, message: string): void {
    const { warnings, errors, infos } = this.store;
    (level === LogLevel.Warn ? warnings : level === LogLevel.Error ? errors : infos).push(message);
  }
}

/** A file persistence of which a test sees all that is in its table, settled or not. */
export class OpenedStore extends SessionsFilePersistence {
  readonly timers: ManualTimers;
  readonly warnings: string[] = [];
  readonly errors: string[] = [];
  readonly infos: string[] = [];

  constructor(fileSystem: FileSystem, timers = new ManualTimers()) {
    super(DATA, { fileSystem, timers, clock: new FakeClock() });
    this.timers = timers;
    this.setReferences(References.fromTuples(LOGGER, new CollectingLogger(this)));
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

/** What these files hold, read as by a start that does no more. */
export async function readFiles(files: Files): Promise<string> {
  const table = new SessionTable();
  await readStore(new PowerCutFileSystem(Disk.holding(files)), storePaths(DATA), table);
  return contentsOfTable(table);
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
