import type { CloseReasonV1, SessionV1 } from '../version1/SessionV1.js';
import type { MockSettings } from './MockConfig.js';

const LONGEST_DEFAULT_TOUCH_INTERVAL = 60_000;

/** The session as it counts at `now`: one past its deadline is closed, whatever is stored. */
export function asOf(session: SessionV1, now: number): SessionV1 {
  const { active, expire_time } = session;
  return active && expire_time !== undefined && expire_time.getTime() <= now
    ? ended(session, 'expired', expire_time.getTime())
    : session;
}

/** The session ended at an instant: not active, without content. */
export function ended(session: SessionV1, reason: CloseReasonV1, at: number): SessionV1 {
  return { ...withoutContent(session), active: false, close_time: new Date(at), close_reason: reason };
}

/** The session as it stands in lists. */
export function withoutContent(session: SessionV1): SessionV1 {
  const { user: _user, data: _data, ...head } = session;
  return head;
}

/** The session with the deadline that follows from its times. */
export function withDeadline(session: SessionV1, settings: MockSettings): SessionV1 {
  const { expire_time: _, ...rest } = session;
  const deadline = deadlineOf(session, settings);
  return deadline === Number.POSITIVE_INFINITY ? rest : { ...rest, expire_time: new Date(deadline) };
}

/** The session after an access; the very same when it lies within the touch interval of the last stored one. */
export function touched(session: SessionV1, settings: MockSettings, now: number): SessionV1 {
  const idle = now - session.request_time.getTime();
  if (idle <= 0 || idle < touchIntervalOf(session, settings)) return session;
  return withDeadline({ ...session, request_time: new Date(now) }, settings);
}

function deadlineOf(session: SessionV1, settings: MockSettings): number {
  const timeout = session.expire_timeout ?? settings.expireTimeout;
  const bases = { last_access: session.request_time, last_update: session.update_time, created: session.open_time };
  const basis = bases[session.expire_basis ?? settings.expireBasis].getTime();
  const byTimeout = timeout === 0 ? Number.POSITIVE_INFINITY : basis + timeout;
  const { maxLifetime } = settings;
  const byLifetime = maxLifetime === 0 ? Number.POSITIVE_INFINITY : session.open_time.getTime() + maxLifetime;
  return Math.min(byTimeout, byLifetime);
}

/** A configured interval counts as at most 10 % of the time-out, or a session could expire while it is in use. */
function touchIntervalOf(session: SessionV1, settings: MockSettings): number {
  const timeout = session.expire_timeout ?? settings.expireTimeout;
  const configured = settings.touchInterval;
  if (timeout === 0) return configured ?? LONGEST_DEFAULT_TOUCH_INTERVAL;
  return configured === null
    ? Math.min(timeout / 100, LONGEST_DEFAULT_TOUCH_INTERVAL)
    : Math.min(configured, timeout / 10);
}
