import { sessionError } from '../data/version1/SessionErrorsV1.js';
import type { ExpireBasisV1 } from '../data/version1/SessionV1.js';
import type { SessionDecision } from '../persistence/ISessionsPersistence.js';
import { type SessionContent, type SessionHead, SessionRecord } from '../persistence/SessionRecord.js';
import { isoTime } from '../toolkit/IsoTime.js';
import { deadline, isDue } from './SessionDeadline.js';

/** When sessions end by time. All durations are milliseconds. */
export interface SessionPolicy {
  /** From the basis; 0 = never. A session's own time-out goes before it. */
  expireTimeout: number;
  expireBasis: ExpireBasisV1;
  /** From `open_time`, whatever happens; 0 = none. */
  maxLifetime: number;
  /** Accesses within it of the last stored one are not stored; null = 1 % of the session's time-out, at most a minute. */
  touchInterval: number | null;
}

/** What a session is opened with, checked. */
export interface NewSession {
  id: string;
  user_id: string;
  user_name?: string | undefined;
  address?: string | undefined;
  client?: string | undefined;
  service?: string | undefined;
  name?: string | undefined;
  expire_timeout?: number | undefined;
  expire_basis?: ExpireBasisV1 | undefined;
}

/** What a write changes. */
export interface ContentWrite {
  /** The parts that replace those there, or what makes all of it of the newest, since a patch builds on that. */
  content: SessionContent | ((current: SessionContent) => SessionContent);
  /** Null: whatever version the session has. */
  expectedVersion: number | null;
  head?: { user_id?: string; user_name?: string; expire_timeout?: number };
}

const LONGEST_DEFAULT_TOUCH_INTERVAL = 60_000;

/** A new active session. */
export function openedSession(
  session: NewSession,
  content: SessionContent,
  policy: SessionPolicy,
  now: number,
): SessionRecord {
  const { id, user_id, user_name, address, client, service, name, expire_timeout, expire_basis } = session;
  const time = isoTime(now);
  const times = { open_time: time, request_time: time, update_time: time };
  const own = { expire_timeout, expire_basis };
  // JSON leaves out what is undefined.
  const head = {
    id,
    user_id,
    user_name,
    active: true,
    ...times,
    expire_time: expireTime({ ...times, ...own }, policy),
    address,
    client,
    ...own,
    service,
    name,
    version: 0,
  };
  return SessionRecord.of(head as SessionHead, content);
}

/** The session as it counts at `now`: one past its deadline is closed, whatever is stored. */
export function asOf(record: SessionRecord, now: number): SessionRecord {
  return record.isExpired(now) ? record.closed('expired', record.endAt) : record;
}

/** Whose session it has to be, and in which application. */
export interface SessionOwner {
  /** Absent: anybody's. */
  user_id?: string | undefined;
  /** Absent: of any application; null in it is none. */
  scope?: { service: string | null; name: string | null };
}

const ANYBODY: SessionOwner = {};

/** True for a session that is active, unexpired and that of the owner. */
export function isValid(record: SessionRecord, now: number, owner: SessionOwner = ANYBODY): boolean {
  return record.active && !isDue(record.endAt, now) && isOf(record, owner);
}

function isOf(record: SessionRecord, { user_id, scope }: SessionOwner): boolean {
  if (user_id !== undefined && record.userId !== user_id) return false;
  return scope === undefined || record.isScopedTo(scope.service, scope.name);
}

/** An access by the owner: moves the last access and with it the deadline, where that is due. */
export function accessed(policy: SessionPolicy, now: number, owner: SessionOwner): SessionDecision {
  return (current) => {
    if (!isValid(current, now, owner)) return current;
    const idle = now - current.requestAt;
    if (idle <= 0 || idle < touchIntervalOf(current, policy)) return current;
    return current.with(times(current.head(), policy, { request_time: isoTime(now) }));
  };
}

/** A write of content, which is an access too. Throws SESSION_CLOSED and SESSION_CONFLICT. */
export function written(
  correlationId: string | null,
  write: ContentWrite,
  policy: SessionPolicy,
  now: number,
): SessionDecision {
  return (current) => {
    assertWritable(correlationId, current, write.expectedVersion, now);
    const before = current.content();
    const content = typeof write.content === 'function' ? write.content(before) : { ...before, ...write.content };
    const time = isoTime(Math.max(now, current.requestAt));
    const head = { ...current.head(), ...write.head, version: current.version + 1 };
    return SessionRecord.of(
      { ...head, ...times(head, policy, { request_time: time, update_time: time }) } as SessionHead,
      content,
    );
  };
}

/** Its end by its user. An ended session stays as it ended. */
export function ended(now: number): SessionDecision {
  return (current) => (isValid(current, now) ? current.closed('closed', now) : current);
}

/** Gives a session that an older service stored without a deadline the one it would have here. */
export function completed(policy: SessionPolicy): SessionDecision {
  return (current) => {
    const head = current.head();
    const expire_time = expireTime(head, policy);
    return expire_time === undefined ? current : current.with({ expire_time });
  };
}

function assertWritable(
  correlationId: string | null,
  session: SessionRecord,
  expectedVersion: number | null,
  now: number,
): void {
  if (!isValid(session, now)) throw sessionError(correlationId, 'SESSION_CLOSED');
  if (expectedVersion === null || expectedVersion === session.version) return;
  throw sessionError(correlationId, 'SESSION_CONFLICT', {
    message: `The session has version ${session.version}, not ${expectedVersion}; read it again and repeat the change`,
    details: { version: session.version },
  });
}

type TimedHead = Pick<SessionHead, 'open_time' | 'request_time' | 'update_time'> & {
  expire_timeout?: number | undefined;
  expire_basis?: ExpireBasisV1 | undefined;
};

/** The times that an access or write sets, with the deadline that follows from them. */
function times(head: TimedHead, policy: SessionPolicy, set: { request_time: string; update_time?: string }) {
  return { ...set, expire_time: expireTime({ ...head, ...set }, policy) };
}

/** The deadline as it is stored; undefined for never. */
function expireTime(head: TimedHead, policy: SessionPolicy): string | undefined {
  const { expire_timeout: timeout = policy.expireTimeout } = head;
  const { maxLifetime } = policy;
  const basisAt = timeout === 0 ? 0 : Date.parse(basisTime(head, policy));
  const openAt = maxLifetime === 0 ? 0 : Date.parse(head.open_time);
  const at = deadline(basisAt, timeout, openAt, maxLifetime);
  return at === Number.POSITIVE_INFINITY ? undefined : isoTime(at);
}

function basisTime(head: TimedHead, policy: SessionPolicy): string {
  switch (head.expire_basis ?? policy.expireBasis) {
    case 'last_access':
      return head.request_time;
    case 'last_update':
      return head.update_time;
    case 'created':
      return head.open_time;
  }
}

/** A configured interval counts as at most 10 % of the time-out, or the session could expire while it is in use. */
function touchIntervalOf(session: SessionRecord, policy: SessionPolicy): number {
  const timeout = session.expireTimeout ?? policy.expireTimeout;
  const configured = policy.touchInterval;
  if (timeout === 0) return configured ?? LONGEST_DEFAULT_TOUCH_INTERVAL;
  return configured === null
    ? Math.min(timeout / 100, LONGEST_DEFAULT_TOUCH_INTERVAL)
    : Math.min(configured, timeout / 10);
}
