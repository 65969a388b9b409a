import type { SessionHead, SessionRecord } from '../SessionRecord.js';
import type { TableChange } from './ChangeLog.js';
import { SLICE, type Slice, slicesOf } from './ChangeSet.js';
import type { SessionTable } from './SessionTable.js';

/** Changes under way that are made slice by slice. */
export interface OpenSet {
  /** Whose sessions alone they end; null where they end nobody's, or only the expired. */
  readonly userId: string | null;
}

/**
 * A session that is to take the place of the others of its user, service and name: those that are there end slice by slice,
 * and the last slice ends what has appeared meanwhile and makes the new one.
 *
 * All that ended for it must be in the log no later than the session itself, also what others have ended meanwhile. So
 * replacements of one user go one after the other, and each makes its session only when nobody else is closing sessions of
 * that user. Those do not wait for it, so that none waits for another in a circle.
 */
export class Replacement implements OpenSet {
  readonly userId: string;
  private readonly head: SessionHead;
  private readonly appeared = new Set<string>();
  private ends: (() => Slice) | null = null;
  private unwatch = (): void => {};

  /** `openSets` are those under way, the oldest first; this one is among them as long as `next` is called. */
  constructor(
    private readonly table: SessionTable,
    private readonly openSets: ReadonlySet<OpenSet>,
    private readonly session: SessionRecord,
    private readonly now: number,
  ) {
    this.userId = session.userId;
    this.head = session.head();
  }

  readonly next = (): Slice => {
    if (this.ends === null && this.oldest() !== this) return { changes: [], isLast: false };
    this.ends ??= this.begin();
    const slice = this.ends();
    const changes = slice.isLast && slice.changes.length === 0 ? this.endsOfAppeared() : slice.changes;
    if (!slice.isLast || this.appeared.size > 0 || this.othersClose()) return { changes, isLast: false };
    this.stop();
    return { changes: [...changes, { before: null, after: this.session }], isLast: true };
  };

  /** Must be called when `next` is called no more before it has made the last slice. */
  stop(): void {
    this.unwatch();
  }

  private begin(): () => Slice {
    this.unwatch = this.table.watch(({ after }) => {
      if (after !== null && this.isReplaced(after)) this.appeared.add(after.id);
    });
    return slicesOf(this.table, this.table.snapshotOfUser(this.userId), (record) =>
      this.isReplaced(record) ? this.ended(record) : record,
    );
  }

  private endsOfAppeared(): TableChange[] {
    const changes: TableChange[] = [];
    for (const id of [...this.appeared].slice(0, SLICE)) {
      this.appeared.delete(id);
      const before = this.table.get(id);
      if (before !== undefined && this.isReplaced(before)) changes.push({ before, after: this.ended(before) });
    }
    return changes;
  }

  private isReplaced(record: SessionRecord): boolean {
    if (!record.active || record.userId !== this.userId || record.isExpired(this.now)) return false;
    const { service, name } = record.head();
    return service === this.head.service && name === this.head.name;
  }

  private ended(record: SessionRecord): SessionRecord {
    return record.closed('replaced', this.now);
  }

  private oldest(): OpenSet | undefined {
    return [...this.openSets].find(({ userId }) => userId === this.userId);
  }

  /** The replacements of the same user wait for this one, the others go on. */
  private othersClose(): boolean {
    return [...this.openSets].some((other) => other.userId === this.userId && !(other instanceof Replacement));
  }
}
