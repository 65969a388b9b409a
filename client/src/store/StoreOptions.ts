import type { SessionData } from 'express-session';
import { configError } from '../config/ClientConfig.js';
import type { ISessionsClientV1 } from '../version1/ISessionsClientV1.js';

/** Whose session it is. */
export interface SessionsStoreUser {
  user_id: string;
  user_name?: string | null | undefined;
}

export interface SessionsStoreOptions {
  /** The way to the service, which must have `accept_ids` on: express-session makes the ids. */
  client: ISessionsClientV1;
  /** Marks the sessions of this store, which reads, lists and ends no others; 'express-session' when absent. */
  service?: string | undefined;
  /**
   * Whose session it is, by its content; asked at every write. A text is the user's id; null, undefined and '' are nobody's:
   * `anonymous`. When absent, all sessions are opened as `anonymous`, and nothing changes whose they are.
   */
  user?: ((session: SessionData) => string | SessionsStoreUser | null | undefined) | undefined;
  /** Milliseconds that a session lives unused when its cookie has no age of its own; a day when absent. */
  ttl?: number | undefined;
}

/** Whose a session is to be; null: nothing is said of the name. */
export interface SessionOwner {
  user_id: string;
  user_name: string | null;
}

export interface StoreSettings {
  client: ISessionsClientV1;
  service: string;
  ttl: number;
  /** Undefined: the store does not say whose the sessions are. */
  userOf: ((session: SessionData) => SessionOwner) | undefined;
}

/** The longest time-out of the service: 100 years, in milliseconds. */
export const LONGEST_TIMEOUT = 3_153_600_000_000;

export const ANONYMOUS: SessionOwner = { user_id: 'anonymous', user_name: null };

const NAME = 'SessionsStore';
const DAY = 86_400_000;
const KEYS = ['client', 'service', 'user', 'ttl'];
const METHODS = [
  'validateSession',
  'getSessionById',
  'getSessions',
  'openSession',
  'storeSessionData',
  'updateSessionUser',
  'closeSession',
] as const satisfies (keyof ISessionsClientV1)[];

/** Throws INVALID_CONFIG, in one sentence, for an option that is unknown or not what it must be. */
export function readStoreOptions(options: SessionsStoreOptions): StoreSettings {
  if (typeof options !== 'object' || options === null) throw configError(`${NAME}: the options must be an object`);
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw configError(`${NAME}: unknown option "${unknown}"; known are: ${KEYS.join(', ')}`, unknown);
  }
  const { client, service = 'express-session', user, ttl = DAY } = options;
  if (!METHODS.every((method) => typeof client?.[method] === 'function')) {
    throw configError(`${NAME}: client must be a client of the sessions service`, 'client');
  }
  if (typeof service !== 'string' || service === '') throw configError(`${NAME}: service must be a text`, 'service');
  if (user !== undefined && typeof user !== 'function') throw configError(`${NAME}: user must be a function`, 'user');
  if (!(Number.isSafeInteger(ttl) && ttl >= 1 && ttl <= LONGEST_TIMEOUT)) {
    throw configError(`${NAME}: ttl must be a whole number of milliseconds from 1 to ${LONGEST_TIMEOUT}`, 'ttl');
  }
  return { client, service, ttl, userOf: user && ((session) => readUser(user(session))) };
}

function readUser(given: unknown): SessionOwner {
  if (given === undefined || given === null || given === '') return ANONYMOUS;
  if (typeof given === 'string') return { user_id: given, user_name: null };
  const { user_id, user_name } = given as SessionsStoreUser;
  if (typeof user_id === 'string') return { user_id, user_name: user_name ?? null };
  throw configError(
    `${NAME}: user(session) must give a text, an object with a text as its user_id, or undefined`,
    'user',
  );
}
