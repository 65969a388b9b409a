import type { CallOptionsV1, ISessionsClientV1 } from '../version1/ISessionsClientV1.js';
import type {
  OpenSessionV1,
  PatchOptionsV1,
  SessionV1,
  StoreOptionsV1,
  UpdateUserOptionsV1,
} from '../version1/SessionV1.js';
import { type Exchange, headerOf, putCookie, takeBackDrop } from './Exchange.js';
import { endedError, failureOf, headersSentError, isFailure, unauthenticatedError } from './MiddlewareErrors.js';
import type { MiddlewareSettings } from './MiddlewareSettings.js';
import type { SessionData, SessionUser } from './SessionContent.js';
import { cookieDropped, cookieWith } from './SessionCookie.js';

/** What a session is opened with at login. `address` and `client` come from the request unless they are given. */
export type RegenerateV1 = Omit<OpenSessionV1, 'user' | 'data'> & {
  user?: SessionUser | undefined;
  data?: SessionData | undefined;
};

/** How often `change` begins again; the pauses between double up to the longest. */
const CHANGE_ATTEMPTS = 50;
const LONGEST_PAUSE = 128;
/** Whose the sessions of people are who have not logged in. */
const NOBODY = 'anonymous';

/**
 * The session of one request, or that it has none. Every call that fails rejects with a SessionsClientError: what the service
 * answered as it is, 503 when it cannot be asked, 401 (`UNAUTHENTICATED`) where there is no session to work on. A session that
 * turns out to have ended is dropped, with its cookie. No cookie is touched by an outage.
 */
export class RequestSession {
  // Not `private`: whoever prints a request to a log must not print the id.
  readonly #settings: MiddlewareSettings;
  readonly #exchange: Exchange;
  readonly #keepsCookie: boolean;
  #session: SessionV1 | null;

  /** `keepsCookie` false: the caller keeps its id by itself and sends it as a bearer. */
  constructor(settings: MiddlewareSettings, exchange: Exchange, session: SessionV1 | null, keepsCookie: boolean) {
    this.#settings = settings;
    this.#exchange = exchange;
    this.#session = session;
    this.#keepsCookie = keepsCookie;
  }

  /** False: the request is anonymous. */
  get active(): boolean {
    return this.#session !== null;
  }

  /** The session as it was last answered; null when there is none. */
  get session(): SessionV1 | null {
    return this.#session;
  }

  /** Null when there is no session, as with all that follow. Whoever knows it has the session. */
  get id(): string | null {
    return this.#session?.id ?? null;
  }

  get userId(): string | null {
    return this.#session?.user_id ?? null;
  }

  /** Counts the writes of `user` and `data`. */
  get version(): number | null {
    return this.#session?.version ?? null;
  }

  /** Undefined when there is no session or it was opened without. */
  get user(): SessionUser | undefined {
    return this.#session?.user;
  }

  /** As `user`. A change of the value itself is stored by `save` only. */
  get data(): SessionData | undefined {
    return this.#session?.data;
  }

  /**
   * Logs in: opens a new session, then closes the one that the request has, then sets the cookie (none for a caller that came
   * with a bearer header: it takes the id from the answer). An id that somebody knew before the login so is worth nothing
   * after it. When the old session cannot be closed the new one is closed again. HEADERS_SENT when it is too late for the cookie.
   */
  async regenerate(opening: RegenerateV1): Promise<SessionV1> {
    this.#assertCookieCanBeSet();
    const opened = await this.#ask((client) =>
      client.openSession(null, { ...this.#origin(), ...opening } as OpenSessionV1),
    );
    if (!opened.active) throw endedError();
    try {
      for (let old = this.id; old !== null; old = this.id) {
        await this.#closed(old);
        // Meanwhile another regenerate of this request may have come to its end: then that one's session is the old one.
        if (this.id === old) this.#session = null;
      }
      this.#assertCookieCanBeSet();
    } catch (error) {
      await this.#settings.client.closeSession(null, opened.id).catch(() => null);
      throw error;
    }
    const { cookie } = this.#settings;
    if (cookie !== null && this.#keepsCookie) putCookie(this.#exchange, cookie, cookieWith(cookie, opened.id));
    this.#session = opened;
    return opened;
  }

  /**
   * Replaces the data. Unless `version` says otherwise (null: whatever it has), only if nobody has written since this request
   * read it; else SESSION_CONFLICT.
   */
  save(data: SessionData, options?: (StoreOptionsV1 & CallOptionsV1) | null): Promise<SessionV1> {
    const version = options?.version === undefined ? this.version : options.version;
    return this.#write((client, id) => client.storeSessionData(null, id, data, { ...options, version }));
  }

  /** Merges into the data (JSON Merge Patch): patches of other requests that touch other members survive. */
  patch(data: SessionData, options?: (PatchOptionsV1 & CallOptionsV1) | null): Promise<SessionV1> {
    return this.#write((client, id) => client.patchSessionData(null, id, data, options));
  }

  /** Replaces the user content and, where given, whose session it is. At a login use `regenerate`, which changes the id. */
  updateUser(user: SessionUser, options?: (UpdateUserOptionsV1 & CallOptionsV1) | null): Promise<SessionV1> {
    return this.#write((client, id) => client.updateSessionUser(null, id, user, options));
  }

  /**
   * Changes the data by what it was, so that no change of another request is lost, and answers what is stored. `change` gets a
   * copy, and is called again with newer data when another request was faster; SESSION_CONFLICT after 50 times.
   */
  async change<T extends SessionData>(change: (data: SessionData | undefined) => T | Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const data = await change(structuredClone(this.data));
      try {
        await this.save(data);
        return data;
      } catch (error) {
        if (!isFailure(error, 'SESSION_CONFLICT') || attempt === CHANGE_ATTEMPTS) throw error;
      }
      await randomPause(Math.min(2 ** attempt, LONGEST_PAUSE));
      if ((await this.reload()) === null) throw endedError();
    }
  }

  /** Reads the session again; null when it has ended. Never from a cache, and no access. */
  async reload(): Promise<SessionV1 | null> {
    const { id } = this;
    if (id === null) return null;
    const answer = await this.#ask((client) => client.getSessionById(null, id));
    if (answer?.active === true) this.#adopt(answer);
    else this.#ended(id);
    return this.#session;
  }

  /** Logs out: closes the session and drops the cookie. Without a session, nothing. */
  async close(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    await this.#closed(id);
    this.#ended(id);
  }

  /** Closes the user's other sessions; answers how many. Sessions of nobody in particular (`anonymous`) have no others. */
  async closeOthers(): Promise<number> {
    const { id, user_id } = this.#required();
    if (user_id === NOBODY) return 0;
    return this.#ask((client) => client.closeSessions(null, { user_id }, id));
  }

  /** Logs out everywhere: closes all sessions of the user and drops the cookie; answers how many. */
  async closeAll(): Promise<number> {
    const { id, user_id } = this.#required();
    if (user_id === NOBODY) {
      await this.close();
      return 1;
    }
    const count = await this.#ask((client) => client.closeSessions(null, { user_id }));
    this.#ended(id);
    return count;
  }

  async #write(call: (client: ISessionsClientV1, id: string) => Promise<SessionV1 | null>): Promise<SessionV1> {
    const { id } = this.#required();
    const answer = await this.#ask((client) => call(client, id)).catch((error: unknown) => {
      if (isFailure(error, 'SESSION_CLOSED')) this.#ended(id);
      throw error;
    });
    if (answer?.active !== true) {
      this.#ended(id);
      throw endedError();
    }
    this.#adopt(answer);
    return answer;
  }

  async #ask<T>(call: (client: ISessionsClientV1) => Promise<T>): Promise<T> {
    try {
      return await call(this.#settings.client);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.status === 503) takeBackDrop(this.#exchange, this.#settings.cookie);
      throw failure;
    }
  }

  #closed(id: string) {
    return this.#ask((client) => client.closeSession(null, id));
  }

  /** Answers may come in another order than the service gave them. */
  #adopt(answer: SessionV1): void {
    if (this.#session?.id === answer.id && answer.version >= this.#session.version) this.#session = answer;
  }

  /** Another session may have taken the place of this one while it was asked for: then its cookie stays. */
  #ended(id: string): void {
    if (this.id !== id) return;
    this.#session = null;
    const { cookie } = this.#settings;
    if (cookie === null || !this.#keepsCookie || this.#exchange.isAnswered()) return;
    putCookie(this.#exchange, cookie, cookieDropped(cookie));
  }

  #required(): SessionV1 {
    if (this.#session === null) throw unauthenticatedError();
    return this.#session;
  }

  #assertCookieCanBeSet(): void {
    if (this.#settings.cookie !== null && this.#keepsCookie && this.#exchange.isAnswered()) throw headersSentError();
  }

  #origin() {
    const client = headerOf(this.#exchange, 'user-agent');
    return { address: plainText(this.#exchange.address), client: plainText(client) };
  }
}

/** As the service takes it: a header may hold more, and a login must not fail by it. */
function plainText(text: string | undefined): string | null {
  return text?.slice(0, 4096).replace(/[\p{Cc}\p{Cs}]/gu, ' ') ?? null;
}

/** Requests that met in a conflict must not meet again. */
function randomPause(longest: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
