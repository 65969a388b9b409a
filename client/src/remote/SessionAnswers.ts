import type { CloseReasonV1, ExpireBasisV1, JsonValue, SessionsPageV1, SessionV1 } from '../version1/SessionV1.js';

/** What came is no answer. The message says why. */
export class WrongAnswer extends Error {}

type Members = Record<string, unknown>;

/**
 * The session that an answer holds. Unknown fields are left out; what services of other versions may lack has a default.
 * Throws WrongAnswer.
 */
export function sessionOf(value: unknown): SessionV1 {
  if (!isObject(value)) throw new WrongAnswer('a session must be an object');
  const { id, active } = value;
  if (typeof id !== 'string' || id === '') throw new WrongAnswer('id must be a text');
  if (typeof active !== 'boolean') throw new WrongAnswer('active must be true or false');
  const [requested, updated, opened] = [
    time(value, 'request_time'),
    time(value, 'update_time'),
    time(value, 'open_time'),
  ];
  const session: SessionV1 = {
    id,
    user_id: text(value, 'user_id') ?? '',
    active,
    open_time: opened ?? copied(updated ?? requested),
    request_time: requested ?? copied(updated ?? opened),
    update_time: updated ?? copied(opened ?? requested),
    version: count(value, 'version') ?? 0,
  };
  readTexts(value, session);
  readEnd(value, session);
  if (value['user'] !== undefined) session.user = value['user'] as JsonValue;
  if (value['data'] !== undefined) session.data = value['data'] as JsonValue;
  return session;
}

/** Throws WrongAnswer. */
export function pageOf(value: unknown): SessionsPageV1 {
  if (!isObject(value) || !Array.isArray(value['data'])) throw new WrongAnswer('a page must be an object with data');
  return { total: count(value, 'total') ?? null, data: value['data'].map(sessionOf) };
}

/** Throws WrongAnswer. */
export function countOf(value: unknown): number {
  if (!isCount(value)) throw new WrongAnswer('a count must be a whole number');
  return value;
}

function readTexts(value: Members, session: SessionV1): void {
  for (const field of TEXTS) {
    const given = text(value, field);
    if (given !== undefined) session[field] = given;
  }
}

const TEXTS = ['user_name', 'address', 'client', 'service', 'name'] as const;

function readEnd(value: Members, session: SessionV1): void {
  const expires = time(value, 'expire_time');
  if (expires !== undefined) session.expire_time = expires;
  const closed = time(value, 'close_time');
  if (closed !== undefined) session.close_time = closed;
  const reason = text(value, 'close_reason');
  // A newer service may know more reasons and bases than the types do.
  if (reason !== undefined) session.close_reason = reason as CloseReasonV1;
  const timeout = count(value, 'expire_timeout');
  if (timeout !== undefined) session.expire_timeout = timeout;
  const basis = text(value, 'expire_basis');
  if (basis !== undefined) session.expire_basis = basis as ExpireBasisV1;
}

function text(value: Members, field: string): string | undefined {
  const given = value[field];
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string') throw new WrongAnswer(`${field} must be a text`);
  return given;
}

function count(value: Members, field: string): number | undefined {
  const given = value[field];
  if (given === undefined || given === null) return undefined;
  if (!isCount(given)) throw new WrongAnswer(`${field} must be a whole number`);
  return given;
}

function time(value: Members, field: string): Date | undefined {
  const given = value[field];
  if (given === undefined || given === null) return undefined;
  const date = new Date(typeof given === 'string' && given[10] === 'T' ? given : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new WrongAnswer(`${field} must be an ISO-8601 time`);
  return date;
}

function copied(date: Date | undefined): Date {
  return new Date(date ?? 0);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
