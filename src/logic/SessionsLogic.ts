import { invalidData } from '../data/version1/SessionErrorsV1.js';
import type { CloseReasonV1, OpenSessionV1, StoreOptionsV1, UpdateUserOptionsV1 } from '../data/version1/SessionV1.js';
import type { ISessionsPersistence, SessionRecordsPage } from '../persistence/ISessionsPersistence.js';
import type { SessionContent, SessionRecord } from '../persistence/SessionRecord.js';
import { readSessionsFilter, readSessionsPaging, type SessionsFilter } from '../persistence/SessionsFilter.js';
import type { Clock } from '../toolkit/Clock.js';
import { type JsonValue, mergePatch } from '../toolkit/JsonValue.js';
import { assertJson, type ContentLimits, contentText } from './ContentLimits.js';
import { directEnd, directWrite } from './DirectSteps.js';
import type { SessionEvents } from './SessionEvents.js';
import { acceptedId, type IdSettings, newId } from './SessionIds.js';
import {
  accessed,
  asOf,
  type ContentWrite,
  completed,
  ended,
  isValid,
  openedSession,
  type SessionOwner,
  type SessionPolicy,
  written,
} from './SessionLifecycle.js';
import { inSlices, never, SWEEP_SLICE } from './SweepSlices.js';

/** What the controller's options say to the rules. */
export interface SessionsSettings extends SessionPolicy, ContentLimits, IdSettings {
  /** Milliseconds that closed sessions are kept; 0 = for ever. */
  retention: number;
}

/**
 * The operations themselves, on stored records and checked arguments. Each reads the clock once, applies the rules of
 * SessionLifecycle in one atomic step of the store, and tells the events what the store has acknowledged.
 */
export class SessionsLogic {
  constructor(
    private readonly persistence: ISessionsPersistence,
    private readonly clock: Clock,
    private readonly settings: SessionsSettings,
    private readonly events: SessionEvents,
  ) {}

  async getSessions(correlationId: string | null, filter: unknown, paging: unknown): Promise<SessionRecordsPage> {
    const now = this.clock.now();
    const which = readSessionsFilter(correlationId, filter);
    const part = { ...readSessionsPaging(correlationId, paging), headsOnly: true };
    const page = await this.persistence.getPageByFilter(correlationId, which, part, now);
    return { total: page.total, data: page.data.map((record) => asOf(record, now)) };
  }

  async getSessionById(correlationId: string | null, id: string): Promise<SessionRecord | null> {
    const now = this.clock.now();
    const record = await this.persistence.getOneById(correlationId, id, now);
    return record && asOf(record, now);
  }

  /** As `validateSession`, but no access. */
  async findSession(correlationId: string | null, id: string, owner: SessionOwner): Promise<SessionRecord | null> {
    const now = this.clock.now();
    const record = await this.persistence.getOneById(correlationId, id, now);
    return record !== null && isValid(record, now, owner) ? record : null;
  }

  async openSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionRecord> {
    const opened = this.opened(correlationId, session, this.clock.now());
    const stored = await this.persistence.create(correlationId, opened);
    this.events.opened(stored);
    return stored;
  }

  async openBoundSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionRecord> {
    const now = this.clock.now();
    const bound = this.opened(correlationId, session, now);
    await this.events.closedBy(async (told) => (await this.persistence.replace(correlationId, bound, now, told)).ended);
    this.events.opened(bound);
    return bound;
  }

  /** The session to be stored. */
  private opened(correlationId: string | null, session: OpenSessionV1, now: number): SessionRecord {
    const content: SessionContent = {};
    if (session.user !== undefined) content.user = contentText(correlationId, 'user', session.user, this.settings);
    if (session.data !== undefined) content.data = contentText(correlationId, 'data', session.data, this.settings);
    return openedSession(
      {
        id: session.session_id ?? newId(this.settings, now),
        user_id: session.user_id,
        user_name: session.user_name ?? undefined,
        address: session.address ?? undefined,
        client: session.client ?? undefined,
        service: session.service ?? undefined,
        name: session.name ?? undefined,
        expire_timeout: session.expire_timeout ?? undefined,
        expire_basis: session.expire_basis ?? undefined,
      },
      content,
      this.settings,
      now,
    );
  }

  /** An id that a caller over a transport brings; throws INVALID_DATA where it may not. */
  acceptedId(correlationId: string | null, id: string | null | undefined): string | null {
    return acceptedId(correlationId, id, this.settings);
  }

  async validateSession(correlationId: string | null, id: string, owner: SessionOwner): Promise<SessionRecord | null> {
    const now = this.clock.now();
    const step = await this.persistence.access(correlationId, id, accessed(this.settings, now, owner), { now });
    return step !== null && isValid(step.after, now, owner) ? step.after : null;
  }

  storeSessionData(correlationId: string | null, id: string, data: JsonValue, options: StoreOptionsV1) {
    const text = contentText(correlationId, 'data', data, this.settings);
    const { expire_timeout, version } = options;
    return this.write(correlationId, id, {
      content: { data: text },
      expectedVersion: version ?? null,
      ...(typeof expire_timeout === 'number' && { head: { expire_timeout } }),
    });
  }

  patchSessionData(correlationId: string | null, id: string, patch: JsonValue, version: number | null) {
    assertJson(correlationId, 'data', patch, this.settings);
    return this.write(correlationId, id, {
      content: ({ user, data }) => {
        const merged = mergePatch(data === undefined ? undefined : JSON.parse(data), patch);
        return { ...(user !== undefined && { user }), data: contentText(correlationId, 'data', merged, this.settings) };
      },
      expectedVersion: version,
    });
  }

  updateSessionUser(correlationId: string | null, id: string, user: JsonValue, options: UpdateUserOptionsV1) {
    const text = contentText(correlationId, 'user', user, this.settings);
    const { user_id, user_name, version } = options;
    return this.write(correlationId, id, {
      content: { user: text },
      expectedVersion: version ?? null,
      head: { ...(user_id && { user_id }), ...(typeof user_name === 'string' && { user_name }) },
    });
  }

  /** A write of data, or of nothing, which moves the deadline too. Null for a session that has ended as for none. */
  async renewSession(correlationId: string | null, id: string, data: JsonValue | undefined) {
    const now = this.clock.now();
    const content = data === undefined ? {} : { data: contentText(correlationId, 'data', data, this.settings) };
    const write = { content, expectedVersion: null };
    const decide = written(correlationId, write, this.settings, now);
    const ifActive = (current: SessionRecord) => (isValid(current, now) ? decide(current) : current);
    const direct = directWrite(write, this.settings, now);
    const step = await this.persistence.change(correlationId, id, ifActive, { now, direct });
    if (step === null || step.after === step.before) return null;
    this.events.updated(step.after);
    // A shorter life that sessions have by now may be over already.
    return isValid(step.after, now) ? step.after : null;
  }

  async closeSession(correlationId: string | null, id: string): Promise<SessionRecord | null> {
    const now = this.clock.now();
    const step = await this.persistence.change(correlationId, id, ended(now), { now, direct: directEnd });
    if (step === null) return null;
    if (step.before !== step.after) this.events.closed(step.after);
    return asOf(step.after, now);
  }

  async closeSessions(correlationId: string | null, filter: unknown, exceptId: string | null): Promise<number> {
    const now = this.clock.now();
    const which = readSessionsFilter(correlationId, filter);
    if (which.user_id === undefined) {
      throw invalidData(correlationId, 'filter.user_id', 'given: the user whose sessions are to end');
    }
    return this.closeAll(correlationId, which, exceptId, 'revoked', now);
  }

  /** Ends the active sessions of a binding as `closed`; answers how many. */
  closeBoundSessions(correlationId: string | null, binding: Pick<SessionsFilter, 'user_id' | 'service' | 'name'>) {
    return this.closeAll(correlationId, binding, null, 'closed', this.clock.now());
  }

  private async closeAll(
    correlationId: string | null,
    which: SessionsFilter,
    exceptId: string | null,
    reason: CloseReasonV1,
    now: number,
  ): Promise<number> {
    const closed = await this.events.closedBy((told) =>
      this.persistence.closeByFilter(correlationId, which, exceptId, reason, now, told),
    );
    return closed.length;
  }

  /** `isStopped` is asked between slices, so that nobody has to wait for a sweep over everything. */
  async closeExpiredSessions(correlationId: string | null, isStopped: () => boolean = never): Promise<number> {
    const now = this.clock.now();
    const expired = await inSlices(
      () => this.events.closedBy((told) => this.persistence.closeExpired(correlationId, now, SWEEP_SLICE, told)),
      isStopped,
    );
    const { retention } = this.settings;
    if (retention > 0 && !isStopped()) {
      await inSlices(async () => {
        const deleted = await this.persistence.deleteClosedBefore(correlationId, now - retention, SWEEP_SLICE);
        for (const session of deleted) this.events.deleted(session, now);
        return deleted;
      }, isStopped);
    }
    return expired;
  }

  async deleteSessionById(correlationId: string | null, id: string): Promise<SessionRecord | null> {
    const now = this.clock.now();
    const deleted = await this.persistence.deleteById(correlationId, id, (ended) => this.events.closed(ended));
    if (deleted === null) return null;
    if (deleted.active) {
      this.events.closed(deleted.isExpired(now) ? asOf(deleted, now) : deleted.closed('closed', now));
    }
    this.events.deleted(deleted, now);
    return asOf(deleted, now);
  }

  /** Gives deadlines to what an older service stored without. */
  completeOlder(correlationId: string | null): Promise<void> {
    return this.persistence.completeOlder(correlationId, completed(this.settings));
  }

  private async write(correlationId: string | null, id: string, write: ContentWrite): Promise<SessionRecord | null> {
    const now = this.clock.now();
    const decide = written(correlationId, write, this.settings, now);
    const step = await this.persistence.change(correlationId, id, decide, {
      now,
      direct: directWrite(write, this.settings, now),
    });
    if (step === null) return null;
    this.events.updated(step.after);
    // A shorter time-out that comes with the write may have run out already.
    return asOf(step.after, now);
  }
}
