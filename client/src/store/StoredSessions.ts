import type { SessionData } from 'express-session';
import type { ClientClock } from '../config/Clock.js';
import type { JsonValue, SessionV1 } from '../version1/SessionV1.js';
import { ageOf, contentOf, isObject, sessionDataOf, storedAge, withCookie } from './SessionContent.js';
import { hasCode, isRefusedId, refusedId } from './StoreFailures.js';
import { ANONYMOUS, LONGEST_TIMEOUT, type SessionOwner, type StoreSettings } from './StoreOptions.js';

/** How often a step is begun again when others change the session at the same time. */
const ATTEMPTS = 5;

/** A write as it was when it was asked for, whatever becomes of the session object meanwhile. */
export interface SessionWrite {
  /** Null: the cookie is over, and so is the session. */
  content: { data: JsonValue; expire_timeout: number } | null;
  user: SessionOwner | undefined;
}

/** Whose a session was when it was last seen. */
type Owned = Pick<SessionV1, 'id' | 'user_id' | 'user_name' | 'user'>;

/** And how it was accessed then. */
interface Accessed extends Owned {
  /** When the access was asked for, on the elapsed clock. */
  accessedAt: number;
  /** The age with which it is stored. */
  age: JsonValue | undefined;
}

/** Milliseconds within which a touch adds nothing to the access before it; of short ages a hundredth, as the service has it. */
const SAME_ACCESS = 1000;

/**
 * Milliseconds that an age may lose without having been changed: express-session begins it anew at every request, reading the
 * clock twice. Of short ages a hundredth.
 */
const AGE_DRIFT = 100;

/**
 * The sessions of express-session at the service. One that was read or written is only ever written again, never opened: so a
 * late write cannot bring back a session that has ended, or has been deleted, meanwhile.
 */
export class StoredSessions {
  /** By the objects in which express-session holds them. */
  private readonly known = new WeakMap<object, Accessed>();

  constructor(
    private readonly settings: StoreSettings,
    private readonly clock: ClientClock,
  ) {}

  /** Counts as an access. */
  async read(id: string): Promise<SessionData | null> {
    const askedAt = this.clock.elapsed();
    const session = await this.ours(this.settings.client.validateSession(null, id));
    const data = session && sessionDataOf(session);
    if (session && data) this.remember(data, session, askedAt);
    return data;
  }

  /** The same, not as an access. */
  async look(id: string): Promise<SessionData | null> {
    const session = await this.ours(this.settings.client.getSessionById(null, id));
    return session && sessionDataOf(session);
  }

  /** What is known of one object holds for another that has been made of it. */
  hold(from: object, to: object): void {
    const owned = this.known.get(from);
    if (owned !== undefined) this.known.set(to, owned);
  }

  prepare(session: SessionData): SessionWrite {
    const age = this.ageOf(session);
    if (isOver(age)) return { content: null, user: undefined };
    const content = { data: contentOf(session, age), expire_timeout: this.timeoutOf(age) };
    return { content, user: this.settings.userOf?.(session) };
  }

  /** A write to a session that has ended is dropped. */
  async write(id: string, session: SessionData, write: SessionWrite): Promise<void> {
    if (write.content === null) return this.end(id);
    const askedAt = this.clock.elapsed();
    const owned = this.known.get(session);
    const stored = await unlessEnded(owned?.id === id ? this.store(owned, write) : this.openOrStore(id, write));
    if (stored !== null) this.remember(session, stored, askedAt);
  }

  /**
   * An access, unless this very object was read or written just now, as at the end of a quick request; a write only where the
   * cookie has got another age.
   */
  async touch(id: string, session: SessionData): Promise<void> {
    const age = this.ageOf(session);
    if (isOver(age)) return this.end(id);
    if (this.isAccessedNow(id, session, age)) return;
    for (let attempt = 1; ; attempt++) {
      const found = await this.ours(this.settings.client.validateSession(null, id));
      if (found === null || storedAge(found) === age || !isObject(found.data)) return;
      const options = { version: found.version, expire_timeout: this.timeoutOf(age) };
      const data = withCookie(found.data, session, age);
      try {
        await unlessEnded(this.settings.client.storeSessionData(null, id, data, options));
        return;
      } catch (error) {
        if (!hasCode(error, 'SESSION_CONFLICT') || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Closes it, and never deletes: the service opens no second session under the id of one that it still knows. */
  async end(id: string): Promise<void> {
    const { client } = this.settings;
    if ((await this.ours(client.getSessionById(null, id))) !== null) await client.closeSession(null, id);
  }

  isOurs(session: SessionV1): boolean {
    return session.active && session.service === this.settings.service;
  }

  /** The age of its cookie, as it is stored where it has only drifted. */
  private ageOf(session: SessionData): number | null {
    const age = ageOf(session, this.clock.now());
    const stored = this.known.get(session)?.age;
    if (age === null || typeof stored !== 'number') return age;
    const lost = stored - age;
    return lost > 0 && lost <= Math.min(AGE_DRIFT, stored / 100) ? stored : age;
  }

  private async ours(asked: Promise<SessionV1 | null>): Promise<SessionV1 | null> {
    try {
      const session = await asked;
      return session !== null && this.isOurs(session) ? session : null;
    } catch (error) {
      if (isRefusedId(error)) return null;
      throw error;
    }
  }

  private async openOrStore(id: string, write: SessionWrite): Promise<SessionV1 | null> {
    const { client, service } = this.settings;
    const user = write.user ?? ANONYMOUS;
    for (let attempt = 1; ; attempt++) {
      try {
        // The age of a cookie counts from the last access, whatever the service is configured to.
        const policy = { service, expire_basis: 'last_access' as const };
        return await client.openSession(null, { session_id: id, ...user, ...policy, ...write.content });
      } catch (error) {
        if (isRefusedId(error)) throw refusedId(id, error);
        if (!hasCode(error, 'SESSION_EXISTS')) throw error;
        const there = await client.getSessionById(null, id);
        if (there === null && attempt < ATTEMPTS) continue;
        if (there?.service !== service) throw error;
        return there.active ? this.store(there, write) : null;
      }
    }
  }

  private isAccessedNow(id: string, session: SessionData, age: number | null): boolean {
    const owned = this.known.get(session);
    if (owned?.id !== id || owned.age !== age) return false;
    return this.clock.elapsed() - owned.accessedAt < Math.min(SAME_ACCESS, (age ?? this.settings.ttl) / 100);
  }

  private async store(owned: Owned, { content, user }: SessionWrite): Promise<SessionV1 | null> {
    // Where this breaks off, a session that says somebody is logged in must be nobody else's: at a login whose it is comes
    // first, at a logout last.
    if (differs(owned, user) && user.user_id !== ANONYMOUS.user_id && (await this.give(owned, user)) === null)
      return null;
    if (content === null) return null;
    const { data, expire_timeout } = content;
    const stored = await this.settings.client.storeSessionData(null, owned.id, data, { expire_timeout });
    return stored !== null && differs(stored, user) ? this.give(stored, user) : stored;
  }

  private give(owned: Owned, user: SessionOwner): Promise<SessionV1 | null> {
    return this.settings.client.updateSessionUser(null, owned.id, owned.user ?? null, { ...user });
  }

  private remember(holder: object, session: SessionV1, accessedAt: number): void {
    const { id, user_id, user_name, user } = session;
    this.known.set(holder, {
      id,
      user_id,
      ...(user_name !== undefined && { user_name }),
      ...(user !== undefined && { user }),
      accessedAt,
      age: storedAge(session),
    });
  }

  private timeoutOf(age: number | null): number {
    return age === null ? this.settings.ttl : Math.min(Math.ceil(age), LONGEST_TIMEOUT);
  }
}

/** An age that is no number is over too: nothing says how long such a session may live. */
function isOver(age: number | null): boolean {
  return age !== null && !(age > 0);
}

function differs(owned: Owned, user: SessionOwner | undefined): user is SessionOwner {
  if (user === undefined) return false;
  return user.user_id !== owned.user_id || (user.user_name ?? owned.user_name) !== owned.user_name;
}

async function unlessEnded(written: Promise<SessionV1 | null>): Promise<SessionV1 | null> {
  try {
    return await written;
  } catch (error) {
    if (hasCode(error, 'SESSION_CLOSED')) return null;
    throw error;
  }
}
