import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionRecord } from '../SessionRecord.js';
import type { ChangeLog, ChangeSlices, TableChange } from './ChangeLog.js';
import type { SessionTable } from './SessionTable.js';
import type { SortedChunks } from './SortedChunks.js';

/** How many records are changed before other work gets its turn: each takes some ten microseconds. */
export const SLICE = 256;

/** Changes that are to be made at once, and whether they are the last ones. */
export interface Slice {
  changes: readonly TableChange[];
  isLast: boolean;
}

/** Changes that are made slice by slice, other work getting its turn between them, and take effect together. */
export class ChangeSet {
  /** In the order they were made. */
  readonly made: TableChange[] = [];
  private slices: ChangeSlices | null = null;
  private durable: Promise<void> | null = null;

  constructor(
    private readonly table: SessionTable,
    private readonly log: ChangeLog,
    private readonly correlationId: string | null,
    /** Called in the turn in which the last slice is made, or they are given up. */
    private readonly onEnd: () => void,
  ) {}

  /**
   * Calls `next` for each slice; if that throws, takes all of them back and throws it on. The log is given them in the same
   * turn in which the last one is made: what is then done to the same sessions comes after them there too.
   */
  async make(next: () => Slice): Promise<void> {
    try {
      for (let isLast = false; !isLast && !this.isAborted; ) {
        const slice = next();
        isLast = slice.isLast;
        this.makeSlice(slice.changes);
        if (!isLast) await nextTurn();
      }
    } catch (error) {
      if (!this.isAborted)
        this.makeSlice(this.made.map(({ before, after }) => ({ before: after, after: before })).reverse());
      throw error;
    } finally {
      this.onEnd();
      this.durable = this.slices?.commit() ?? null;
    }
  }

  /** Must be called once after `make`, whatever came of it. Resolves when all changes are durable. */
  async settled(): Promise<void> {
    await this.durable;
  }

  private get isAborted(): boolean {
    return this.slices?.aborted ?? false;
  }

  private makeSlice(changes: readonly TableChange[]): void {
    if (changes.length === 0) return;
    this.slices ??= this.begin();
    for (const change of changes) {
      this.table.apply(change);
      this.slices.add(change);
      this.made.push(change);
    }
  }

  private begin(): ChangeSlices {
    this.log.assertWritable(this.correlationId);
    return this.log.begin();
  }
}

/** What is next for the sessions of a snapshot, by what has become of them meanwhile. */
export function slicesOf(
  table: SessionTable,
  chunks: SortedChunks,
  next: (current: SessionRecord) => SessionRecord,
): () => Slice {
  let at = 0;
  let start = 0;
  return () => {
    const changes: TableChange[] = [];
    const chunk = chunks[at] ?? [];
    const end = Math.min(chunk.length, start + SLICE);
    for (const { id } of chunk.slice(start, end)) {
      const before = table.get(id);
      if (before === undefined) continue;
      const after = next(before);
      if (after !== before) changes.push({ before, after });
    }
    start = end < chunk.length ? end : 0;
    if (start === 0) at++;
    return { changes, isLast: at >= chunks.length };
  };
}
