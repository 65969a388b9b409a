import { SessionsClientError } from '../version1/SessionsClientError.js';

/** The operations of the service by their names on the wire: what each answers, and when a call may be made again. */
export const OPERATIONS = {
  get_sessions: { answer: 'page', repeat: 'safe' },
  get_session_by_id: { answer: 'session', repeat: 'safe' },
  open_session: { answer: 'session', repeat: 'opening' },
  validate_session: { answer: 'session', repeat: 'safe' },
  store_session_data: { answer: 'session', repeat: 'write' },
  patch_session_data: { answer: 'session', repeat: 'write' },
  update_session_user: { answer: 'session', repeat: 'write' },
  close_session: { answer: 'session', repeat: 'safe' },
  close_sessions: { answer: 'count', repeat: 'safe' },
  close_expired_sessions: { answer: 'count', repeat: 'safe' },
  delete_session_by_id: { answer: 'session', repeat: 'write' },
} as const satisfies Record<string, OperationV1>;

export interface OperationV1 {
  answer: 'session' | 'page' | 'count';
  /**
   * - `safe`: doing it twice is doing it once, so every failure that may pass is repeated.
   * - `opening`: repeated after a refused connection or a 503; a session that was opened unseen expires unused.
   * - `write`: repeated only when it was certainly not done, after a refused connection or OVERLOADED: the second of two
   *   equal writes could undo what another caller wrote between them.
   */
  repeat: 'safe' | 'opening' | 'write';
}

export type OperationName = keyof typeof OPERATIONS;

/** One call of an operation, as every client performs it. */
export interface SessionsCall {
  readonly operation: OperationName;
  readonly correlationId: string | null;
  /** By their names on the wire; undefined is absent. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds; undefined: the client's own. */
  readonly timeout: number | undefined;
}

/** What an error says of the call that it ends; `operation` may also name one that is none of the sessions. */
export type FailedCall = Pick<SessionsCall, 'correlationId' | 'signal'> & { readonly operation: string };

/** The end of a call whose signal was aborted; what the signal says is the cause. */
export function abortedError(call: FailedCall): SessionsClientError {
  return new SessionsClientError({
    code: 'ABORTED',
    message: `${call.operation} was aborted by its caller`,
    correlationId: call.correlationId,
    cause: call.signal?.reason,
  });
}

/** The end of a call that was not over in time. */
export function timeoutError(call: FailedCall, timeout: number, cause?: unknown): SessionsClientError {
  return new SessionsClientError({
    code: 'TIMEOUT',
    message: `${call.operation} was not answered within ${timeout} ms; it may still have been done`,
    correlationId: call.correlationId,
    details: { timeout },
    cause,
  });
}

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
