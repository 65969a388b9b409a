import { SessionsClientError } from '../version1/SessionsClientError.js';
import type { FailedCall } from './SessionsCall.js';

/** The end of a call that was under way when its client was closed. */
export function closingError({ operation, correlationId }: FailedCall): SessionsClientError {
  const message = `${operation} was aborted: its client was closed`;
  return new SessionsClientError({ code: 'ABORTED', message, correlationId });
}

/** The end of a call that came after its client was closed. */
export function closedError({ operation, correlationId }: FailedCall): SessionsClientError {
  const message = `${operation} cannot be done: the client has been closed; open it again`;
  return new SessionsClientError({ code: 'NOT_OPEN', message, correlationId });
}
