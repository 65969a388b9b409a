import type { CallOptionsV1 } from '../version1/ISessionsClientV1.js';
import { invalidArgument } from '../version1/SessionsClientError.js';
import { abortedError, type SessionsCall } from './SessionsCall.js';

/** A call whose arguments are not judged yet; its operation may also be one that is none of the sessions. */
export type BegunCall<O extends string> = Omit<SessionsCall, 'operation'> & { readonly operation: O };

/** Reads what every call is given. Throws INVALID_DATA for what cannot be used, ABORTED for a signal that was aborted before. */
export function begunCall<O extends string>(
  operation: O,
  correlationId: string | null | undefined,
  args: SessionsCall['args'],
  options: CallOptionsV1 | null | undefined,
): BegunCall<O> {
  const given = correlationId ?? null;
  if (given !== null && typeof given !== 'string') {
    throw invalidArgument(null, 'correlation_id', 'a string or null: the first argument of every method');
  }
  if (!isObjectOrAbsent(options)) throw notOptions(given);
  const { signal, timeout } = options ?? {};
  if (timeout !== undefined && timeout !== null && !(Number.isSafeInteger(timeout) && timeout > 0)) {
    throw invalidArgument(given, 'timeout', 'a whole number of milliseconds, at least 1');
  }
  if (signal !== undefined && signal !== null && typeof signal.addEventListener !== 'function') {
    throw invalidArgument(given, 'signal', 'an AbortSignal');
  }
  const call = { operation, correlationId: given, args, signal: signal ?? undefined, timeout: timeout ?? undefined };
  if (signal?.aborted) throw abortedError(call);
  return call;
}

export function isObjectOrAbsent(options: unknown): boolean {
  return options === undefined || options === null || (typeof options === 'object' && !Array.isArray(options));
}

export function notOptions(correlationId: string | null) {
  return invalidArgument(correlationId, 'options', 'an object such as { signal, timeout }');
}
