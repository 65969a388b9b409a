import type { ChangeSlices, TableChange } from '../table/ChangeLog.js';
import type { SessionTable } from '../table/SessionTable.js';
import { ShardedMap } from '../table/ShardedMap.js';
import type { LogEntry } from './JournalOperations.js';

/** A promise with the two ends that settle it. Nobody has to look at it for a rejection to be harmless. */
export class Settlement {
  resolve!: () => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => {});
  }
}

/** What goes to the disk as one record: all that came while the record before it was on its way. */
export class Batch {
  readonly entries: LogEntry[] = [];
  readonly durable = new Settlement();
  /** True once it is to be written now; accesses alone wait a while for company. */
  isAwaited = false;
  /** Roughly how long its record becomes. */
  size = 0;
  private readonly ids = new Set<string>();
  private readonly sliced: OpenSlices[] = [];

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** True where readers of this id have to wait for it. */
  has(id: string): boolean {
    return this.ids.has(id) || (this.sliced.length > 0 && this.sliced.some((slices) => slices.has(id)));
  }

  add(changes: readonly TableChange[]): void {
    this.entries.push(changes);
    this.isAwaited = true;
    for (const change of changes) {
      this.ids.add(idOf(change));
      this.size += change.after?.text.length ?? 0;
    }
  }

  addLazily(change: TableChange): void {
    this.entries.push(change);
    this.size += OPERATION_SIZE;
  }

  addSlices(slices: OpenSlices): void {
    this.entries.push(slices.changes);
    this.isAwaited = true;
    this.sliced.push(slices);
    this.size += slices.changes.length * OPERATION_SIZE;
    this.durable.promise.then(slices.durable.resolve, slices.durable.reject);
  }

  /** Takes its changes back, the newest first. */
  undo(table: SessionTable): void {
    for (const entry of this.entries.reverse()) {
      if (Array.isArray(entry)) undoAll(table, entry);
      else table.undo(entry as TableChange);
    }
  }
}

/** What becomes of slices once they are complete, or when they are given up. */
export type SlicesEnd = (slices: OpenSlices) => Promise<void> | null;

/** Changes that are being made slice by slice. */
export class OpenSlices implements ChangeSlices {
  readonly changes: TableChange[] = [];
  readonly durable = new Settlement();
  private readonly ids = new ShardedIds();
  private isAborted = false;

  constructor(private readonly end: SlicesEnd) {}

  get aborted(): boolean {
    return this.isAborted;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(change: TableChange): void {
    this.changes.push(change);
    this.ids.add(idOf(change));
  }

  commit(): Promise<void> | null {
    return this.isAborted ? this.durable.promise : this.end(this);
  }

  abort(table: SessionTable, error: unknown): void {
    this.isAborted = true;
    undoAll(table, this.changes);
    this.durable.reject(error);
  }
}

/** Few ids in a Set, many spread over several: one that grows large stops the process while it does. */
class ShardedIds {
  private few: Set<string> | null = new Set();
  private many: ShardedMap<true> | null = null;

  has(id: string): boolean {
    return this.few?.has(id) ?? this.many?.get(id) ?? false;
  }

  add(id: string): void {
    if (this.many !== null) {
      this.many.set(id, true);
      return;
    }
    this.few?.add(id);
    if (this.few === null || this.few.size < FEW) return;
    this.many = new ShardedMap();
    for (const one of this.few) this.many.set(one, true);
    this.few = null;
  }
}

const FEW = 1000;
const OPERATION_SIZE = 150;

function idOf({ before, after }: TableChange): string {
  return ((after ?? before) as NonNullable<TableChange['after']>).id;
}

function undoAll(table: SessionTable, changes: readonly TableChange[]): void {
  for (let i = changes.length - 1; i >= 0; i--) table.undo(changes[i] as TableChange);
}
