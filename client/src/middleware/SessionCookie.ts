/** How the cookie with a session's id is kept by a browser. */
export interface CookieSettings {
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
  readonly path: string;
  readonly domain: string | undefined;
  /** Seconds; undefined = until the browser ends. */
  readonly maxAge: number | undefined;
}

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

/** The values of all cookies of this name in a request's Cookie header, in its order and as they stand. */
export function cookieValues(header: string, name: string): string[] {
  const values: string[] = [];
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at >= 0 && trimmed(part.slice(0, at)) === name) values.push(trimmed(part.slice(at + 1)));
  }
  return values;
}

/** The Set-Cookie header that makes a browser keep the id. */
export function cookieWith(cookie: CookieSettings, id: string): string {
  const age = cookie.maxAge === undefined ? '' : `; Max-Age=${cookie.maxAge}`;
  return `${cookie.name}=${encodeURIComponent(id)}${age}${attributesOf(cookie)}`;
}

/** The Set-Cookie header that makes a browser drop the cookie; a browser takes it only with the attributes it was set with. */
export function cookieDropped(cookie: CookieSettings): string {
  return `${cookie.name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${attributesOf(cookie)}`;
}

/** The Set-Cookie headers of an answer with this one in the place of those of the same name; others are kept. */
export function withCookie(given: unknown, cookie: CookieSettings, text: string): string[] {
  const earlier = given === undefined || given === null ? [] : [given].flat().map(String);
  return [...earlier.filter((other) => trimmed(other.split('=', 1)[0] ?? '') !== cookie.name), text];
}

function attributesOf({ path, domain, httpOnly, secure, sameSite }: CookieSettings): string {
  const parts = [`Path=${path}`];
  if (domain !== undefined) parts.push(`Domain=${domain}`);
  if (httpOnly) parts.push('HttpOnly');
  if (secure) parts.push('Secure');
  parts.push(`SameSite=${SAME_SITE[sameSite]}`);
  return `; ${parts.join('; ')}`;
}

/**
 * Without the blanks of RFC 6265 only: `trim()` would drop others as well, and so take a name that a browser, for which it is
 * another one, lets a neighbouring domain set without the rules of `__Host-`. By hand: a pattern takes quadratic time.
 */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';
