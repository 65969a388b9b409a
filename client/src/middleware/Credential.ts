import { type Exchange, headerOf } from './Exchange.js';
import type { MiddlewareSettings } from './MiddlewareSettings.js';
import { cookieValues } from './SessionCookie.js';

/** What a request brought to say which session it belongs to. */
export interface Credential {
  readonly by: 'cookie' | 'bearer';
  /** Null where what was brought can be no session's id. */
  readonly id: string | null;
  /** Whether the browser is to drop it when it leads to no session. */
  readonly isDroppable: boolean;
}

/** The limits of the service for ids: what is outside of them need not be asked for. */
const SESSION_ID = /^[^\p{Cc}\p{Cs}]{1,256}$/u;
const LONGEST_ENCODED = 256 * 4 * 3;

/** Reads what the request brought; null when it brought nothing. A bearer header that holds no id hides the cookie too. */
export function readCredential(exchange: Exchange, settings: MiddlewareSettings): Credential | null {
  const authorization = settings.bearer ? headerOf(exchange, 'authorization') : undefined;
  if (authorization !== undefined && /^bearer(?![^ ])/i.test(authorization)) {
    return { by: 'bearer', id: bearerId(authorization), isDroppable: false };
  }
  const header = settings.cookie === null ? undefined : headerOf(exchange, 'cookie');
  if (settings.cookie === null || header === undefined) return null;
  const [value, ...more] = cookieValues(header, settings.cookie.name);
  if (value === undefined) return null;
  // Of two cookies one is an intruder's: to drop ours would leave the other one alone.
  if (more.length > 0) return { by: 'cookie', id: null, isDroppable: false };
  return { by: 'cookie', id: cookieId(value), isDroppable: true };
}

function bearerId(authorization: string): string | null {
  const [, id, ...more] = authorization.slice(0, 1024).split(' ').filter(Boolean);
  return id !== undefined && more.length === 0 && /^[!-~]+$/.test(id) && SESSION_ID.test(id) ? id : null;
}

function cookieId(value: string): string | null {
  if (value.length > LONGEST_ENCODED) return null;
  try {
    const id = decodeURIComponent(value);
    return SESSION_ID.test(id) ? id : null;
  } catch {
    return null;
  }
}
