import { randomHex } from '../calls/RandomHex.js';
import type {
  JsonValue,
  OpenSessionV1,
  SessionsPageV1,
  SessionV1,
  StoreOptionsV1,
  UpdateUserOptionsV1,
} from '../version1/SessionV1.js';
import type { MockSettings } from './MockConfig.js';
import { mergePatch, readContent, readJson } from './MockContent.js';
import { mockError, refused } from './MockErrors.js';
import type { MockEvents } from './MockEvents.js';
import { type MockFilter, type MockPaging, matches } from './MockFilter.js';
import { asOf, ended, touched, withDeadline, withoutContent } from './MockRules.js';

type CorrelationId = string | null;

const ACCEPTED_ID = /^[A-Za-z0-9_-]{20,128}$/;
const OWN_FIELDS = ['user_name', 'address', 'client', 'expire_timeout', 'expire_basis', 'service', 'name'] as const;

/**
 * The operations, on checked arguments. Each happens at `now`, milliseconds since 1970, and at once. What is stored is never
 * changed but replaced; whoever hands it out copies it.
 */
export class MockSessions {
  private readonly stored = new Map<string, SessionV1>();

  constructor(
    private settings: MockSettings,
    private readonly events: MockEvents,
  ) {}

  /** Other settings from now on. They move no deadline, but give one to the sessions without. */
  configure(settings: MockSettings): void {
    this.settings = settings;
    for (const session of this.stored.values()) {
      if (session.active && session.expire_time === undefined) this.put(withDeadline(session, settings));
    }
  }

  list(filter: MockFilter, { skip, take, total }: MockPaging, now: number): SessionsPageV1 {
    const found = this.matching(filter, now).sort(
      (one, other) => other.request_time.getTime() - one.request_time.getTime() || (one.id < other.id ? -1 : 1),
    );
    return { total: total ? found.length : null, data: found.slice(skip, skip + take).map(withoutContent) };
  }

  get(id: string, now: number): SessionV1 | null {
    const session = this.stored.get(id);
    return session === undefined ? null : asOf(session, now);
  }

  open(correlationId: CorrelationId, given: OpenSessionV1, now: number): SessionV1 {
    const id = this.acceptedId(correlationId, given.session_id) ?? this.newId(now);
    const times = { open_time: new Date(now), request_time: new Date(now), update_time: new Date(now) };
    const own = Object.fromEntries(OWN_FIELDS.map((key) => [key, given[key]]).filter(([, value]) => value != null));
    const content: Partial<SessionV1> = {};
    for (const field of ['user', 'data'] as const) {
      if (given[field] !== undefined) content[field] = readContent(correlationId, field, given[field], this.settings);
    }
    if (this.stored.has(id)) {
      throw mockError(correlationId, 'SESSION_EXISTS', 'A session with this id exists or is still retained', {
        session_id: id,
      });
    }
    const session = { id, user_id: given.user_id, active: true, ...times, ...own, version: 0, ...content };
    return this.published('session_opened', this.put(withDeadline(session, this.settings)));
  }

  validate(id: string, userId: string | null, now: number): SessionV1 | null {
    const session = this.get(id, now);
    if (session === null || !session.active || (userId !== null && session.user_id !== userId)) return null;
    // Under changed settings its deadline may have passed already.
    const accessed = asOf(this.put(touched(session, this.settings, now)), now);
    return accessed.active ? accessed : null;
  }

  store(correlationId: CorrelationId, id: string, data: unknown, options: StoreOptionsV1, now: number) {
    const content = readContent(correlationId, 'data', data, this.settings);
    const { version, expire_timeout } = options;
    return this.write(correlationId, id, version, now, () => ({
      data: content,
      ...(typeof expire_timeout === 'number' && { expire_timeout }),
    }));
  }

  patch(correlationId: CorrelationId, id: string, patch: unknown, version: number | null | undefined, now: number) {
    const json = readJson(correlationId, 'data', patch, this.settings);
    return this.write(correlationId, id, version, now, ({ data }) => ({
      data: readContent(correlationId, 'data', mergePatch(data, json), this.settings),
    }));
  }

  update(correlationId: CorrelationId, id: string, user: unknown, options: UpdateUserOptionsV1, now: number) {
    const content: JsonValue = readContent(correlationId, 'user', user, this.settings);
    const { version, user_id, user_name } = options;
    return this.write(correlationId, id, version, now, () => ({
      user: content,
      ...(typeof user_id === 'string' && { user_id }),
      ...(typeof user_name === 'string' && { user_name }),
    }));
  }

  close(id: string, now: number): SessionV1 | null {
    const session = this.get(id, now);
    return session?.active ? this.end(ended(session, 'closed', now)) : session;
  }

  closeAll(filter: MockFilter, exceptId: string | null, now: number): number {
    const ending = this.matching(filter, now).filter(({ id, active }) => active && id !== exceptId);
    for (const session of ending) this.end(ended(session, 'revoked', now));
    return ending.length;
  }

  sweep(now: number): number {
    const expired = [...this.stored.values()].filter(({ active }) => active).map((session) => asOf(session, now));
    const ends = expired.filter(({ active }) => !active);
    for (const session of ends) this.end(session);
    const { retention } = this.settings;
    if (retention > 0) {
      for (const session of this.stored.values()) {
        if (session.close_time !== undefined && session.close_time.getTime() < now - retention) this.drop(session, now);
      }
    }
    return ends.length;
  }

  delete(id: string, now: number): SessionV1 | null {
    const stored = this.stored.get(id);
    if (stored === undefined) return null;
    const session = asOf(stored, now);
    if (stored.active) this.end(session.active ? ended(session, 'closed', now) : session);
    this.drop(session, now);
    return session;
  }

  private write(
    correlationId: CorrelationId,
    id: string,
    version: number | null | undefined,
    now: number,
    change: (session: SessionV1) => Partial<SessionV1>,
  ): SessionV1 | null {
    const session = this.get(id, now);
    if (session === null) return null;
    if (!session.active) {
      throw mockError(correlationId, 'SESSION_CLOSED', 'The session has ended and takes no more writes');
    }
    if (typeof version === 'number' && version !== session.version) {
      const message = `The session has version ${session.version}, not ${version}; read it again and repeat the change`;
      throw mockError(correlationId, 'SESSION_CONFLICT', message, { version: session.version });
    }
    const time = new Date(Math.max(now, session.request_time.getTime()));
    const changed = { ...session, ...change(session), request_time: time, update_time: time };
    const written = withDeadline({ ...changed, version: session.version + 1 }, this.settings);
    // A shorter time-out that comes with the write may have run out already.
    return asOf(this.published('session_updated', this.put(written)), now);
  }

  private matching(filter: MockFilter, now: number): SessionV1[] {
    return [...this.stored.values()].map((session) => asOf(session, now)).filter((session) => matches(session, filter));
  }

  private acceptedId(correlationId: CorrelationId, id: string | null | undefined): string | null {
    if (id === null || id === undefined) return null;
    if (!this.settings.acceptIds) {
      const expected = 'absent: the service makes the ids (its option accept_ids is off)';
      throw refused(correlationId, 'session_id', expected);
    }
    if (ACCEPTED_ID.test(id)) return id;
    throw refused(correlationId, 'session_id', '20 to 128 characters of A-Z, a-z, 0-9, _ and -');
  }

  private newId(now: number): string {
    const id = randomHex(this.settings.idLength);
    return this.settings.idTimestamp ? `${id}_${now.toString(36)}` : id;
  }

  private put(session: SessionV1): SessionV1 {
    this.stored.set(session.id, session);
    return session;
  }

  private end(session: SessionV1): SessionV1 {
    this.put(session);
    this.events.publish('session_closed', session, session.close_time as Date);
    return session;
  }

  private drop(session: SessionV1, now: number): void {
    this.stored.delete(session.id);
    this.events.publish('session_deleted', session, new Date(now));
  }

  private published(type: 'session_opened' | 'session_updated', session: SessionV1): SessionV1 {
    this.events.publish(type, session, session.request_time);
    return session;
  }
}
