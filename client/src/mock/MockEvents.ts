import { randomHex } from '../calls/RandomHex.js';
import type { SessionEventListenerV1, SessionEventTypeV1, SessionEventV1 } from '../version1/SessionEventV1.js';
import type { SessionV1 } from '../version1/SessionV1.js';

/** Tells listeners what happened to sessions, in the order it is told itself. */
export class MockEvents {
  private readonly listeners = new Set<SessionEventListenerV1>();

  add(listener: SessionEventListenerV1): void {
    this.listeners.add(listener);
  }

  remove(listener: SessionEventListenerV1): void {
    this.listeners.delete(listener);
  }

  /** Of an end, `session` is the ended one. */
  publish(type: SessionEventTypeV1, session: SessionV1, time: Date): void {
    const { id: session_id, user_id, close_reason } = session;
    const reason = type === 'session_closed' && close_reason !== undefined ? { reason: close_reason } : {};
    const event = { id: randomHex(32), type, session_id, user_id, ...reason };
    for (const listener of this.listeners) tell(listener, { ...event, time: new Date(time) });
  }
}

/** A listener's fault is not one of the call that made the event. */
function tell(listener: SessionEventListenerV1, event: SessionEventV1): void {
  try {
    const result: unknown = listener(event);
    if (result instanceof Promise) result.catch(ignored);
  } catch {
    ignored();
  }
}

function ignored(): void {}
