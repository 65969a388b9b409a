import { EventEmitter } from 'node:events';
import { type Clock, systemClock } from '../toolkit/Clock.js';
import { processTimers, type Timers } from '../toolkit/Timers.js';
import { boundMethods } from './BoundMethods.js';
import { type SessionDetails, type UserSession, UserSessions } from './UserSessions.js';

const DEFAULT_TIMEOUT = 3000;
const SHORTEST_TIMEOUT = 2;
const REJECTED = '[Session Manager]: ⚠ !Session rejected! ⚠';
const FAILED_LISTENER = '[Session Manager]: a listener failed while it was told that a session is deleted';

/**
 * The users that are logged in to this process, each by the key of a session that ends after a time. All answers are
 * immediate. Methods may be called without their object, too (`const { loadNewSession } = ...`).
 *
 * Where a key is asked for that is none, or whose time is over, `error` is emitted with an Error and `{ key }`, and the
 * answer is false. As of every EventEmitter, that throws the Error where nobody listens to `error`.
 *
 * Events: `sessionCreated` (key); `sessionDeleted` (key) and then `activeUserDeleted` (key), once, after a deletion or
 * expiry; `notifyClientToLogout` (socket reference, key) before an expiry, after each deletion of `deleteAllSessions`, and
 * by `sendLogoutMessage`, where there is a socket reference; `error` (Error, `{ key }`).
 */
export class SessionRegister extends EventEmitter {
  /** The least number of seconds that `setSessionTimeOut` takes. */
  MIN_SESSION_TIMEOUT: number = SHORTEST_TIMEOUT;
  /**
   * The time-out in seconds. A number above 0 that is assigned counts, however small, and as a text too; in the place of
   * anything else the last one counts that `setSessionTimeOut` has taken.
   */
  settings: { SESSION_TIMEOUT: number } = { SESSION_TIMEOUT: DEFAULT_TIMEOUT };
  private timeout = DEFAULT_TIMEOUT;
  /** Looking at the environment costs a tenth of opening a session. */
  private readonly isDebugged = Boolean(process.env['DEBUG']);
  private socketReference: unknown = null;
  private readonly own: UserSessions;

  constructor(clock: Clock = systemClock, timers: Timers = processTimers) {
    super();
    boundMethods(this, SessionRegister.prototype);
    const listener = { expiring: (key: string) => this.tellExpiry(key), expired: (key: string) => this.tellEnd(key) };
    this.own = new UserSessions(listener, clock, timers);
  }

  /**
   * The sessions by their keys. One whose time is over may stand here until that is told. What an application takes out
   * is gone at once and told as deleted when its time is over; what it puts in never ends before its timer is restarted.
   * An object that is assigned is copied.
   */
  get sessions(): Record<string, UserSession> {
    return this.own.all;
  }

  set sessions(sessions: Record<string, UserSession>) {
    this.own.replace(sessions);
  }

  /** Sets the seconds after which new and restarted sessions end, Infinity for never; false where that is no number or too few. */
  setSessionTimeOut(sessionTimeout: number): boolean {
    const least = typeof this.MIN_SESSION_TIMEOUT === 'number' ? this.MIN_SESSION_TIMEOUT : SHORTEST_TIMEOUT;
    // NaN is a number that is not below the least one.
    if (typeof sessionTimeout !== 'number' || !(sessionTimeout >= least)) return false;
    this.timeout = sessionTimeout;
    if (typeof this.settings === 'object' && this.settings !== null) this.settings.SESSION_TIMEOUT = sessionTimeout;
    else this.settings = { SESSION_TIMEOUT: sessionTimeout };
    return true;
  }

  /** The same as `setSessionTimeOut`. */
  setSessionTimeout(sessionTimeout: number): boolean {
    return this.setSessionTimeOut(sessionTimeout);
  }

  /** The seconds after which a session ends that begins now. */
  getSessionTimeout(): number {
    const given: unknown = this.settings?.SESSION_TIMEOUT;
    // Applications assign what stands in an environment variable.
    const seconds = typeof given === 'string' ? Number(given) : given;
    return typeof seconds === 'number' && seconds > 0 ? seconds : this.timeout;
  }

  /** The same as `getSessionTimeout`. */
  getSessionTimeOut(): number {
    return this.getSessionTimeout();
  }

  /** The user name of each session, the oldest session first: that of a user with two sessions comes twice. */
  getLoggedUsers(): string[] {
    const sessions = this.own.keys.map((key) => this.own.find(key));
    return sessions.filter((session) => session !== null).map(({ username }) => username);
  }

  /** Keeps the socket.io server that `notifyClientToLogout` brings; null for none. True where there is one now. */
  initSocketReference(ioRef: unknown): boolean {
    this.socketReference = ioRef ?? null;
    return this.socketReference !== null;
  }

  /** The same as `initSocketReference`. */
  initSocketReferences(ioRef: unknown): boolean {
    return this.initSocketReference(ioRef);
  }

  /** What `initSocketReference` was given; null before. */
  getSocketReference<T = unknown>(): T | null {
    return this.socketReference as T | null;
  }

  /** Opens a session of this user and answers its key. */
  loadNewSession(username: string): string {
    const key = this.own.add(username, this.milliseconds());
    this.debug('session created');
    this.emit('sessionCreated', key);
    return key;
  }

  /** The same as `loadNewSession`. */
  addSession(username: string): string {
    return this.loadNewSession(username);
  }

  /** Keeps the data, itself and not a copy, until the session ends. */
  setSessionData(key: string, data: unknown): boolean {
    const session = this.accepted(key);
    if (session === null) return false;
    session.data = data;
    return true;
  }

  /** Undefined for a session without data. */
  getSessionData<T = unknown>(key: string): T | undefined | false {
    const session = this.accepted(key);
    return session === null ? false : (session.data as T | undefined);
  }

  /** What the session is. */
  getSessionDetails(key: string): SessionDetails | false {
    const session = this.accepted(key);
    if (session === null) return false;
    const { username, createdAt, data } = session;
    return { username, createdAt, data };
  }

  /** Gives the session the whole time-out again, as it is now. */
  restartSessionTimer(key: string): boolean {
    return this.createNewSessionTimer(key) !== false;
  }

  /** Does the same and answers an object that stands for the timer. The user name counts for nothing. */
  createNewSessionTimer(key: string, _username?: string): object | false {
    return this.own.restart(key, this.milliseconds()) ?? this.rejected(key);
  }

  /** Ends the session. False, after an `error`, where a listener threw when it was told: the session is gone then too. */
  deleteSession(key: string): boolean {
    if (this.accepted(key) === null) return false;
    this.own.remove(key);
    this.debug('session deleted');
    try {
      this.tellEnd(key);
      return true;
    } catch (error) {
      this.emit('error', new Error(FAILED_LISTENER, { cause: error }), { key, error });
      return false;
    }
  }

  /** Ends all sessions there are now, and answers true. The first that a listener threw is thrown after all have ended. */
  deleteAllSessions(): boolean {
    const failures: unknown[] = [];
    for (const key of this.own.keys) {
      try {
        if (this.own.find(key) !== null) this.logOut(key);
        // What an application put there that is no session; a deadline of that key stays to be told.
        else delete this.own.all[key];
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return true;
  }

  /** Emits `notifyClientToLogout`, whatever the key; false where there is no socket reference. */
  sendLogoutMessage(key: string): boolean {
    if (this.socketReference === null) return false;
    this.emit('notifyClientToLogout', this.socketReference, key);
    return true;
  }

  /** Whether there is such a session. */
  checkSessionStatus(key: string): boolean {
    return this.accepted(key) !== null;
  }

  /** Whose session it is; false, and no `error`, where there is none. */
  getUsernameFromSessionKey(key: string): string | false {
    const session = this.own.find(key);
    return session === null ? false : session.username;
  }

  /** Writes to standard output where the environment variable DEBUG is set, by then. (The class's own messages: from the start.) */
  log(msg: unknown): void {
    if (process.env['DEBUG']) console.log(msg);
  }

  private debug(what: string): void {
    if (this.isDebugged) this.log(`[Session Manager]: ${what}`);
  }

  private milliseconds(): number {
    return this.getSessionTimeout() * 1000;
  }

  private accepted(key: string): UserSession | null {
    const session = this.own.find(key);
    if (session === null) this.rejected(key);
    return session;
  }

  private rejected(key: string): false {
    this.debug('session rejected');
    this.emit('error', new Error(REJECTED), { key });
    return false;
  }

  private logOut(key: string): void {
    try {
      this.deleteSession(key);
    } finally {
      this.sendLogoutMessage(key);
    }
  }

  private tellExpiry(key: string): void {
    this.debug('session expired');
    this.sendLogoutMessage(key);
  }

  private tellEnd(key: string): void {
    try {
      this.emit('sessionDeleted', key);
    } finally {
      this.emit('activeUserDeleted', key);
    }
  }
}
