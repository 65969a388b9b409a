import { sessionError } from '../../../src/data/version1/SessionErrorsV1.js';
import type { ChangeLog, ChangeSlices, TableChange } from '../../../src/persistence/table/ChangeLog.js';
import type { SessionTable } from '../../../src/persistence/table/SessionTable.js';

interface Entry {
  changes: TableChange[];
  isLazy: boolean;
  durable: Durable;
}

/** A log in which everything stays on its way to the disk until a test settles it or lets it fail. */
export class HeldLog implements ChangeLog {
  writable = true;
  /** The ids of each record, in the order in which the log was given them; open slices are not in it yet. */
  readonly written: string[][] = [];
  private entries: Entry[] = [];
  private readonly open = new Set<Entry & { isAborted: boolean }>();

  constructor(private readonly table: () => SessionTable) {}

  assertWritable(correlationId: string | null): void {
    if (!this.writable) throw sessionError(correlationId, 'PERSISTENCE_UNAVAILABLE');
  }

  append(changes: readonly TableChange[]): Promise<void> {
    return this.enter({ changes: [...changes], isLazy: false, durable: new Durable() });
  }

  appendLazily(change: TableChange): void {
    void this.enter({ changes: [change], isLazy: true, durable: new Durable() });
  }

  settled(id: string): Promise<void> | null {
    const holds = ({ isLazy, changes }: Entry) => !isLazy && changes.some((change) => idOf(change) === id);
    return [...this.entries, ...this.open].findLast(holds)?.durable.promise ?? null;
  }

  allSettled(): Promise<void> | null {
    const awaited = [...this.entries, ...this.open].filter(({ isLazy }) => !isLazy);
    if (awaited.length === 0) return null;
    return Promise.all(awaited.map(({ durable }) => durable.promise)).then(() => {});
  }

  begin(): ChangeSlices {
    const slices = { changes: [] as TableChange[], isLazy: false, durable: new Durable(), isAborted: false };
    this.open.add(slices);
    return {
      add: (change) => slices.changes.push(change),
      commit: () => {
        if (!this.open.delete(slices)) return slices.durable.promise;
        return slices.changes.length === 0 ? null : this.enter(slices);
      },
      get aborted() {
        return slices.isAborted;
      },
    };
  }

  /** All that was written so far is durable. */
  settle(): void {
    for (const { durable } of this.entries.splice(0)) durable.resolve();
  }

  /** Nothing that is not durable can be kept: it is taken back, the newest first. */
  fail(): void {
    for (const slices of this.open) slices.isAborted = true;
    const lost = [...this.entries.splice(0), ...this.open];
    this.open.clear();
    for (const { changes } of lost.toReversed()) for (const change of changes.toReversed()) this.table().undo(change);
    for (const { durable } of lost) durable.reject(sessionError(null, 'PERSISTENCE_UNAVAILABLE'));
  }

  private enter(entry: Entry): Promise<void> {
    this.entries.push(entry);
    this.written.push(entry.changes.map(idOf));
    return entry.durable.promise;
  }
}

class Durable {
  resolve: () => void = () => {};
  reject: (error: Error) => void = () => {};
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    // Of a lazy one nobody looks at the promise.
    this.promise.catch(() => {});
  }
}

function idOf({ before, after }: TableChange): string {
  return (after ?? before)?.id ?? '';
}
