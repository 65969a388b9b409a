import { deadline, isDue } from '../logic/SessionDeadline.js';
import type { Clock } from '../toolkit/Clock.js';
import { Deadlines } from '../toolkit/Deadlines.js';
import { randomHex } from '../toolkit/RandomIds.js';
import type { Timers } from '../toolkit/Timers.js';
import { objectView } from './ObjectView.js';

/** 128 bits. */
const KEY_DIGITS = 32;

/** A session as it stands in `sessions`. */
export interface UserSession {
  /** As it was given. */
  username: string;
  key: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Absent until it is set. The object that was given, not a copy. */
  data?: unknown;
  /** Stands for the timer, of which there is one for all. Absent where an application wrote the entry. */
  timer?: object;
}

/** What `getSessionDetails` answers. */
export interface SessionDetails {
  username: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Undefined until it is set. */
  data: unknown;
}

/** What is told of sessions that end by time. What these throw comes out where the end was noticed. */
export interface ExpiryListener {
  /** Its time is over; it is still there, but nothing keeps it. */
  expiring(key: string): void;
  /** It is gone. Told once, after `expiring`, whatever that did. */
  expired(key: string): void;
}

/** Sessions by key, each of which ends by time: by a timer, and before that when it is asked for. */
export class UserSessions {
  private readonly byKey = new Map<string, UserSession>();
  /** The sessions as an object. What is taken out of it is gone, but is told as expired at its time. */
  readonly all = objectView(this.byKey);
  private readonly deadlines: Deadlines<string>;
  /** There is one timer for all. */
  private readonly timer = Object.freeze({});
  /** Expired, and being told as such. */
  private readonly expiring = new Set<string>();

  constructor(
    private readonly listener: ExpiryListener,
    private readonly clock: Clock,
    timers: Timers,
  ) {
    this.deadlines = new Deadlines((key) => this.expire(key), clock, timers);
  }

  /** Holds what is in an object from now on; nothing where it is none. Later changes of that object are not seen. */
  replace(sessions: unknown): void {
    const entries = typeof sessions === 'object' && sessions !== null ? Object.entries(sessions) : [];
    this.byKey.clear();
    for (const [key, session] of entries) this.byKey.set(key, session);
  }

  get keys(): string[] {
    return [...this.byKey.keys()];
  }

  /** Opens one that ends after `timeout` milliseconds, Infinity for never, and answers its key. */
  add(username: string, timeout: number): string {
    const key = randomHex(KEY_DIGITS);
    const now = this.clock.now();
    this.byKey.set(key, { username, key, createdAt: now, timer: this.timer });
    this.deadlines.set(key, deadline(now, timeout, now, 0));
    return key;
  }

  /** Null for a key that is none, whatever it is, and for one whose time is over. */
  find(key: string): UserSession | null {
    if (isDue(this.deadlines.at(key), this.clock.now())) {
      this.deadlines.delete(key);
      this.expire(key);
    }
    // An application may have put anything there.
    const session: UserSession | null | undefined = this.byKey.get(key);
    return typeof session === 'object' ? session : null;
  }

  /** Has it end after `timeout` milliseconds from now and answers the timer; null where `find` does or it is ending. */
  restart(key: string, timeout: number): object | null {
    const session = this.find(key);
    if (session === null || this.expiring.has(key)) return null;
    const now = this.clock.now();
    this.deadlines.set(key, deadline(now, timeout, now, 0));
    session.timer = this.timer;
    return session.timer;
  }

  /** Takes one out that `find` answers. */
  remove(key: string): void {
    this.deadlines.delete(key);
    this.expiring.delete(key);
    this.byKey.delete(key);
  }

  private expire(key: string): void {
    this.expiring.add(key);
    try {
      this.listener.expiring(key);
    } finally {
      // Where the listener has removed it, its end has been told.
      if (this.expiring.delete(key)) {
        this.byKey.delete(key);
        this.listener.expired(key);
      }
    }
  }
}
