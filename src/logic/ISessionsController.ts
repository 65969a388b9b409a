import type { DataPage, FilterParams, PagingParams } from 'pip-services3-commons-nodex';
import type { SessionEventListenerV1 } from '../data/version1/SessionEventV1.js';
import type { OpenSessionV1, SessionV1, StoreOptionsV1, UpdateUserOptionsV1 } from '../data/version1/SessionV1.js';
import type { JsonValue } from '../toolkit/JsonValue.js';
import type { SessionAnswer } from './SessionAnswer.js';
import type { SessionOperation } from './SessionOperations.js';

/** A filter as callers give it: values may be strings. */
export type FilterV1 = FilterParams | Record<string, unknown> | null;
/** Paging as callers give it. `take` over 100 is cut to 100. */
export type PagingV1 = PagingParams | { skip?: number | null; take?: number | null; total?: boolean | null } | null;

/**
 * The operations on sessions. Absence is null, never an error. Every method checks its arguments (INVALID_DATA), reads
 * the clock once, and answers a value of the caller's own. An expired session is answered as closed everywhere.
 * `correlationId` goes into every log line and error.
 */
export interface ISessionsController {
  /** Newest `request_time` first, ties by id ascending; without `user` and `data`. */
  getSessions(correlationId: string | null, filter: FilterV1, paging: PagingV1): Promise<DataPage<SessionV1>>;

  /** Does not count as an access. */
  getSessionById(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;

  /** SESSION_EXISTS for a brought id that is in use, or was and is still retained. */
  openSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionV1>;

  /**
   * As `openSession`, in the place of every active session of the same binding, that is of the same `user_id`, `service` and
   * `name` (absent is a value of its own), whoever opened it: those end as `replaced`, each of them published before the new
   * one is. Of several calls at once exactly one session stays active. Nothing ends where the call is refused.
   * For code in the process only: no operation of the table does this, `open_session` replaces nothing.
   */
  openBoundSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionV1>;

  /** The session if it is active, unexpired and, where `userId` is given, that user's; then this counts as an access. */
  validateSession(correlationId: string | null, sessionId: string, userId?: string | null): Promise<SessionV1 | null>;

  /** Replaces the data. SESSION_CLOSED for an ended session, SESSION_CONFLICT for another version than expected. */
  storeSessionData(
    correlationId: string | null,
    sessionId: string,
    data: JsonValue,
    options?: StoreOptionsV1,
  ): Promise<SessionV1 | null>;

  /** Merges into the data as RFC 7396 says; patches of concurrent callers that touch different members all survive. */
  patchSessionData(
    correlationId: string | null,
    sessionId: string,
    data: JsonValue,
    version?: number | null,
  ): Promise<SessionV1 | null>;

  /** Replaces the user content and, where given, whose session it is. */
  updateSessionUser(
    correlationId: string | null,
    sessionId: string,
    user: JsonValue,
    options?: UpdateUserOptionsV1,
  ): Promise<SessionV1 | null>;

  /** Idempotent: of an ended session, answers it as it ended. */
  closeSession(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;

  /**
   * Ends the active sessions of `filter.user_id` that the other keys of the filter take, except one, as `revoked`; answers
   * how many. None that was opened before the call began survives.
   */
  closeSessions(correlationId: string | null, filter: FilterV1, exceptSessionId?: string | null): Promise<number>;

  /** Makes durable what has expired, and answers how many sessions that were. The sweeper calls it. */
  closeExpiredSessions(correlationId: string | null): Promise<number>;

  /** Removes the session for good. An active one ends as `closed` first. */
  deleteSessionById(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;

  /**
   * For transports: runs an operation of the table, or one of those for code in the process (`IN_PROCESS`), on arguments as they
   * came over the wire. Unknown arguments are ignored.
   */
  perform(operation: SessionOperation, correlationId: string | null, args: unknown): Promise<SessionAnswer>;

  /** The listener is called for every event from now on, after the store has acknowledged what happened. */
  addListener(listener: SessionEventListenerV1): void;
  removeListener(listener: SessionEventListenerV1): void;

  /** How many sessions the store holds, of all states. Rejects with PERSISTENCE_UNAVAILABLE when it cannot say. */
  countSessions(correlationId: string | null): Promise<number>;

  /** Resolves when sessions can be read and written now; rejects with PERSISTENCE_UNAVAILABLE otherwise. */
  checkPersistence(correlationId: string | null): Promise<void>;
}
