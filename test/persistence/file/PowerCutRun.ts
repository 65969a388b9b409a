import type { FileSystem } from '../../../src/persistence/file/FileSystem.js';
import type { SessionDecision } from '../../../src/persistence/ISessionsPersistence.js';
import type { SessionRecord } from '../../../src/persistence/SessionRecord.js';
import type { Disk, Files } from '../../support/Disk.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';
import { JOURNAL, OpenedStore, readFiles, settle } from './FileStores.js';

/** What a power cut might have left, and what has to be found there. */
interface Remains {
  files: Files;
  /** The contents after each write, from those at the start on. */
  history: readonly string[];
  /** The last of them that was acknowledged, or seen after a start. */
  acknowledged: number;
}

/** What a script does with a store in one life of its process. */
export type Script = (store: RecordedStore) => Promise<void>;

/** Puts another file system in the place of one, on which calls fail. */
export type Faults = (whole: FileSystem) => FileSystem;

/** Does not let a sync do its work, by the place in the code that asks for it. */
export type SkippedSync = string | null;

/**
 * A store on a model of a disk, of which it is known after each write what it held. Collects, for each call to the file
 * system, everything a power cut in that moment could leave.
 */
export class PowerCutRun {
  /** The places in the code that have asked for a sync. */
  readonly syncs = new Set<string>();
  readonly remains = new Map<string, Remains>();
  private history: string[] = [];
  /** -1: anything may be found. */
  private acknowledged = -1;
  private calls = 0;

  constructor(
    readonly disk: Disk,
    private readonly skipped: SkippedSync = null,
    /** What the store holds before it is first opened. */
    initially = '',
  ) {
    this.history.push(initially);
  }

  /** Runs a script in a process of its own, which is killed at a call; answers how many calls there were. */
  async live(script: Script, killAt = Number.POSITIVE_INFINITY, faulty: Faults = (whole) => whole): Promise<number> {
    const isKilled = killAt < Number.POSITIVE_INFINITY;
    this.calls = 0;
    let killed = (): void => {};
    const end = new Promise<void>((resolve) => {
      killed = resolve;
    });
    const fileSystem = new PowerCutFileSystem(this.disk, {
      before: () => {
        // What could be left of a life that is killed on its way is what could be left of one that is not.
        if (!isKilled) this.collect();
        this.calls += 1;
        if (this.calls <= killAt) return;
        fileSystem.kill();
        killed();
      },
      maySync: () => {
        const place = callerInStore();
        this.syncs.add(place);
        return place !== this.skipped;
      },
      // Other calls get between those of a rewrite, as they do on a real disk.
      pause: () => settle(1),
    });
    const store = new RecordedStore(faulty(fileSystem), this);
    await Promise.race([script(store), end]);
    this.collect();
    return this.calls;
  }

  /** Takes down what the store holds now; answers the place to acknowledge it by. */
  wrote(contents: string): number {
    this.history.push(contents);
    return this.history.length - 1;
  }

  acknowledge(write: number): void {
    this.acknowledged = Math.max(this.acknowledged, write);
  }

  /** What is seen after a start must be something that was there, and must stay. */
  started(contents: string): void {
    const found = this.history.lastIndexOf(contents);
    if (found < Math.max(0, this.acknowledged))
      throw new Error(`A process that starts finds state ${found} of ${this.acknowledged}`);
    this.history = this.history.slice(0, found + 1);
    this.acknowledged = found;
  }

  private collect(): void {
    for (const files of this.disk.afterPowerCut()) {
      const key = keyOf(files);
      const known = this.remains.get(key);
      if (known === undefined) this.remains.set(key, { files, history: this.history, acknowledged: this.acknowledged });
      else Object.assign(known, { history: this.history, acknowledged: this.acknowledged });
    }
  }
}

/** The store of a run; every write that a script makes goes through here. */
export class RecordedStore {
  readonly store: OpenedStore;

  constructor(
    fileSystem: FileSystem,
    private readonly run: PowerCutRun,
  ) {
    this.store = new OpenedStore(fileSystem).compactingAfter(1024);
  }

  async open(): Promise<void> {
    await this.store.open(null);
    this.run.started(this.store.contents());
  }

  /** Changes with each rewrite of the store. */
  journalHeader(): string {
    return this.run.disk.files()[JOURNAL]?.toString().split('\n', 1)[0] ?? '';
  }

  create = (session: SessionRecord) => this.write(() => this.store.create(null, session));
  change = (id: string, decide: SessionDecision) => this.write(() => this.store.change(null, id, decide));
  remove = (id: string) => this.write(() => this.store.deleteById(null, id));
  replace = (session: SessionRecord, now: number) => this.write(() => this.store.replace(null, session, now));
  closeAll = (user_id: string, now: number) =>
    this.write(() => this.store.closeByFilter(null, { user_id }, null, 'revoked', now));

  /** Is not acknowledged: a crash may lose it. */
  async access(id: string, decide: SessionDecision): Promise<void> {
    const done = this.store.access(null, id, decide);
    this.run.wrote(this.store.contents());
    await done;
  }

  /** What was written before has failed and been taken back. */
  tookBack(): void {
    this.run.wrote(this.store.contents());
  }

  /** As one write, of everything that is made meanwhile. */
  async complete(decide: SessionDecision): Promise<void> {
    const done = this.store.completeOlder(null, decide);
    const write = this.run.wrote(this.store.contents());
    await done;
    this.run.acknowledge(write);
  }

  private async write(make: () => Promise<unknown>): Promise<void> {
    const done = make();
    const write = this.run.wrote(this.store.contents());
    await done;
    this.run.acknowledge(write);
  }
}

/** What is wrong with what a power cut might leave; null if nothing. `opened` keeps what files were found to hold. */
export async function findViolation(run: PowerCutRun, opened: Map<string, string> = new Map()): Promise<string | null> {
  for (const [key, { files, history, acknowledged }] of run.remains) {
    const contents = opened.get(key) ?? (await contentsOf(files));
    opened.set(key, contents);
    const found = history.lastIndexOf(contents);
    if (found < acknowledged) return `${contents}\nis state ${found} of at least ${acknowledged}, in ${key}`;
  }
  return null;
}

function contentsOf(files: Files): Promise<string> {
  return readFiles(files).catch((error: Error) => `refused: ${error.message}`);
}

function keyOf(files: Files): string {
  return Object.keys(files)
    .sort()
    .map((name) => `--- ${name}\n${files[name]?.toString('latin1')}`)
    .join('\n');
}

/** The line of the store's code that made the call under way. */
function callerInStore(): string {
  const frame = (new Error().stack ?? '').split('\n').find((line) => line.includes('/src/persistence/file/'));
  return /file\/(\w+\.js:\d+)/.exec(frame ?? '')?.[1] ?? 'unknown';
}
