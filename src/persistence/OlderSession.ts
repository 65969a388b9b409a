import { type JsonValue, jsonText } from '../toolkit/JsonValue.js';
import { type SessionContent, type SessionHead, SessionRecord } from './SessionRecord.js';

const TEXTS = ['user_name', 'close_reason', 'address', 'client', 'expire_basis', 'service', 'name'] as const;
const ISO_TIME = /^(\d{4}-\d{2}-(\d{2}))T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
/** What this store writes, on the days that every month has. */
const OWN_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** What counts as the time of a session of which none is known: long past, so that nobody gets in with it. */
const NO_TIME = new Date(0).toISOString();

type Fields = { [key: string]: JsonValue | undefined };

/**
 * A session as an older service wrote it, completed to one of ours: a null in its head is an absent field, missing times
 * derive from one another, a missing version is 0, and what is unknown here is kept. Throws an Error whose message
 * completes the sentence "the session ..." where that cannot be done.
 */
export function completeOlderSession(value: JsonValue): SessionRecord {
  const fields = fieldsOf(value);
  const head = completeHead(fields);
  return SessionRecord.of(head, head.active ? contentOf(fields) : {});
}

/**
 * What stands at the end of the text of a session that lacks nothing and is in every part as this store writes it, so that
 * the text can stay what it is, if it does end so. Null where something has to be completed.
 */
export function endOfWholeSession(value: JsonValue): string | null {
  const fields = fieldsOf(value);
  const { id, user_id, active, open_time, request_time, update_time, expire_time, close_time } = fields;
  if (typeof id !== 'string' || typeof user_id !== 'string' || typeof active !== 'boolean') return null;
  if (!isOwnTime(open_time) || !isOwnTime(request_time) || !isOwnTime(update_time)) return null;
  if (expire_time !== undefined && !isOwnTime(expire_time)) return null;
  if (active ? close_time !== undefined : !isOwnTime(close_time)) return null;
  for (const key of TEXTS) if (fields[key] !== undefined && typeof fields[key] !== 'string') return null;
  for (const key of COUNTS) if (fields[key] !== undefined && !isCount(fields[key])) return null;
  if (fields['version'] === undefined) return null;
  const { user, data } = contentOf(fields);
  if (!active && (user ?? data) !== undefined) return null;
  return `${user === undefined ? '' : `,"user":${user}`}${data === undefined ? '' : `,"data":${data}`}}`;
}

const COUNTS = ['expire_timeout', 'version'] as const;

function completeHead(fields: Fields): SessionHead {
  const { id, user_id, user, data, active, open_time, request_time, update_time, close_time, ...others } = fields;
  const opened = readTime(open_time, 'open_time');
  const requested = readTime(request_time, 'request_time');
  const updated = readTime(update_time, 'update_time');
  const closed = readTime(close_time, 'close_time');
  const openTime = opened ?? requested ?? updated ?? closed ?? NO_TIME;
  const requestTime = requested ?? closed ?? updated ?? openTime;
  const isActive = readActive(active) && closed === undefined;
  const known: Fields = others;
  for (const key of TEXTS) if (key in known) known[key] = readText(known[key], key);
  // Absent fields are left out by JSON.stringify.
  return {
    id: readName(id, 'id'),
    user_id: readName(user_id, 'user_id'),
    ...known,
    active: isActive,
    open_time: openTime,
    request_time: requestTime,
    update_time: updated ?? (requested === undefined ? openTime : requestTime),
    expire_time: readTime(others['expire_time'], 'expire_time'),
    close_time: isActive ? undefined : (closed ?? requestTime),
    expire_timeout: readCount(others['expire_timeout'], 'expire_timeout'),
    version: readCount(others['version'], 'version') ?? 0,
  } as SessionHead;
}

function fieldsOf(value: JsonValue): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is not a JSON object');
  return value;
}

function contentOf({ user, data }: Fields): SessionContent {
  return {
    ...(user !== undefined && { user: jsonText(user) }),
    ...(data !== undefined && { data: jsonText(data) }),
  };
}

function readName(value: JsonValue | undefined, key: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`has no ${key}`);
}

/** Where nothing is said, only a close time tells that a session has ended. */
function readActive(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'boolean') return value;
  throw new Error('has an "active" that is neither true nor false');
}

function readText(value: JsonValue | undefined, key: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new Error(`has a "${key}" that is no text`);
}

function readCount(value: JsonValue | undefined, key: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isCount(value)) return value;
  throw new Error(`has a "${key}" that is no whole number from 0`);
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isOwnTime(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && OWN_TIME.test(value);
}

/** The same instant in the one form that this store writes. */
function readTime(value: JsonValue | undefined, key: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (isOwnTime(value)) return value;
  const [text = '', day, ofMonth] = (typeof value === 'string' && ISO_TIME.exec(value)) || [];
  const time = Date.parse(text);
  // Date.parse takes the 31st of February for the 3rd of March.
  if (Number.isNaN(time) || new Date(`${day}T00:00:00Z`).getUTCDate() !== Number(ofMonth)) {
    throw new Error(`has a "${key}" that is no time`);
  }
  return new Date(time).toISOString();
}
