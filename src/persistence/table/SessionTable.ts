import type { SessionRecord } from '../SessionRecord.js';
import type { TableChange } from './ChangeLog.js';
import { OrderedIndex } from './OrderedIndex.js';
import { ShardedMap } from './ShardedMap.js';
import { endAtOf, positionOf, requestAtOf, type SortedChunks } from './SortedChunks.js';
import { UserIndex } from './UserIndex.js';

/** All sessions in memory, found by id, newest first, by user, by deadline, and by when they closed. */
export class SessionTable {
  private readonly byId = new ShardedMap<SessionRecord>();
  private readonly byUser = new UserIndex();
  private readonly newest = new OrderedIndex(requestAtOf);
  private readonly active = new OrderedIndex(endAtOf);
  private readonly closed = new OrderedIndex(endAtOf);
  private readonly watchers = new Set<(change: TableChange) => void>();

  /** How many sessions there are, of all states. */
  get size(): number {
    return this.byId.size;
  }

  get(id: string): SessionRecord | undefined {
    return this.byId.get(id);
  }

  /** Makes a change. `before` must be what the table holds under that id. */
  apply(change: TableChange): void {
    const { before, after } = change;
    if (before === null) {
      if (after !== null) this.add(after);
    } else if (after === null) {
      this.remove(before);
    } else {
      this.replace(before, after);
    }
    if (this.watchers.size > 0) for (const watcher of this.watchers) watcher(change);
  }

  /** Takes a change back. Of several changes of one id, the newest must be taken back first. */
  undo({ before, after }: TableChange): void {
    this.apply({ before: after, after: before });
  }

  /** The watcher is told of each change once it is made, or taken back, until the function is called that this answers. */
  watch(watcher: (change: TableChange) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** All sessions as they are now, oldest access first; later changes do not show in it. Costs nothing at once. */
  snapshot(): SortedChunks {
    return this.newest.snapshot();
  }

  /** The same of one user. */
  snapshotOfUser(userId: string): SortedChunks {
    return this.byUser.snapshot(userId);
  }

  /** The active sessions that have no deadline, in no order; a chunk may hold others too. */
  snapshotWithoutDeadline(): SortedChunks {
    const chunks = this.active.snapshot();
    return chunks.slice(positionOf(chunks, endAtOf, Number.POSITIVE_INFINITY).chunk);
  }

  /** At most `limit` of the active sessions whose deadline is at or before an instant, the earliest first. */
  due(instant: number, limit: number): SessionRecord[] {
    return this.active.upTo(instant, limit);
  }

  /** At most `limit` of the sessions that closed before an instant, the earliest first. */
  closedBefore(instant: number, limit: number): SessionRecord[] {
    return this.closed.upTo(instant - 1, limit);
  }

  private add(record: SessionRecord): void {
    this.byId.set(record.id, record);
    this.byUser.add(record);
    this.newest.add(record);
    this.endIndexOf(record).add(record);
  }

  private remove(record: SessionRecord): void {
    this.byId.delete(record.id);
    this.byUser.delete(record);
    this.newest.delete(record);
    this.endIndexOf(record).delete(record);
  }

  private replace(before: SessionRecord, after: SessionRecord): void {
    this.byId.set(after.id, after);
    this.byUser.replace(before, after);
    this.newest.replace(before, after);
    if (before.active === after.active) {
      this.endIndexOf(before).replace(before, after);
    } else {
      this.endIndexOf(before).delete(before);
      this.endIndexOf(after).add(after);
    }
  }

  private endIndexOf(record: SessionRecord): OrderedIndex {
    return record.active ? this.active : this.closed;
  }
}
