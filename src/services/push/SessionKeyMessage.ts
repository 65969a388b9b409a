import { invalidData } from '../../data/version1/SessionErrorsV1.js';

const LONGEST = 256;

/** What a client sends to join a session. */
export interface SessionKeyMessage {
  key: string;
  /** Whose session it has to be, by `user_id` or `user_name`; null = anybody's. */
  user: string | null;
}

/** Reads `{session_key, user}`, or `{key, user}`; throws INVALID_DATA for anything else. */
export function readSessionKey(message: unknown): SessionKeyMessage {
  const { session_key, key, user } = membersOf(message);
  const given = session_key ?? key;
  if (!isText(given)) throw wrong('session_key');
  if (user !== undefined && user !== null && !isText(user)) throw wrong('user');
  return { key: given, user: user ?? null };
}

/** The key as it may be told back: null where it is none. */
export function shownKey(message: unknown): string | null {
  const { session_key, key } = membersOf(message);
  const given = session_key ?? key;
  return isText(given) ? given : null;
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
