import type { SessionsClientErrorCode } from '../version1/SessionsClientError.js';

/** What the service answers. */
export interface SessmanAnswer {
  session_id: string;
  user_id: string;
  /** `{}` where the session has none. */
  data: unknown;
  /** ISO-8601; null for never. */
  expires: string | null;
}

export interface SessmanRequest {
  /** Relative to the page where there is one. */
  url: string;
  /** JSON, or empty for none. */
  body: string;
  auth: unknown;
  /** Milliseconds for the whole call; undefined for the default. */
  timeout: unknown;
}

/**
 * Every failure of a Session. Decide by `code`: one of the service's (docs/errors.md), `UNREACHABLE`, `TIMEOUT`, `BAD_REPLY` or
 * `INVALID_CONFIG`.
 */
export class SessmanError extends Error {
  override readonly name = 'SessmanError';

  constructor(
    readonly code: SessionsClientErrorCode,
    message: string,
    /** The HTTP status of the answer; undefined where there was none. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const DEFAULT_TIMEOUT = 5000;
/** Longer waits end at once, of timers in browsers and in Node.js alike. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** Makes a call. Every failure is a SessmanError. */
export async function callSessman({
  url,
  body,
  auth,
  timeout = DEFAULT_TIMEOUT,
}: SessmanRequest): Promise<SessmanAnswer> {
  const target = absolute(url);
  const headers = headersOf(auth);
  const limit = typeof timeout === 'number' && timeout > 0 && timeout <= LONGEST_TIMEOUT ? timeout : null;
  if (limit === null) throw config('timeout must be milliseconds above 0');
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), limit);
  let status: number | undefined;
  try {
    // Its answers are in no cache, it has no cookies, and who is redirected brings the key to another place.
    const init: RequestInit = { redirect: 'manual', credentials: 'omit', cache: 'no-store' };
    const response = await fetch(target, { ...init, method: 'POST', headers, body, signal });
    status = response.status || undefined;
    return answerOf(status, textOf(await response.arrayBuffer()));
  } catch (cause) {
    if (cause instanceof SessmanError) throw cause;
    if (signal.aborted) throw new SessmanError('TIMEOUT', `The service did not answer in ${limit} ms`, status);
    if (status !== undefined) throw badReply('broke off its answer', status, cause);
    throw new SessmanError('UNREACHABLE', 'The service does not answer', undefined, { cause });
  } finally {
    clearTimeout(timer);
  }
}

export function badReply(what: string, status: number | undefined, cause?: unknown): SessmanError {
  return new SessmanError('BAD_REPLY', `The service ${what}`, status, { cause });
}

function config(expected: string): SessmanError {
  return new SessmanError('INVALID_CONFIG', `options.${expected}`);
}

function absolute(url: string): URL {
  try {
    const target = new URL(url, globalThis.location?.href);
    if (/^https?:$/.test(target.protocol) && isPlain(target)) return target;
  } catch {
    // As any other address that is none.
  }
  throw config(
    'base_url must be an http address without user, query and fragment, and a whole one where there is no page',
  );
}

/** Whether nothing but the parameters of the call follows its path: those are encoded, what belongs to `base_url` is not. */
function isPlain({ username, password, search, hash }: URL): boolean {
  return username === '' && password === '' && hash === '' && !search.slice(1).includes('?');
}

function headersOf(auth: unknown): Record<string, string> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  if (auth === undefined || auth === null || auth === '') return headers;
  if (typeof auth !== 'string' || !/^[\x21-\x7e]+$/.test(auth)) throw config('auth must be ASCII without spaces');
  return { ...headers, authorization: `Bearer ${auth}` };
}

function textOf(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function answerOf(status: number | undefined, text: string | null): SessmanAnswer {
  if (status === undefined) throw badReply('answered with a redirect', status);
  const value = objectIn(text);
  if (status === 200 && isAnswer(value)) return value;
  const { code, error, message = error } = value;
  // sessman's own 404 has an `error`: without, no session was looked for, and none may be taken for ended.
  if (status === 404 && error === undefined) throw badReply('has no sessman at base_url', status);
  if (status >= 400 && typeof code === 'string' && typeof message === 'string') {
    throw new SessmanError(code, message, status);
  }
  throw badReply(`answered with the status ${status} and no word of sessman`, status);
}

function objectIn(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isAnswer(value: object): value is SessmanAnswer {
  const { session_id, user_id, data, expires } = value as Partial<SessmanAnswer>;
  const isTime = expires === null || (typeof expires === 'string' && !Number.isNaN(Date.parse(expires)));
  return (
    typeof session_id === 'string' && session_id !== '' && typeof user_id === 'string' && data !== undefined && isTime
  );
}
