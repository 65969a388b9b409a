import { type JsonValue, mergePatch } from '../../src/toolkit/JsonValue.js';
import type { WireSession } from './ApiUnderTest.js';
import type { Basis, ModelFilter, ModelPolicy, OpenArguments, Outcome, WriteArguments } from './SessionModelTypes.js';

/** A session as the model keeps it; times are milliseconds. */
interface ModelSession {
  id: string;
  user_id: string;
  service: string | undefined;
  opened: number;
  requested: number;
  updated: number;
  deadline: number | null;
  end: { reason: string; at: number } | null;
  timeout: number | null;
  basis: Basis | null;
  version: number;
  user: JsonValue | undefined;
  data: JsonValue | undefined;
}

/**
 * The sessions as the design describes them, in the plainest way: a list, looked through from end to end, and the rules
 * written down one by one. Nothing of the service's logic or stores is used.
 */
export class SessionModel {
  /** What is to be published, by session: `closed expired @ 5` and the like. */
  readonly events = new Map<string, string[]>();
  private sessions: ModelSession[] = [];

  constructor(public policy: ModelPolicy) {}

  get ids(): string[] {
    return this.sessions.map(({ id }) => id);
  }

  /** Instants at which something changes by itself. */
  get edges(): number[] {
    return this.sessions.flatMap(({ deadline, end, requested }) => [
      deadline ?? requested,
      (end?.at ?? deadline ?? requested) + this.policy.retention,
    ]);
  }

  versionOf(id: string): number {
    return this.find(id)?.version ?? 0;
  }

  open(args: OpenArguments, now: number): Outcome<WireSession> {
    if (this.find(args.id) !== undefined) return { code: 'SESSION_EXISTS' };
    const { id, user_id, service, data, expire_timeout, expire_basis } = args;
    const session: ModelSession = {
      id,
      user_id,
      service,
      opened: now,
      requested: now,
      updated: now,
      deadline: null,
      end: null,
      timeout: expire_timeout ?? null,
      basis: expire_basis ?? null,
      version: 0,
      user: undefined,
      data,
    };
    session.deadline = this.deadlineOf(session);
    this.sessions.push(session);
    this.publish(session, 'opened', now);
    return { answer: this.shown(session, now) };
  }

  get(id: string, now: number): Outcome<WireSession | null> {
    const session = this.find(id);
    return { answer: session === undefined ? null : this.shown(session, now) };
  }

  validate(id: string, userId: string | undefined, now: number): Outcome<WireSession | null> {
    const session = this.find(id);
    if (session === undefined || this.isOver(session, now)) return { answer: null };
    if (userId !== undefined && session.user_id !== userId) return { answer: null };
    const idle = now - session.requested;
    if (idle > 0 && idle >= this.touchIntervalOf(session)) {
      session.requested = now;
      session.deadline = this.deadlineOf(session);
    }
    return { answer: this.isOver(session, now) ? null : this.shown(session, now) };
  }

  write(id: string, args: WriteArguments, now: number): Outcome<WireSession | null> {
    const session = this.find(id);
    if (session === undefined) return { answer: null };
    if (this.isOver(session, now)) return { code: 'SESSION_CLOSED' };
    if (args.version !== undefined && args.version !== session.version) return { code: 'SESSION_CONFLICT' };
    if (args.data !== undefined) session.data = args.data;
    if (args.patch !== undefined) session.data = mergePatch(session.data, args.patch);
    if (args.user !== undefined) session.user = args.user;
    if (args.user_id !== undefined) session.user_id = args.user_id;
    if (args.expire_timeout !== undefined) session.timeout = args.expire_timeout;
    session.version += 1;
    session.requested = now;
    session.updated = now;
    session.deadline = this.deadlineOf(session);
    this.publish(session, 'updated', now);
    return { answer: this.shown(session, now) };
  }

  close(id: string, now: number): Outcome<WireSession | null> {
    const session = this.find(id);
    if (session === undefined) return { answer: null };
    if (!this.isOver(session, now)) this.end(session, 'closed', now);
    return { answer: this.shown(session, now) };
  }

  closeAll(filter: ModelFilter, exceptId: string | undefined, now: number): Outcome<number> {
    const ending = this.matching({ ...filter, active: true }, now).filter(({ id }) => id !== exceptId);
    for (const session of ending) this.end(session, 'revoked', now);
    return { answer: ending.length };
  }

  sweep(now: number): Outcome<number> {
    const expired = this.sessions.filter((session) => session.end === null && this.isOver(session, now));
    for (const session of expired) this.end(session, 'expired', session.deadline as number);
    if (this.policy.retention > 0) {
      const purged = this.sessions.filter(({ end }) => end !== null && end.at < now - this.policy.retention);
      for (const session of purged) this.remove(session, now);
    }
    return { answer: expired.length };
  }

  delete(id: string, now: number): Outcome<WireSession | null> {
    const session = this.find(id);
    if (session === undefined) return { answer: null };
    const answer = this.shown(session, now);
    if (session.end === null) {
      if (this.isOver(session, now)) this.end(session, 'expired', session.deadline as number);
      else this.end(session, 'closed', now);
    }
    this.remove(session, now);
    return { answer };
  }

  list(filter: ModelFilter, skip: number, take: number, now: number): { total: number; data: WireSession[] } {
    const found = this.matching(filter, now);
    found.sort((a, b) => b.requested - a.requested || (a.id < b.id ? -1 : 1));
    const data = found.slice(skip, skip + Math.min(take, 100)).map((session) => {
      const { user: _, data: __, ...head } = this.shown(session, now);
      return head;
    });
    return { total: found.length, data };
  }

  /** A start with another configuration: only sessions without a deadline get one by it. */
  restart(policy: ModelPolicy): void {
    this.policy = policy;
    for (const session of this.sessions) {
      if (session.end === null && session.deadline === null) session.deadline = this.deadlineOf(session);
    }
  }

  private find(id: string): ModelSession | undefined {
    return this.sessions.find((session) => session.id === id);
  }

  private isOver(session: ModelSession, now: number): boolean {
    return session.end !== null || (session.deadline !== null && now >= session.deadline);
  }

  private deadlineOf(session: ModelSession): number | null {
    const starts = { last_access: session.requested, last_update: session.updated, created: session.opened };
    const timeout = session.timeout ?? this.policy.expire_timeout;
    const deadlines: number[] = [];
    if (timeout > 0) deadlines.push(starts[session.basis ?? this.policy.expire_basis] + timeout);
    if (this.policy.max_lifetime > 0) deadlines.push(session.opened + this.policy.max_lifetime);
    return deadlines.length === 0 ? null : Math.min(...deadlines);
  }

  private touchIntervalOf(session: ModelSession): number {
    const timeout = session.timeout ?? this.policy.expire_timeout;
    const configured = this.policy.touch_interval;
    if (timeout === 0) return configured === null ? 60_000 : configured;
    if (configured === null) return Math.min(60_000, timeout * 0.01);
    return Math.min(configured, timeout * 0.1);
  }

  private end(session: ModelSession, reason: string, at: number): void {
    session.end = { reason, at };
    this.publish(session, `closed ${reason}`, at);
  }

  private remove(session: ModelSession, now: number): void {
    this.sessions = this.sessions.filter((other) => other !== session);
    this.publish(session, 'deleted', now);
  }

  private publish(session: ModelSession, what: string, at: number): void {
    const told = this.events.get(session.id) ?? [];
    this.events.set(session.id, [...told, `${session.user_id} ${what} @ ${at}`]);
  }

  private matching(filter: ModelFilter, now: number): ModelSession[] {
    return this.sessions.filter(
      (session) =>
        (filter.user_id === undefined || session.user_id === filter.user_id) &&
        (filter.service === undefined || session.service === filter.service) &&
        (filter.active === undefined || this.isOver(session, now) !== filter.active) &&
        (filter.from_time === undefined || session.requested >= filter.from_time) &&
        (filter.to_time === undefined || session.requested < filter.to_time),
    );
  }

  /** The session as a caller is to see it. */
  private shown(session: ModelSession, now: number): WireSession {
    const { id, user_id, service, timeout, basis, version, user, data } = session;
    const over = this.isOver(session, now);
    const end = session.end ?? { reason: 'expired', at: session.deadline ?? 0 };
    const shown: Record<string, unknown> = {
      id,
      user_id,
      active: !over,
      open_time: iso(session.opened),
      request_time: iso(session.requested),
      update_time: iso(session.updated),
      expire_time: session.deadline === null ? undefined : iso(session.deadline),
      expire_timeout: timeout ?? undefined,
      expire_basis: basis ?? undefined,
      service,
      version,
      ...(over ? { close_time: iso(end.at), close_reason: end.reason } : { user, data }),
    };
    for (const key of Object.keys(shown)) if (shown[key] === undefined) delete shown[key];
    return shown as unknown as WireSession;
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
