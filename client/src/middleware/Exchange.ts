import { type CookieSettings, cookieDropped, withCookie } from './SessionCookie.js';

/** One request and its answer, as a framework shows them. */
export interface Exchange {
  /** Of the request, by lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Where the request came from, proxies regarded as the framework is set up to. */
  readonly address: string | undefined;
  /** True when the answer's headers have left. */
  isAnswered(): boolean;
  /** The Set-Cookie headers of the answer so far: a text, a list of them, or undefined. */
  cookies(): unknown;
  /** Puts these in their place. */
  replaceCookies(cookies: string[]): void;
}

/** Adds a Set-Cookie header to the answer, in the place of an earlier one of the same cookie. */
export function putCookie(exchange: Exchange, cookie: CookieSettings, text: string): void {
  exchange.replaceCookies(withCookie(exchange.cookies(), cookie, text));
}

/** An outage drops no cookie, not even one that was found to be worth nothing before: the next request drops that. */
export function takeBackDrop(exchange: Exchange, cookie: CookieSettings | null): void {
  const given = exchange.cookies();
  if (cookie === null || exchange.isAnswered() || given === undefined || given === null) return;
  const cookies = [given].flat().map(String);
  const others = cookies.filter((other) => other !== cookieDropped(cookie));
  if (others.length < cookies.length) exchange.replaceCookies(others);
}

/** A header of the request; undefined when there is none. */
export function headerOf(exchange: Exchange, name: string): string | undefined {
  const value = exchange.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
