import { invalidData } from '../../data/version1/SessionErrorsV1.js';

const LONGEST = 256;

/** What of a message that asks to join a session is kept until its turn comes. */
export interface SessionKeyMessage {
  /** Null where it is none. */
  key: string | null;
  /** Whose session it has to be, by `user_id` or `user_name`; null = anybody's. */
  user: string | null;
  /** INVALID_DATA where the message cannot be used. */
  fault: Error | null;
}

/** Reads `{session_key, user}`, or `{key, user}`. */
export function readSessionKey(message: unknown): SessionKeyMessage {
  const { session_key, key, user } = membersOf(message);
  const given = session_key ?? key;
  if (!isText(given)) return { key: null, user: null, fault: wrong('session_key') };
  if (user === undefined || user === null) return { key: given, user: null, fault: null };
  return isText(user) ? { key: given, user, fault: null } : { key: given, user: null, fault: wrong('user') };
}

function membersOf(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST && !/[\p{Cc}\p{Cs}]/u.test(value);
}

function wrong(field: string) {
  return invalidData(null, field, `a string of 1 to ${LONGEST} characters without control characters`);
}
