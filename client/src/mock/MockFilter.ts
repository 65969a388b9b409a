import type { SessionV1 } from '../version1/SessionV1.js';
import { refused } from './MockErrors.js';

/** Which sessions to take; times are milliseconds. What is absent takes all. */
export interface MockFilter {
  texts: Map<TextKey, string>;
  active?: boolean;
  from?: number;
  to?: number;
}

export interface MockPaging {
  skip: number;
  take: number;
  total: boolean;
}

type TextKey = (typeof TEXT_KEYS)[number];

const TEXT_KEYS = ['id', 'user_id', 'user_name', 'service', 'name', 'client', 'address'] as const;
const FILTER_KEYS = [...TEXT_KEYS, 'active', 'from_time', 'to_time'];
const PAGING_KEYS = ['skip', 'take', 'total'];
const MAX_PAGE_SIZE = 100;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Values may be strings; null and empty ones do not filter, unknown keys are ignored. Throws INVALID_DATA. */
export function readFilter(correlationId: string | null, filter: unknown): MockFilter {
  const given = membersOf(correlationId, 'filter', filter, FILTER_KEYS);
  const read: MockFilter = { texts: new Map() };
  for (const key of TEXT_KEYS) {
    const value = given.get(key);
    if (value !== undefined) read.texts.set(key, String(value));
  }
  const [active, from, to] = [given.get('active'), given.get('from_time'), given.get('to_time')];
  if (active !== undefined) read.active = readBoolean(correlationId, 'filter.active', active);
  if (from !== undefined) read.from = readTime(correlationId, 'filter.from_time', from);
  if (to !== undefined) read.to = readTime(correlationId, 'filter.to_time', to);
  return read;
}

/** Numbers may be strings of digits; a `take` over 100 is cut to 100, and 100 when absent. Throws INVALID_DATA. */
export function readPaging(correlationId: string | null, paging: unknown): MockPaging {
  const given = membersOf(correlationId, 'paging', paging, PAGING_KEYS);
  const count = (key: 'skip' | 'take', otherwise: number): number => {
    const value = given.get(key) ?? otherwise;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && number >= 0 && (Number.isInteger(number) || number === Infinity)) return number;
    throw refused(correlationId, `paging.${key}`, 'a whole number from 0');
  };
  return {
    skip: count('skip', 0),
    take: Math.min(count('take', MAX_PAGE_SIZE), MAX_PAGE_SIZE),
    total: readBoolean(correlationId, 'paging.total', given.get('total') ?? false),
  };
}

/** Whether the filter takes a session, as it counts now: an expired one is not active any more. */
export function matches(session: SessionV1, { texts, active, from, to }: MockFilter): boolean {
  for (const [key, value] of texts) if (session[key] !== value) return false;
  if (active !== undefined && session.active !== active) return false;
  const time = session.request_time.getTime();
  return (from === undefined || time >= from) && (to === undefined || time < to);
}

/** The known members that are there, of a map of simple values. */
function membersOf(correlationId: string | null, field: string, map: unknown, keys: string[]): Map<string, unknown> {
  if (map === undefined || map === null) return new Map();
  if (typeof map !== 'object' || Array.isArray(map)) throw refused(correlationId, field, 'an object of simple values');
  const known = Object.entries(map).filter(([key]) => keys.includes(key));
  for (const [key, value] of known) {
    if (typeof value !== 'object' || value === null) continue;
    throw refused(correlationId, `${field}.${key}`, 'a string, a number, true or false');
  }
  return new Map(known.filter(([, value]) => value !== undefined && value !== null && value !== ''));
}

function readBoolean(correlationId: string | null, field: string, value: unknown): boolean {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  throw refused(correlationId, field, 'true or false');
}

function readTime(correlationId: string | null, field: string, value: unknown): number {
  let time = Number.NaN;
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{5,}$/.test(value))) time = Number(value);
  else if (typeof value === 'string' && ISO_TIME.test(value)) time = Date.parse(inUtc(value));
  if (Number.isFinite(time)) return time;
  throw refused(correlationId, field, 'an ISO-8601 time such as 2026-01-31T12:00:00.000Z');
}

/** A time without a zone would be read in the zone of the machine. */
function inUtc(time: string): string {
  return time.includes('T') && !/(Z|[+-]\d{2}:\d{2})$/.test(time) ? `${time}Z` : time;
}
