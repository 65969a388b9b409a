import type { SessionData } from 'express-session';
import { SessionsClientError } from '../version1/SessionsClientError.js';
import type { JsonValue, SessionV1 } from '../version1/SessionV1.js';

type JsonObject = { [key: string]: JsonValue };

/**
 * How long a session of this cookie lives unused, in milliseconds; null where the cookie has no age. Express-session sets
 * `originalMaxAge` whenever the age changes, and begins the age anew at every request; other cookies may have less.
 */
export function ageOf(session: unknown, now: number): number | null {
  const cookie = (session as Partial<SessionData> | null)?.cookie as Partial<Record<string, unknown>> | undefined;
  if (typeof cookie?.['originalMaxAge'] === 'number') return cookie['originalMaxAge'];
  const expires = cookie?.['expires'];
  if (expires instanceof Date) return expires.getTime() - now;
  if (typeof expires === 'string') return Date.parse(expires) - now;
  return typeof cookie?.['maxAge'] === 'number' ? cookie['maxAge'] : null;
}

/**
 * What is stored of a session: what JSON makes of it, as it is now. Of its cookie without the instant at which it expires,
 * which moves at every access and is the session's own. INVALID_DATA for what JSON cannot carry.
 */
export function contentOf(session: SessionData, age: number | null): JsonObject {
  let content: unknown;
  try {
    content = JSON.parse(JSON.stringify(session));
  } catch (cause) {
    throw notJson(cause);
  }
  if (!isObject(content)) throw notJson(undefined);
  return withAge(content, content['cookie'], age);
}

/** Stored content with another cookie. */
export function withCookie(content: JsonObject, session: SessionData, age: number | null): JsonObject {
  return withAge(content, contentOf(session, age)['cookie'], age);
}

function withAge(content: JsonObject, cookie: JsonValue | undefined, age: number | null): JsonObject {
  if (!isObject(cookie)) return content;
  const { expires, maxAge, ...rest } = cookie;
  return { ...content, cookie: { ...rest, originalMaxAge: age } };
}

/** The session as express-session takes it; null where something else was stored under this id. */
export function sessionDataOf({ data, expire_time }: SessionV1): SessionData | null {
  if (!isObject(data)) return null;
  const { cookie } = data;
  if (!isObject(cookie)) return { ...data } as never;
  const expires = cookie['originalMaxAge'] === null ? null : (expire_time ?? null);
  return { ...data, cookie: { ...cookie, expires } } as never;
}

/** The age with which a session was stored; undefined where it was stored without a cookie. */
export function storedAge({ data }: SessionV1): JsonValue | undefined {
  const cookie = isObject(data) ? data['cookie'] : undefined;
  return isObject(cookie) ? cookie['originalMaxAge'] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notJson(cause: unknown): SessionsClientError {
  return new SessionsClientError({
    code: 'INVALID_DATA',
    message: 'The session must be an object that JSON can carry',
    details: { field: 'data' },
    cause,
  });
}
