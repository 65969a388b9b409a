import type { IOpenable } from 'pip-services3-commons-nodex';
import type { CloseReasonV1 } from '../data/version1/SessionV1.js';
import type { StepHint } from './DirectStep.js';
import type { SessionRecord } from './SessionRecord.js';
import type { SessionsFilter, SessionsPaging } from './SessionsFilter.js';

/**
 * What becomes of a session: called with the newest state, answers the next one, or the very same object to leave it.
 * Pure and synchronous: a store may call it again when another writer was quicker. What it throws reaches the caller of
 * the store unchanged, and nothing is stored.
 */
export type SessionDecision = (current: SessionRecord) => SessionRecord;

/** One step of a session; `before` and `after` are the same object where nothing changed. */
export interface SessionStep {
  before: SessionRecord;
  after: SessionRecord;
}

/**
 * Learns of each session that ends, once, as soon as that is certain. A store that ends one after the other calls it, so that
 * the ends are known even if the rest fails; one that ends them as a whole need not: its answer tells all.
 */
export type EndTold = (session: SessionRecord) => void;

/** A session that took the place of others. */
export interface SessionReplacement {
  opened: SessionRecord;
  /** Those that ended for it. */
  ended: SessionRecord[];
}

/** Newest `request_time` first, ties by id ascending. `total` is null unless it was asked for. */
export interface SessionRecordsPage {
  total: number | null;
  data: SessionRecord[];
}

/**
 * Where sessions live. Each numbered promise is one test of the contract suite, run on every persistence.
 *
 * All instants are milliseconds since 1970 and given by the caller: no method reads a clock. A session whose deadline is
 * at or before `now` counts as expired, whatever is stored. Answers may come later than the state they show has changed,
 * but never show a state that was not, and (P1) never one that a crash could still take back.
 *
 * Every method rejects with PERSISTENCE_UNAVAILABLE when the store cannot do it now; then nothing was changed, except that
 * a store on a server may have lost the reply: whether it was done nobody knows then.
 */
export interface ISessionsPersistence extends IOpenable {
  /**
   * P2 Answers the stored session, and null when no session has this id. A store of many nodes, whose clocks differ, takes
   * care that a session which is answered past its deadline at `now` takes no step any more that is decided earlier.
   */
  getOneById(correlationId: string | null, id: string, now?: number): Promise<SessionRecord | null>;

  /**
   * P3 Lists newest `request_time` first, ties by id ascending. P4 Pages by `skip` and `take` fit together: no session is
   * missing or twice while nothing changes. P5 Every key of the filter narrows, `from_time` inclusive and `to_time`
   * exclusive; an expired session is not active. P6 `total` counts all that match, and is null unless asked for.
   */
  getPageByFilter(
    correlationId: string | null,
    filter: SessionsFilter,
    paging: SessionsPaging,
    now: number,
  ): Promise<SessionRecordsPage>;

  /** P7 Stores a new session. P8 A taken id, of an active or of a closed session, is SESSION_EXISTS and changes nothing. */
  create(correlationId: string | null, session: SessionRecord): Promise<SessionRecord>;

  /**
   * P9 Applies a decision as one atomic step: no two decide on the same state of a session and both count. P10 Null when
   * there is no such session, and it is never made. P11 A decision that throws or answers the same object stores nothing.
   * P12 The decision on the state known so far is made before the method first gives way to other work. SESSION_CONFLICT where
   * other nodes are quicker many times in a row.
   */
  change(
    correlationId: string | null,
    id: string,
    decide: SessionDecision,
    hint?: StepHint,
  ): Promise<SessionStep | null>;

  /**
   * As `change`, for an access that moves only `request_time` and `expire_time`: P13 not waited for, so that a crash may
   * lose the last of them; where the store refuses writes the session is answered unchanged.
   */
  access(
    correlationId: string | null,
    id: string,
    decide: SessionDecision,
    hint?: StepHint,
  ): Promise<SessionStep | null>;

  /**
   * P14 Closes every session that the filter takes and that is active and unexpired at `now`, except one, with this reason
   * and close time. In a store that one process owns this is one whole: a crash leaves all of them or none closed; one on a
   * server closes one after the other. P15 Each one that was open when the call began
   * is closed when it answers. Answers the closed sessions, in no order. The filter has a `user_id`.
   */
  closeByFilter(
    correlationId: string | null,
    filter: SessionsFilter,
    exceptId: string | null,
    reason: CloseReasonV1,
    now: number,
    told?: EndTold,
  ): Promise<SessionRecord[]>;

  /**
   * P16 Closes at most `limit` of the active sessions whose deadline is at or before `now`, the earliest first, each with its
   * deadline as close time and the reason `expired`; answers those, each end once.
   */
  closeExpired(correlationId: string | null, now: number, limit: number, told?: EndTold): Promise<SessionRecord[]>;

  /**
   * P17 Removes a session of any state and answers what it was, or null. P18 Its id may then be used again. `told` learns of an
   * end that came with it because another node had answered the session as expired; it is answered as ended then.
   */
  deleteById(correlationId: string | null, id: string, told?: EndTold): Promise<SessionRecord | null>;

  /**
   * P19 Removes at most `limit` of the sessions that closed before `before`, the earliest first, and answers them. Where a
   * store was taken over from an older service, sessions that had ended by then count as closed at the take-over.
   */
  deleteClosedBefore(correlationId: string | null, before: number, limit: number): Promise<SessionRecord[]>;

  /** P20 Applies a decision to each active session without a deadline, once, before any is served; stores what changed. */
  completeOlder(correlationId: string | null, decide: SessionDecision): Promise<void>;

  /** P21 How many sessions are stored, of all states. */
  count(correlationId: string | null): Promise<number>;

  /** P22 Resolves when the store can be read and written now; rejects with PERSISTENCE_UNAVAILABLE otherwise. */
  check(correlationId: string | null): Promise<void>;

  /**
   * P23 Stores a new session in the place of every active and unexpired one of the same `user_id`, `service` and `name`
   * (absent is a value of its own): those end at `now` with the reason `replaced`. Of several such calls at once exactly one
   * session stays active, and each that ended is answered to exactly one of them. P8 holds here too: nothing ends for a taken id.
   */
  replace(
    correlationId: string | null,
    session: SessionRecord,
    now: number,
    told?: EndTold,
  ): Promise<SessionReplacement>;
}
