import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type {
  ISessionsPersistence,
  SessionDecision,
  SessionRecordsPage,
  SessionStep,
} from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import { matchesFilter, type SessionsFilter, type SessionsPaging } from '../SessionsFilter.js';
import { type ChangeLog, holds, noLog, type TableChange } from './ChangeLog.js';
import { ChangeSet, SLICE, type Slice, slicesOf } from './ChangeSet.js';
import { scanPage } from './PageScan.js';
import { SessionTable } from './SessionTable.js';
import type { SortedChunks } from './SortedChunks.js';

/**
 * Sessions in a table in memory, in front of a log that may keep them. A decision is made and its change is in the table
 * in one synchronous step, which makes it atomic; what is answered then waits until the log has settled it.
 */
export abstract class TablePersistence implements ISessionsPersistence {
  protected table = new SessionTable();
  protected log: ChangeLog = noLog;
  /** When the sessions were taken over from an older service; what had ended by then counts as closed at this instant. */
  protected adoptedAt = 0;
  /** How many change sets are under way. */
  private openSets = 0;

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
      const page = await scanPage(this.candidates(filter), withoutGiven(filter), paging, now);
      if (await settled) return page;
    }
  }

  async create(correlationId: string | null, session: SessionRecord): Promise<SessionRecord> {
    for (;;) {
      if (this.table.get(session.id) === undefined) {
        const busy = this.busy(session.id);
        if (busy === null) {
          await this.make(correlationId, { before: null, after: session });
          return session;
        }
        await holds(busy);
      } else if (await holds(this.log.settled(session.id))) {
        throw sessionError(correlationId, 'SESSION_EXISTS', { details: { session_id: session.id } });
      }
    }
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
      const next = slicesOf(this.table, this.candidates(filter), (record) =>
        mayClose(record) ? record.closed(reason, now) : record,
      );
      let settled: Promise<boolean> | undefined;
      const made = await this.makeTogether(correlationId, () => {
        const slice = next();
        // Those that others have closed were passed over: that must be settled too before all are said to be closed.
        if (slice.isLast) settled = holds(this.log.allSettled());
        return slice;
      });
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

  /** Makes changes slice by slice that take effect together, and answers what the sessions were last. */
  private async makeTogether(correlationId: string | null, next: () => Slice): Promise<SessionRecord[]> {
    const set = new ChangeSet(this.table, this.log, correlationId);
    this.openSets++;
    try {
      await set.make(next);
    } finally {
      this.openSets--;
      await set.commit();
    }
    return set.made.map(({ before, after }) => (after ?? before) as SessionRecord);
  }

  /** Where to look for what a filter takes. */
  private candidates({ id, user_id }: SessionsFilter): SortedChunks {
    if (id !== undefined) {
      const record = this.table.get(id);
      return record === undefined ? [] : [[record]];
    }
    return user_id === undefined ? this.table.snapshot() : this.table.snapshotOfUser(user_id);
  }

  /** A session that is part of changes not yet handed to the log must not get into the log first: what to wait for. */
  private busy(id: string): Promise<void> | null {
    return this.openSets > 0 ? this.log.settled(id) : null;
  }
}

/** A refusal is kept, not thrown: it counts only if the state it was decided on does. */
function outcomeOf(
  before: SessionRecord | undefined,
  decide: SessionDecision,
): { step: SessionStep | null; refusal: { error: unknown } | null } {
  if (before === undefined) return { step: null, refusal: null };
  try {
    return { step: { before, after: decide(before) }, refusal: null };
  } catch (error) {
    return { step: null, refusal: { error } };
  }
}

/** The filter without what `candidates` has seen to already, so that nothing is tested that is so anyway. */
function withoutGiven(filter: SessionsFilter): SessionsFilter {
  if (filter.id !== undefined || filter.user_id === undefined) return filter;
  const { user_id: _given, ...rest } = filter;
  return rest;
}
