import { configError } from '../config/ClientConfig.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';

/** What the service says about the call itself, and what keeps the store from working at all. */
const ANSWERS = new Set([
  'INVALID_DATA',
  'SESSION_CLOSED',
  'SESSION_CONFLICT',
  'SESSION_EXISTS',
  'PAYLOAD_TOO_LARGE',
  'INVALID_CONFIG',
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
  if (!(error instanceof SessionsClientError) || isAnswer(error)) return error;
  return new SessionsClientError({
    code: error.code,
    status: 503,
    message: 'The session service is not available at the moment',
    category: error.category,
    correlationId: error.correlationId,
    cause: error,
  });
}

/** The service says INVALID_DATA also of requests that did not arrive in time or in whole: with another status than 400. */
function isAnswer({ code, status = 400 }: SessionsClientError): boolean {
  return ANSWERS.has(code) && (code !== 'INVALID_DATA' || status === 400);
}

/** Why the service did not open a session under an id that express-session made. INVALID_CONFIG. */
export function refusedId(sessionId: string, cause: unknown): SessionsClientError {
  const message = /^[A-Za-z0-9_-]{20,128}$/.test(sessionId)
    ? 'SessionsStore: the session service must be started with accept_ids on (ACCEPT_IDS=true), as express-session makes the ids'
    : 'SessionsStore: genid must make ids of 20 to 128 characters out of A-Z, a-z, 0-9, _ and -';
  return configError(message, 'accept_ids', cause);
}
