import { configError } from '../config/ClientConfig.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';

/** The service could not do it now; nothing is known of the session. */
const OUTAGES = new Set([
  'UNREACHABLE',
  'TIMEOUT',
  'BAD_REPLY',
  'ABORTED',
  'NOT_OPEN',
  'PERSISTENCE_UNAVAILABLE',
  'OVERLOADED',
  'UNKNOWN',
]);

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof SessionsClientError && error.code === code;
}

/** Whether the service takes no such id at all: then there is no session under it. */
export function isRefusedId(error: unknown): boolean {
  return (
    error instanceof SessionsClientError && error.code === 'INVALID_DATA' && error.details['field'] === 'session_id'
  );
}

/** What an application sees: an outage is a 503, and its message, which Express may show, tells no addresses. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof SessionsClientError) || !OUTAGES.has(error.code)) return error;
  return new SessionsClientError({
    code: error.code,
    status: 503,
    message: 'The session service is not available at the moment',
    category: error.category,
    correlationId: error.correlationId,
    cause: error,
  });
}

/** Why the service did not open a session under an id that express-session made. INVALID_CONFIG. */
export function refusedId(sessionId: string, cause: unknown): SessionsClientError {
  const message = /^[A-Za-z0-9_-]{20,128}$/.test(sessionId)
    ? 'SessionsStore: the session service must be started with accept_ids on (ACCEPT_IDS=true), as express-session makes the ids'
    : 'SessionsStore: genid must make ids of 20 to 128 characters out of A-Z, a-z, 0-9, _ and -';
  return configError(message, 'accept_ids', cause);
}
