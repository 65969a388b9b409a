import { invalidData } from '../data/version1/SessionErrorsV1.js';
import type { SessionRecord } from './SessionRecord.js';

/** Which sessions to take. A key that is absent takes all. Times are milliseconds since 1970 and look at `request_time`. */
export interface SessionsFilter {
  id?: string;
  user_id?: string;
  user_name?: string;
  /** True leaves out the expired ones, false takes them: see `now` of the method that is asked. */
  active?: boolean;
  /** Inclusive. */
  from_time?: number;
  /** Exclusive. */
  to_time?: number;
  /** Null, which only code in the process can ask for: sessions without one. */
  service?: string | null;
  name?: string | null;
  client?: string;
  address?: string;
}

/** What part of a list: at most `take` sessions after the first `skip`; `total` asks to count all. */
export interface SessionsPaging {
  skip: number;
  take: number;
  total: boolean;
  /** True: the caller looks at no content, and a store may leave it out. */
  headsOnly?: boolean;
}

/** The most sessions in one page, and how many there are when nobody says. */
export const MAX_PAGE_SIZE = 100;

const TEXT_KEYS = ['id', 'user_id', 'user_name', 'service', 'name', 'client', 'address'] as const;
const CONTENT_KEYS = ['user_name', 'service', 'name', 'client', 'address'] as const;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * The only reading of a filter as callers send it: a map whose values may all be strings ("true"). Null, absent and
 * empty values do not filter; unknown keys are ignored, since older and newer clients live side by side.
 * Throws INVALID_DATA for a value that cannot be read.
 */
export function readSessionsFilter(correlationId: string | null, filter: unknown): SessionsFilter {
  if (filter === null || filter === undefined) return {};
  if (typeof filter !== 'object' || Array.isArray(filter)) {
    throw invalidData(correlationId, 'filter', 'an object of filter values');
  }
  const given = new Map(Object.entries(filter));
  const read: SessionsFilter = {};
  for (const key of TEXT_KEYS) {
    const value = given.get(key);
    if (isAbsent(value)) continue;
    if (typeof value === 'object') throw invalidData(correlationId, `filter.${key}`, 'a string');
    read[key] = String(value);
  }
  const active = given.get('active');
  if (!isAbsent(active)) read.active = readBoolean(correlationId, 'filter.active', active);
  for (const key of ['from_time', 'to_time'] as const) {
    const value = given.get(key);
    if (!isAbsent(value)) read[key] = readTime(correlationId, `filter.${key}`, value);
  }
  return read;
}

/**
 * The only reading of paging parameters, which may be numbers or strings of digits. More than 100 is cut to 100, a
 * `take` of nothing is 100. Throws INVALID_DATA for anything else, negative numbers included.
 */
export function readSessionsPaging(correlationId: string | null, paging: unknown): SessionsPaging {
  if (paging === null || paging === undefined) return { skip: 0, take: MAX_PAGE_SIZE, total: false };
  if (typeof paging !== 'object' || Array.isArray(paging)) {
    throw invalidData(correlationId, 'paging', 'an object with skip, take and total');
  }
  const given = new Map(Object.entries(paging));
  const count = (key: 'skip' | 'take', fallback: number): number => {
    const value = given.get(key);
    if (isAbsent(value)) return fallback;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (
      typeof number === 'number' &&
      number >= 0 &&
      (Number.isInteger(number) || number === Number.POSITIVE_INFINITY)
    ) {
      return number;
    }
    throw invalidData(correlationId, `paging.${key}`, 'a whole number from 0');
  };
  const total = given.get('total');
  return {
    skip: count('skip', 0),
    take: Math.min(count('take', MAX_PAGE_SIZE), MAX_PAGE_SIZE),
    total: isAbsent(total) ? false : readBoolean(correlationId, 'paging.total', total),
  };
}

/**
 * Whether a session is one that the filter takes, as it counts at `now`: an expired one is not active, whatever is
 * stored. Works for every store; one with indexes translates the filter instead and need not call it.
 */
export function matchesFilter(record: SessionRecord, filter: SessionsFilter, now: number): boolean {
  if (filter.id !== undefined && record.id !== filter.id) return false;
  if (filter.user_id !== undefined && record.userId !== filter.user_id) return false;
  if (filter.active !== undefined && (record.active && !record.isExpired(now)) !== filter.active) return false;
  if (filter.from_time !== undefined && record.requestAt < filter.from_time) return false;
  if (filter.to_time !== undefined && record.requestAt >= filter.to_time) return false;
  if (CONTENT_KEYS.every((key) => filter[key] === undefined)) return true;
  const head = record.head();
  return CONTENT_KEYS.every((key) => filter[key] === undefined || (head[key] ?? null) === filter[key]);
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function readBoolean(correlationId: string | null, field: string, value: unknown): boolean {
  // An array of one value would read as that value.
  const text = typeof value === 'object' ? '' : String(value).toLowerCase();
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  throw invalidData(correlationId, field, 'true or false');
}

function readTime(correlationId: string | null, field: string, value: unknown): number {
  let time = Number.NaN;
  if (value instanceof Date) time = value.getTime();
  else if (typeof value === 'number' || (typeof value === 'string' && /^\d{5,}$/.test(value))) time = Number(value);
  else if (typeof value === 'string' && ISO_TIME.test(value)) time = Date.parse(inUtc(value));
  if (Number.isFinite(time)) return time;
  throw invalidData(correlationId, field, 'an ISO-8601 time such as 2026-01-31T12:00:00.000Z');
}

/** A time without a zone would be read in the zone of the machine. */
function inUtc(time: string): string {
  return time.includes('T') && !/(Z|[+-]\d{2}:\d{2})$/.test(time) ? `${time}Z` : time;
}
