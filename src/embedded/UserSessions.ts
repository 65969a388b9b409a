import { deadline, isDue } from '../logic/SessionDeadline.js';
import type { Clock } from '../toolkit/Clock.js';
import { Deadlines } from '../toolkit/Deadlines.js';
import { randomHex } from '../toolkit/RandomIds.js';
import type { Timers } from '../toolkit/Timers.js';

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
  /** Stands for the time that is left; what is in it is not promised. Absent where an application wrote the entry. */
  timer?: object;
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
  /** Without a prototype, so that no name of one is found in it. */
  private byKey: Record<string, UserSession> = Object.create(null);
  private readonly deadlines: Deadlines<string>;
  /** Expired, and being told as such. */
  private readonly expiring = new Set<string>();

  constructor(
    private readonly listener: ExpiryListener,
    private readonly clock: Clock,
    timers: Timers,
  ) {
    this.deadlines = new Deadlines((key) => this.expire(key), clock, timers);
  }

  /** The object itself. What is taken out of it is gone, but is told as expired at its time. */
  get all(): Record<string, UserSession> {
    return this.byKey;
  }

  /** Holds what is in an object from now on; nothing where it is none. Later changes of that object are not seen. */
  set all(sessions: unknown) {
    const given = typeof sessions === 'object' ? sessions : null;
    this.byKey = Object.assign(Object.create(null), given);
  }

  /** Opens one that ends after `timeout` milliseconds, Infinity for never, and answers its key. */
  add(username: string, timeout: number): string {
    const key = randomHex(KEY_DIGITS);
    const now = this.clock.now();
    const endsAt = deadline(now, timeout, now, 0);
    this.byKey[key] = { username, key, createdAt: now, timer: { endsAt } };
    // Afterwards: a text is found faster once it has been the name of a property.
    this.deadlines.set(key, endsAt);
    return key;
  }

  /** Null for a key that is none, and for one whose time is over. */
  find(key: unknown): UserSession | null {
    if (typeof key !== 'string') return null;
    if (isDue(this.deadlines.at(key), this.clock.now())) {
      this.deadlines.delete(key);
      this.expire(key);
    }
    // An application may have put anything there.
    const session: UserSession | null | undefined = this.byKey[key];
    return typeof session === 'object' ? session : null;
  }

  /** Has it end after `timeout` milliseconds from now and answers its new timer; null where `find` does or it is ending. */
  restart(key: unknown, timeout: number): object | null {
    const session = this.find(key);
    if (session === null || this.expiring.has(key as string)) return null;
    const now = this.clock.now();
    const endsAt = deadline(now, timeout, now, 0);
    this.deadlines.set(key as string, endsAt);
    session.timer = { endsAt };
    return session.timer;
  }

  /** Takes one out that `find` answers. */
  remove(key: string): void {
    this.deadlines.delete(key);
    this.expiring.delete(key);
    delete this.byKey[key];
  }

  private expire(key: string): void {
    this.expiring.add(key);
    try {
      this.listener.expiring(key);
    } finally {
      // Where the listener has removed it, its end has been told.
      if (this.expiring.delete(key)) {
        delete this.byKey[key];
        this.listener.expired(key);
      }
    }
  }
}
