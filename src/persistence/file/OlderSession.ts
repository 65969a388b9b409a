import type { JsonValue } from '../../toolkit/JsonValue.js';
import { type SessionContent, type SessionHead, SessionRecord } from '../SessionRecord.js';

const TIMES = ['open_time', 'request_time', 'update_time', 'close_time', 'expire_time'] as const;
const TEXTS = ['user_name', 'close_reason', 'address', 'client', 'expire_basis', 'service', 'name'] as const;
const ISO_TIME = /^(\d{4}-\d{2}-(\d{2}))T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
/** What counts as the time of a session of which none is known: long past, so that nobody gets in with it. */
const NO_TIME = new Date(0).toISOString();

type Fields = { [key: string]: JsonValue | undefined };

/**
 * A session as an older service wrote it, completed to one of ours: a null in its head is an absent field, missing times
 * derive from one another, a missing version is 0, and what is unknown here is kept. Throws an Error whose message
 * completes the sentence "the session ..." where that cannot be done.
 */
export function completeOlderSession(value: JsonValue): SessionRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is not a JSON object');
  const { user, data, ...fields } = value as Fields;
  const head = completeHead(fields);
  return SessionRecord.of(head, head.active ? contentOf(user, data) : {});
}

function completeHead(fields: Fields): SessionHead {
  const { id, user_id, version, active, expire_timeout, ...others } = fields;
  const times = readTimes(others);
  const texts = Object.fromEntries(TEXTS.map((key) => [key, readText(others, key)]));
  const open_time = times.open_time ?? times.request_time ?? times.update_time ?? times.close_time ?? NO_TIME;
  const request_time = times.request_time ?? times.close_time ?? times.update_time ?? open_time;
  const isActive = readActive(active) && times.close_time === undefined;
  // Absent fields are left out by JSON.stringify.
  return {
    id: readName(id, 'id'),
    user_id: readName(user_id, 'user_id'),
    ...others,
    ...texts,
    active: isActive,
    ...times,
    open_time,
    request_time,
    update_time: times.update_time ?? (times.request_time === undefined ? open_time : request_time),
    close_time: isActive ? undefined : (times.close_time ?? request_time),
    expire_timeout: readCount(expire_timeout, 'expire_timeout'),
    version: readCount(version, 'version') ?? 0,
  } as SessionHead;
}

function contentOf(user: JsonValue | undefined, data: JsonValue | undefined): SessionContent {
  return {
    ...(user !== undefined && { user: JSON.stringify(user) }),
    ...(data !== undefined && { data: JSON.stringify(data) }),
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

function readText(fields: Fields, key: string): string | undefined {
  const value = fields[key] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`has a "${key}" that is no text`);
}

function readCount(value: JsonValue | undefined, key: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`has a "${key}" that is no whole number from 0`);
}

type Times = { [K in (typeof TIMES)[number]]?: string };

function readTimes(fields: Fields): Times {
  const times: Times = {};
  for (const key of TIMES) {
    const value = fields[key] ?? undefined;
    delete fields[key];
    if (value !== undefined) times[key] = readTime(value, key);
  }
  return times;
}

/** The same instant in the one form that this store writes. */
function readTime(value: JsonValue, key: string): string {
  const parts = typeof value === 'string' ? ISO_TIME.exec(value) : null;
  const time = parts === null ? Number.NaN : Date.parse(value as string);
  // Date.parse takes the 31st of February for the 3rd of March.
  if (parts === null || Number.isNaN(time) || new Date(`${parts[1]}T00:00:00Z`).getUTCDate() !== Number(parts[2])) {
    throw new Error(`has a "${key}" that is no time`);
  }
  return new Date(time).toISOString();
}
