import { type ConfigValues, configError, readConfig } from '../config/ClientConfig.js';
import type { ISessionsClientV1 } from '../version1/ISessionsClientV1.js';
import type { CookieSettings } from './SessionCookie.js';

/** What `sessions(...)` takes. Anything else, and any value that contradicts another, is INVALID_CONFIG at once. */
export interface SessionsOptions {
  /** Any client of the service. The application opens and closes it. */
  client: ISessionsClientV1;
  /** How the cookie is kept; false: none is read and none is set. */
  cookie?: SessionCookieOptions | false | undefined;
  /** Whether an `Authorization: Bearer` header is read; it wins over a cookie. Default: true. */
  bearer?: boolean | undefined;
  /** What becomes of a request without a session: `pass` (default) lets it through, `refuse` answers it with 401. */
  anonymous?: 'pass' | 'refuse' | undefined;
}

/** The defaults are the strictest that browsers know. */
export interface SessionCookieOptions {
  /** Default `__Host-sid`: browsers take it only Secure, with path `/` and without a domain, so that no neighbour can set it. */
  name?: string | undefined;
  /** Default true: browsers send it over TLS, and to localhost, only. */
  secure?: boolean | undefined;
  /** Default true: no script of a page can read it. */
  httpOnly?: boolean | undefined;
  /** Default `lax`: no other site's form or script sends it along. */
  sameSite?: 'strict' | 'lax' | 'none' | undefined;
  /** Default `/`. */
  path?: string | undefined;
  /** Default none: this host only, without its subdomains. */
  domain?: string | undefined;
  /** Seconds from login on; default none: until the browser ends. The service decides on its own when a session expires. */
  maxAge?: number | undefined;
}

/** Options as they have been read. */
export interface MiddlewareSettings {
  readonly client: ISessionsClientV1;
  /** Null: cookies are neither read nor set. */
  readonly cookie: CookieSettings | null;
  readonly bearer: boolean;
  readonly refusesAnonymous: boolean;
}

const COMPONENT = 'sessions middleware';
/** Browsers keep no cookie longer than 400 days (RFC 6265bis 5.5). */
const LONGEST_AGE = 34_560_000;

/** Stands for none in the table below. */
const NO_AGE = 0;

const OPTIONS = {
  bearer: { type: 'boolean', default: true, doc: 'Whether an Authorization: Bearer header is read' },
  anonymous: { type: 'text', default: 'pass', values: ['pass', 'refuse'], doc: 'What becomes of anonymous requests' },
  'cookie.name': { type: 'text', default: '__Host-sid', doc: 'Its name' },
  'cookie.secure': { type: 'boolean', default: true, doc: 'Sent over TLS only' },
  'cookie.httpOnly': { type: 'boolean', default: true, doc: 'Kept from scripts' },
  'cookie.sameSite': { type: 'text', default: 'lax', values: ['strict', 'lax', 'none'], doc: 'Kept from other sites' },
  'cookie.path': { type: 'text', default: '/', doc: 'Sent below this path only' },
  'cookie.domain': { type: 'text', default: undefined, doc: 'Sent to this domain and those below it' },
  'cookie.maxAge': { type: 'integer', default: NO_AGE, min: 1, max: LONGEST_AGE, doc: 'Seconds' },
} as const;

const KEYS = ['client', 'cookie', 'bearer', 'anonymous'];

/** Reads the options; throws INVALID_CONFIG, in one sentence. */
export function readSettings(options: SessionsOptions): MiddlewareSettings {
  if (typeof options !== 'object' || options === null) throw wrong('needs an object such as { client }');
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) throw wrong(`unknown key "${key}"; known are: ${KEYS.join(', ')}`, key);
  }
  const { client, cookie, ...rest } = options;
  if (typeof client?.validateSession !== 'function') {
    throw wrong('client must be a client of the service, such as a SessionsHttpClientV1', 'client');
  }
  if (cookie !== undefined && cookie !== false && !isPlainObject(cookie)) {
    throw wrong('cookie must be an object such as { name: "sid", secure: false }, or false', 'cookie');
  }
  const values = readConfig(COMPONENT, OPTIONS, { ...rest, cookie: cookie === false ? null : cookie });
  const settings = cookie === false ? null : readCookie(values);
  if (settings === null && !values.bearer) throw wrong('cookie and bearer are both off: no request has a session');
  return {
    client,
    cookie: settings,
    bearer: values.bearer,
    refusesAnonymous: values.anonymous === 'refuse',
  };
}

function readCookie(values: ConfigValues<typeof OPTIONS>): CookieSettings {
  const age = values['cookie.maxAge'];
  const cookie: CookieSettings = {
    name: values['cookie.name'],
    secure: values['cookie.secure'],
    httpOnly: values['cookie.httpOnly'],
    sameSite: values['cookie.sameSite'] as CookieSettings['sameSite'],
    path: values['cookie.path'],
    domain: values['cookie.domain'],
    maxAge: age === NO_AGE ? undefined : age,
  };
  for (const [key, isKept, rule] of rulesOf(cookie)) {
    if (!isKept) throw wrong(`cookie.${key} ${rule}`, `cookie.${key}`);
  }
  return cookie;
}

/** Browsers silently drop a cookie that breaks one of these, or take it for something else. */
function rulesOf({ name, secure, httpOnly, sameSite, path, domain }: CookieSettings): [string, boolean, string][] {
  // RFC 6265bis 4.1.3: browsers compare the prefixes without regard to case.
  const isHost = /^__Host-/i.test(name);
  const isSecure = isHost || /^__(Secure|Http)-/i.test(name);
  const isHttp = /^__(Host-)?Http-/i.test(name);
  return [
    ['name', /^[\w!#$%&'*+\-.^`|~]+$/.test(name), `is ${JSON.stringify(name)} but must be a token (RFC 6265)`],
    ['path', /^\/[!-:<-~]*$/.test(path), 'must begin with / and hold neither blanks nor ;'],
    ['domain', domain === undefined || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(domain), 'must be the name of a domain'],
    ['secure', secure || !isSecure, `must be true with the name ${name}`],
    ['secure', secure || sameSite !== 'none', 'must be true where sameSite is none'],
    ['path', path === '/' || !isHost, `must be / with the name ${name}`],
    ['domain', domain === undefined || !isHost, `must be absent with the name ${name}`],
    ['httpOnly', httpOnly || !isHttp, `must be true with the name ${name}`],
  ];
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const wrong = (message: string, key?: string) => configError(`${COMPONENT}: ${message}`, key);
