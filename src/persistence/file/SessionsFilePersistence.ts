import { dirname, resolve } from 'node:path';
import type { ConfigParams, IConfigurable, IReferenceable, IReferences } from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import { type OptionTable, readOptions } from '../../toolkit/Options.js';
import { processTimers, type Timers } from '../../toolkit/Timers.js';
import type { SessionDecision, SessionStep } from '../ISessionsPersistence.js';
import { noLog } from '../table/ChangeLog.js';
import { SessionTable } from '../table/SessionTable.js';
import { TablePersistence } from '../table/TablePersistence.js';
import { COMPONENT, openingError } from './DataDamage.js';
import { type FileSystem, nodeFileSystem } from './FileSystem.js';
import { OwnerLock } from './OwnerLock.js';
import { SessionsFileStore } from './SessionsFileStore.js';

/** What tests put in the place of the machine's own. */
export interface FilePersistenceParts {
  fileSystem: FileSystem;
  timers: Timers;
  clock: Clock;
}

/**
 * Sessions in a file that outlives the process: a JSON array, one session a line, and a journal beside it that holds what
 * has happened since. Every write is on the disk before it is answered. One process at a time has the file.
 *
 * Descriptor: `service-sessions:persistence:file:default:1.0`
 *
 * ### Configuration parameters ###
 * - path: the data file, relative to the working folder; its folder is made (default `./data/sessions.json`)
 * - options.compact_after: bytes of journal after which the data file is written anew (default: a quarter of it, at least 64 MiB)
 * - options.max_page_size: of older configurations; has no effect
 *
 * ### References ###
 * - `*:logger:*:*:1.0` (optional) loggers
 *
 * ### Example ###
 *     const persistence = new SessionsFilePersistence('./data/sessions.json');
 *     await persistence.open(null);
 *     const session = await persistence.getOneById(null, sessionId);
 */
export class SessionsFilePersistence extends TablePersistence implements IConfigurable, IReferenceable {
  static readonly OPTIONS = {
    path: {
      type: 'text',
      default: './data/sessions.json',
      doc: 'The data file, relative to the working folder; the folder is made where it is missing.',
    },
    'options.compact_after': {
      type: 'integer',
      default: undefined,
      unit: 'bytes',
      min: 1024,
      max: Number.MAX_SAFE_INTEGER,
      doc: 'Length of the journal from which on the data file is written anew. Default: a quarter of the data file, at least 64 MiB.',
    },
    'options.max_page_size': { type: 'ignored', default: undefined, doc: 'Of older configurations; has no effect.' },
  } as const satisfies OptionTable;

  private readonly logger = new CompositeLogger();
  private readonly parts: FilePersistenceParts;
  private path: string;
  private compactAfter: number | undefined;
  private lock: OwnerLock | null = null;
  private store: SessionsFileStore | null = null;

  constructor(path?: string, parts: Partial<FilePersistenceParts> = {}) {
    super();
    this.path = path ?? SessionsFilePersistence.OPTIONS.path.default;
    this.parts = { fileSystem: nodeFileSystem, timers: processTimers, clock: systemClock, ...parts };
  }

  configure(config: ConfigParams): void {
    const options = readOptions(COMPONENT, SessionsFilePersistence.OPTIONS, config);
    if (config.getAsNullableString('path')) this.path = options.path;
    this.compactAfter = options['options.compact_after'];
  }

  setReferences(references: IReferences): void {
    this.logger.setReferences(references);
  }

  isOpen(): boolean {
    return this.store !== null;
  }

  async open(_correlationId: string | null): Promise<void> {
    if (this.store !== null) return;
    const path = await this.preparedPath();
    const lock = await OwnerLock.take(path);
    try {
      this.table = new SessionTable();
      const parts = { ...this.parts, logger: this.logger };
      const store = new SessionsFileStore(parts, path, this.table, this.compactAfter);
      await store.open(this.parts.clock.now());
      this.adoptedAt = store.adoptedAt;
      this.log = store.log;
      this.store = store;
      this.lock = lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async close(_correlationId: string | null): Promise<void> {
    const { store, lock } = this;
    this.store = null;
    this.lock = null;
    await store?.close();
    await lock?.release();
  }

  /** As one rewrite of the data file: there may be as many changes as sessions. */
  override async completeOlder(correlationId: string | null, decide: SessionDecision): Promise<void> {
    const changes: SessionStep[] = [];
    const { log } = this;
    this.log = noLog;
    try {
      await super.completeOlder(correlationId, (before) => {
        const after = decide(before);
        if (after !== before) changes.push({ before, after });
        return after;
      });
      if (changes.length > 0) await this.store?.rewrite();
    } catch (cause) {
      for (const change of changes) if (this.table.get(change.after.id) === change.after) this.table.undo(change);
      throw sessionError(correlationId, 'PERSISTENCE_UNAVAILABLE', { cause });
    } finally {
      this.log = log;
    }
  }

  /** The path by which this file has one name, whichever way leads to it. */
  private async preparedPath(): Promise<string> {
    const path = resolve(this.path);
    try {
      await this.parts.fileSystem.makeFolder(dirname(path));
      return await this.parts.fileSystem.realPath(path);
    } catch (error) {
      throw openingError(this.path, error);
    }
  }
}
