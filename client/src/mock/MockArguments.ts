import { DEEPEST, GIVEN, plainJson } from '../calls/PlainJson.js';
import type { OperationName, SessionsCall } from '../calls/SessionsCall.js';
import { LONGEST_TIMEOUT } from './MockConfig.js';
import { refused } from './MockErrors.js';

/** Answers the words that complete "<field> must be ...", or null for a value that fits. */
type Check = (value: unknown) => string | null;

// No control characters (they forge log lines and headers) and no halves of surrogate pairs (UTF-8 cannot carry them).
const TEXT = /^[^\p{Control}\p{Surrogate}]*$/u;

const text =
  (most: number, least = 1): Check =>
  (value) =>
    typeof value === 'string' && isOfLength(value, least, most) && TEXT.test(value)
      ? null
      : `a string of ${least} to ${most} characters without control characters`;

const integer =
  (most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most
      ? null
      : `a whole number from 0 to ${most}`;

const choice =
  (...values: string[]): Check =>
  (value) =>
    values.some((one) => one === value) ? null : `one of ${values.join(', ')}`;

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? null : check(value);

const content: Check = (value) => (value === undefined ? GIVEN : null);

const id = text(256);
const version = optional(integer(Number.MAX_SAFE_INTEGER));
const expireTimeout = optional(integer(LONGEST_TIMEOUT));

/** What filters and pagings may be is for their readers to say, what content may be for the limits. */
const CHECKS: Record<OperationName, Record<string, Check>> = {
  get_sessions: {},
  get_session_by_id: { session_id: id },
  open_session: {
    user_id: id,
    user_name: optional(text(256, 0)),
    address: optional(text(4096, 0)),
    client: optional(text(4096, 0)),
    service: optional(id),
    name: optional(id),
    expire_timeout: expireTimeout,
    expire_basis: optional(choice('last_access', 'last_update', 'created')),
    session_id: optional(id),
  },
  validate_session: { session_id: id, user_id: optional(id) },
  store_session_data: { session_id: id, data: content, version, expire_timeout: expireTimeout },
  patch_session_data: { session_id: id, data: content, version },
  update_session_user: {
    session_id: id,
    user: content,
    user_id: optional(id),
    user_name: optional(text(256, 0)),
    version,
  },
  close_session: { session_id: id },
  close_sessions: { except_session_id: optional(id) },
  close_expired_sessions: {},
  delete_session_by_id: { session_id: id },
};

/**
 * The arguments of a call as a transport would bring them, checked: copies, without those that are undefined. Throws
 * INVALID_DATA for the first that does not fit.
 */
export function readArguments({ operation, correlationId, args }: SessionsCall): Record<string, unknown> {
  for (const [field, check] of Object.entries(CHECKS[operation])) {
    const expected = check(args[field]);
    if (expected !== null) throw refused(correlationId, field, expected);
  }
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, copied(value)]));
}

function copied(value: unknown): unknown {
  const json = plainJson(value, DEEPEST);
  return json.fault === null ? json.value : value;
}

/** In characters, of which an emoji is one. */
function isOfLength(value: string, least: number, most: number): boolean {
  if (value.length < least || value.length > most * 2) return false;
  return value.length <= most || Array.from(value).length <= most;
}
