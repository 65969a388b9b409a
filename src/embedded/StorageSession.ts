import { isDue } from '../logic/SessionDeadline.js';
import type { Clock } from '../toolkit/Clock.js';
import { jsonText } from '../toolkit/JsonValue.js';
import { type PlainContent, plainContent } from './PlainContent.js';
import {
  ANONYMOUS,
  type AttributeName,
  assertAttributeName,
  attributeValue,
  isAttributeName,
  type SessionAttributes,
} from './SessionAttributes.js';
import type { SourceSession } from './SessionsSource.js';
import { readUser, type SessionUser } from './SessionUser.js';
import type { StoredSessions } from './StoredSessions.js';

/** What of a session is stored, as far as this object has fetched or stored it. */
interface Saved {
  /** Compact JSON. */
  sessionData: string;
  userData: string;
  uid: string | undefined;
}

/**
 * A session in the hands of an application: its attributes, which belong to it alone until `save()`. What others change
 * meanwhile is not seen; of two who write the same content, or give the session to a user, the last one wins.
 */
export class StorageSession {
  private readonly attributes: SessionAttributes;
  private readonly saved: Saved;
  /** Ends when the saving under way does. */
  private saving: Promise<unknown> = Promise.resolve();

  /** Applications get sessions from a session storage. `seen`: the session as the service answered it last. */
  constructor(
    private readonly sessions: StoredSessions,
    private seen: SourceSession,
    private readonly clock: Clock,
  ) {
    const uid = seen.user_id === ANONYMOUS ? undefined : seen.user_id;
    const sessionData = seen.data ?? {};
    const userData = seen.user ?? {};
    this.attributes = { ...serviceAttributes(seen), uid, sessionData, userData };
    this.saved = { uid, sessionData: jsonText(sessionData), userData: jsonText(userData) };
  }

  /** The value of an attribute, itself and not a copy; undefined for a name that is none. */
  get<N extends AttributeName>(name: N): SessionAttributes[N];
  get(name: string): unknown;
  get(name: string): unknown {
    return isAttributeName(name) ? this.attributes[name] : undefined;
  }

  /**
   * Sets an attribute; answers the session. `uid`, `sessionData` and `userData` are stored by `save()`. `_key` and the times are
   * the service's: set, they change in this object only, and are again what the service says after the next `save()`. Throws a
   * TypeError for a name that is none and for a value that does not fit.
   */
  set(name: AttributeName, value: unknown): this {
    assertAttributeName(name);
    Object.assign(this.attributes, { [name]: attributeValue(name, value) });
    return this;
  }

  /** Sets `uid` and `userData` to those of a user, null to none; answers the session. Throws a TypeError for anything else. */
  setUser(user: SessionUser | null): this {
    if (user === null) return this.set('uid', undefined).set('userData', {});
    const { _key, userData } = readUser(user);
    return this.set('uid', _key ?? '').set('userData', userData);
  }

  /**
   * Stores what has changed, a change inside of `sessionData` or `userData` included, in one step for `sessionData` and one for
   * `uid` with `userData`; answers the session. Rejects with SessionNotFound or SessionExpired when the session has ended,
   * whether or not there was something to store, with INVALID_DATA or PAYLOAD_TOO_LARGE for content that cannot be stored, and
   * with SESSION_CONFLICT for `userData` of a session that has got another user meanwhile. Calls of one object run one after
   * the other.
   */
  save(): Promise<this> {
    const saving = this.saving.then(() => this.store());
    // The next one begins whatever becomes of this one.
    this.saving = saving.catch(() => undefined);
    return saving.then(() => this);
  }

  /** Ends and removes the session. False when there was none any more. */
  delete(): Promise<boolean> {
    // Not `_key`, which may have been set.
    return this.sessions.remove(this.seen.id);
  }

  /** Whether `getExpiry()` has come. */
  hasExpired(): boolean {
    return isDue(this.getExpiry(), this.clock.now());
  }

  /** The instant from which the session counts as expired, in milliseconds since 1970, as last heard; Infinity for never. */
  getExpiry(): number {
    return this.seen.expire_time?.getTime() ?? Number.POSITIVE_INFINITY;
  }

  /** Milliseconds until then: 0 when it has come, Infinity for never. */
  getTTL(): number {
    return Math.max(0, this.getExpiry() - this.clock.now());
  }

  private async store(): Promise<void> {
    for (const step of this.steps()) {
      this.seen = await step();
      Object.assign(this.attributes, serviceAttributes(this.seen));
    }
  }

  /** What there is to do, of the attributes as they are now; at least a look whether the session has ended. */
  private steps(): (() => Promise<SourceSession>)[] {
    const { uid } = this.attributes;
    // Both before anything is stored: either may be what cannot be.
    const data = plainContent('sessionData', this.attributes.sessionData);
    const user = plainContent('userData', this.attributes.userData);
    const steps = data.text === this.saved.sessionData ? [] : [() => this.storeData(data)];
    if (uid !== this.saved.uid || user.text !== this.saved.userData) {
      const step = () => this.storeUser(uid, user);
      // Where this breaks off, nobody must have the session with content that is another user's: at a login whose it is
      // comes first, at a logout last.
      if (uid === undefined) steps.push(step);
      else steps.unshift(step);
    }
    return steps.length > 0 ? steps : [() => this.sessions.look(this.seen.id)];
  }

  private async storeData({ value, text }: PlainContent): Promise<SourceSession> {
    const session = await this.sessions.storeData(this.seen.id, value);
    this.saved.sessionData = text;
    return session;
  }

  private async storeUser(uid: string | undefined, { value, text }: PlainContent): Promise<SourceSession> {
    const { seen, saved, sessions } = this;
    const user_id = uid ?? ANONYMOUS;
    // Else the name of the user before would stay.
    const owner = seen.user_name ? { user_id, user_name: '' } : { user_id };
    const isSame = uid === saved.uid;
    const session = await (isSame ? sessions.updateUser(user_id, seen, value) : sessions.giveTo(owner, seen.id, value));
    Object.assign(saved, { uid, userData: text });
    return session;
  }
}

/** The attributes that only the service changes. */
function serviceAttributes(session: SourceSession) {
  return {
    _key: session.id,
    created: session.open_time.getTime(),
    lastAccess: session.request_time.getTime(),
    lastUpdate: session.update_time.getTime(),
  };
}
