import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type {
  ISessionsPersistence,
  SessionDecision,
  SessionRecordsPage,
  SessionReplacement,
  SessionStep,
} from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import { matchesFilter, type SessionsFilter, type SessionsPaging } from '../SessionsFilter.js';
import { type ChangeLog, holds, noLog, type TableChange } from './ChangeLog.js';
import { ChangeSet, SLICE, type Slice, slicesOf } from './ChangeSet.js';
import { outcomeOf } from './Outcome.js';
import { candidates, scanPage, withoutGiven } from './PageScan.js';
import { type OpenSet, Replacement } from './Replacement.js';
import { SessionTable } from './SessionTable.js';

/**
 * Sessions in a table in memory, in front of a log that may keep them. A decision is made and its change is in the table
 * in one synchronous step, which makes it atomic; what is answered then waits until the log has settled it.
 */
export abstract class TablePersistence implements ISessionsPersistence {
  protected table = new SessionTable();
  protected log: ChangeLog = noLog;
  /** When the sessions were taken over from an older service; what had ended by then counts as closed at this instant. */
  protected adoptedAt = 0;
  /** The change sets under way, the oldest first. */
  private readonly openSets = new Set<OpenSet>();
  /** The ids of sessions about to be made, and what to wait for until they are. */
  private readonly reserved = new Map<string, Promise<unknown>>();

  abstract isOpen(): boolean;
  abstract open(correlationId: string | null): Promise<void>;
  abstract close(correlationId: string | null): Promise<void>;

  async getOneById(_correlationId: string | null, id: string): Promise<SessionRecord | null> {
    for (;;) {
      const record = this.table.get(id) ?? null;
      const settled = this.log.settled(id);
      if (settled === null || (await holds(settled))) return record;
    }
  }

  async getPageByFilter(
    _correlationId: string | null,
    filter: SessionsFilter,
    paging: SessionsPaging,
    now: number,
  ): Promise<SessionRecordsPage> {
    for (;;) {
      const settled = holds(this.log.allSettled());
      const page = await scanPage(candidates(this.table, filter), withoutGiven(filter), paging, now);
      if (await settled) return page;
    }
  }

  async create(correlationId: string | null, session: SessionRecord): Promise<SessionRecord> {
    return this.whenFree(correlationId, session.id, async () => {
      await this.make(correlationId, { before: null, after: session });
      return session;
    });
  }

  async replace(correlationId: string | null, session: SessionRecord, now: number): Promise<SessionReplacement> {
    return this.whenFree(correlationId, session.id, async () => {
      const replacement = new Replacement(this.table, this.openSets, session, now);
      const made = this.makeTogether(correlationId, replacement.next, replacement);
      this.reserved.set(session.id, made);
      try {
        return { opened: session, ended: (await made).slice(0, -1) };
      } finally {
        this.reserved.delete(session.id);
        replacement.stop();
      }
    });
  }

  async change(correlationId: string | null, id: string, decide: SessionDecision): Promise<SessionStep | null> {
    return this.decide(id, decide, async (step) => {
      await this.make(correlationId, step);
      return step;
    });
  }

  async access(correlationId: string | null, id: string, decide: SessionDecision): Promise<SessionStep | null> {
    return this.decide(id, decide, async (step) => {
      const isKept = this.log.writable;
      if (isKept) {
        this.table.apply(step);
        this.log.appendLazily(step);
      }
      if (!(await holds(this.log.settled(id)))) return this.access(correlationId, id, decide);
      return isKept ? step : { before: step.before, after: step.before };
    });
  }

  async closeByFilter(
    correlationId: string | null,
    filter: SessionsFilter,
    exceptId: string | null,
    reason: CloseReasonV1,
    now: number,
  ): Promise<SessionRecord[]> {
    const mayClose = (record: SessionRecord) =>
      record.active && !record.isExpired(now) && record.id !== exceptId && matchesFilter(record, filter, now);
    const closed: SessionRecord[] = [];
    for (let isSettled = false; !isSettled; ) {
      const next = slicesOf(this.table, candidates(this.table, filter), (record) =>
        mayClose(record) ? record.closed(reason, now) : record,
      );
      let settled: Promise<boolean> | undefined;
      const made = await this.makeTogether(
        correlationId,
        () => {
          const slice = next();
          // Those that others have closed were passed over: that must be settled too before all are said to be closed.
          if (slice.isLast) settled = holds(this.log.allSettled());
          return slice;
        },
        { userId: filter.user_id ?? null },
      );
      for (const record of made) closed.push(record);
      isSettled = (await settled) ?? true;
    }
    return closed;
  }

  async closeExpired(correlationId: string | null, now: number, limit: number): Promise<SessionRecord[]> {
    let left = limit;
    return this.makeTogether(correlationId, () => {
      const due = this.table.due(now, Math.min(SLICE, left));
      left -= due.length;
      const changes = due.map((before) => ({ before, after: before.closed('expired', before.endAt) }));
      return { changes, isLast: due.length < SLICE || left <= 0 };
    });
  }

  async deleteById(correlationId: string | null, id: string): Promise<SessionRecord | null> {
    for (;;) {
      const before = this.table.get(id);
      if (before !== undefined) {
        const busy = this.busy(id);
        if (busy === null) {
          await this.make(correlationId, { before, after: null });
          return before;
        }
        await holds(busy);
      } else if (await holds(this.log.settled(id))) {
        return null;
      }
    }
  }

  async deleteClosedBefore(correlationId: string | null, before: number, limit: number): Promise<SessionRecord[]> {
    if (before <= this.adoptedAt) return [];
    let left = limit;
    return this.makeTogether(correlationId, () => {
      const closed = this.table.closedBefore(before, Math.min(SLICE, left));
      left -= closed.length;
      // One whose end is not settled has not ended yet as far as anybody knows.
      const changes = closed
        .filter(({ id }) => this.busy(id) === null)
        .map((record) => ({ before: record, after: null }));
      return { changes, isLast: changes.length < SLICE || left <= 0 };
    });
  }

  async completeOlder(correlationId: string | null, decide: SessionDecision): Promise<void> {
    const isOpenEnded = (record: SessionRecord) => record.active && record.endAt === Number.POSITIVE_INFINITY;
    const next = (record: SessionRecord) => (isOpenEnded(record) ? decide(record) : record);
    await this.makeTogether(correlationId, slicesOf(this.table, this.table.snapshotWithoutDeadline(), next));
  }

  async count(_correlationId: string | null): Promise<number> {
    for (;;) {
      const { size } = this.table;
      if (await holds(this.log.allSettled())) return size;
    }
  }

  async check(correlationId: string | null): Promise<void> {
    this.log.assertWritable(correlationId);
  }

  /** A decision that changes something goes on to `keep`, in the same turn; what the others answer has to be settled. */
  private async decide(
    id: string,
    decide: SessionDecision,
    keep: (step: SessionStep) => Promise<SessionStep | null>,
  ): Promise<SessionStep | null> {
    for (;;) {
      const { step, refusal } = outcomeOf(this.table.get(id), decide);
      if (step !== null && step.after !== step.before) {
        const busy = this.busy(id);
        if (busy === null) return keep(step);
        await holds(busy);
      } else {
        const settled = this.log.settled(id);
        if (settled !== null && !(await holds(settled))) continue;
        if (refusal !== null) throw refusal.error;
        return step;
      }
    }
  }

  private make(correlationId: string | null, change: TableChange): Promise<void> | null {
    this.log.assertWritable(correlationId);
    this.table.apply(change);
    return this.log.append([change]);
  }

  /** Calls `make` in the same turn in which the id is seen to be free; a taken one is SESSION_EXISTS. */
  private async whenFree<T>(correlationId: string | null, id: string, make: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.table.get(id) === undefined) {
        const busy = this.busy(id);
        if (busy === null) return make();
        await holds(busy);
      } else if (await holds(this.log.settled(id))) {
        throw sessionError(correlationId, 'SESSION_EXISTS', { details: { session_id: id } });
      }
    }
  }

  /** Makes changes slice by slice that take effect together, and answers what the sessions were last. */
  private async makeTogether(
    correlationId: string | null,
    next: () => Slice,
    openSet: OpenSet = { userId: null },
  ): Promise<SessionRecord[]> {
    const set = new ChangeSet(this.table, this.log, correlationId, () => this.openSets.delete(openSet));
    this.openSets.add(openSet);
    try {
      await set.make(next);
    } finally {
      await set.settled();
    }
    return set.made.map(({ before, after }) => (after ?? before) as SessionRecord);
  }

  /** A session that is part of changes not yet handed to the log must not get into the log first: what to wait for. */
  private busy(id: string): Promise<unknown> | null {
    return this.openSets.size > 0 ? (this.reserved.get(id) ?? this.log.settled(id)) : null;
  }
}
