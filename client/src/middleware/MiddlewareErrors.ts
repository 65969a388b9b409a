import { SessionsClientError } from '../version1/SessionsClientError.js';

/** What the service says about the call itself; everything else means that it cannot be asked just now. */
const ANSWERS = ['INVALID_DATA', 'SESSION_CLOSED', 'SESSION_CONFLICT', 'SESSION_EXISTS', 'PAYLOAD_TOO_LARGE'];

/**
 * What a failed call becomes for the application and its error page: the service's answer as it is, every other failure a 503
 * of the same code. Its message names no address, since error pages print messages; the failure itself is the cause.
 */
export function failureOf(error: unknown): SessionsClientError {
  return error instanceof SessionsClientError && isAnswer(error) ? error : outageOf(error);
}

/** The same for a call that the service only refuses when something is wrong with it: always a 503. */
export function outageOf(error: unknown): SessionsClientError {
  const isOurs = error instanceof SessionsClientError;
  const code = isOurs ? error.code : 'UNKNOWN';
  const failure = new SessionsClientError({
    code,
    message: `The session service cannot be asked at the moment (${code})`,
    status: 503,
    category: 'NoResponse',
    correlationId: isOurs ? error.correlationId : null,
    cause: error,
  });
  // Express looks for `status`, others for `statusCode`.
  return Object.assign(failure, { statusCode: 503 });
}

/** The service says INVALID_DATA also of requests that did not arrive in time or in whole: with another status than 400. */
function isAnswer({ code, status = 400 }: SessionsClientError): boolean {
  return ANSWERS.includes(code) && (code !== 'INVALID_DATA' || status === 400);
}

/** True for a failure of this code. */
export function isFailure(error: unknown, code: string): boolean {
  return error instanceof SessionsClientError && error.code === code;
}

/** True when the service takes an id for none; it may be stricter than this middleware. */
export function isRefusedId(error: unknown): boolean {
  return isFailure(error, 'INVALID_DATA') && isAnswer(error as SessionsClientError);
}

/** A write found that the session has ended and is no longer known. */
export function endedError(): SessionsClientError {
  return failure('SESSION_CLOSED', 409, 'The session has ended');
}

/** A session was needed where the request has none. */
export function unauthenticatedError(): SessionsClientError {
  return failure('UNAUTHENTICATED', 401, 'The request has no session');
}

/** The cookie cannot be set any more. */
export function headersSentError(): SessionsClientError {
  return failure('HEADERS_SENT', 500, 'The headers of the answer have left: regenerate() must come before');
}

function failure(code: string, status: number, message: string): SessionsClientError {
  return Object.assign(new SessionsClientError({ code, status, message }), { statusCode: status });
}
