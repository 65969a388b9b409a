import type { OpenSessionV1, SessionV1, UpdateUserOptionsV1 } from '../data/version1/SessionV1.js';
import type { JsonValue } from '../toolkit/JsonValue.js';

/** What is used of a session. */
export type SourceSession = Pick<
  SessionV1,
  | 'id'
  | 'user_id'
  | 'user_name'
  | 'active'
  | 'open_time'
  | 'request_time'
  | 'update_time'
  | 'expire_time'
  | 'close_reason'
  | 'version'
  | 'user'
  | 'data'
>;

/**
 * Where a session storage keeps its sessions: the controller in the same process fits, and every client of the package
 * `service-sessions-client`. Absence is null; errors have a `code` (docs/errors.md). Answers are values of the caller's own.
 */
export interface SessionsSource {
  /** Opens a session. INVALID_DATA with `details.field` `session_id` for a brought id that is not accepted. */
  openSession(correlationId: string | null, session: OpenSessionV1): Promise<SourceSession>;

  /** The session if it is active and unexpired; then this counts as an access. */
  validateSession(correlationId: string | null, sessionId: string): Promise<SourceSession | null>;

  /** The session in whatever state it is. Does not count as an access. */
  getSessionById(correlationId: string | null, sessionId: string): Promise<SourceSession | null>;

  /** Replaces the data. SESSION_CLOSED for an ended session. */
  storeSessionData(correlationId: string | null, sessionId: string, data: JsonValue): Promise<SourceSession | null>;

  /**
   * Replaces the user content and, where given, whose session it is. SESSION_CLOSED for an ended session, SESSION_CONFLICT for
   * another version than expected.
   */
  updateSessionUser(
    correlationId: string | null,
    sessionId: string,
    user: JsonValue,
    options?: UpdateUserOptionsV1,
  ): Promise<SourceSession | null>;

  /** Removes the session for good and answers what it was. */
  deleteSessionById(correlationId: string | null, sessionId: string): Promise<SourceSession | null>;
}

const METHODS = [
  'openSession',
  'validateSession',
  'getSessionById',
  'storeSessionData',
  'updateSessionUser',
  'deleteSessionById',
] as const satisfies (keyof SessionsSource)[];

/** The methods that a value lacks to be a source; empty when it is one. */
export function lackingMethods(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [...METHODS];
  return METHODS.filter((method) => typeof (value as Record<string, unknown>)[method] !== 'function');
}

/** True for the controller of the process, which takes any id; false for a client of a service, which may take none. */
export function isController(source: SessionsSource): boolean {
  // No operation of the table, so that no client has it.
  return 'openBoundSession' in source;
}
