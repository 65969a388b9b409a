import type { SessionEventListenerV1, SessionEventTypeV1 } from '../data/version1/SessionEventV1.js';
import type { CloseReasonV1 } from '../data/version1/SessionV1.js';
import type { EndTold } from '../persistence/ISessionsPersistence.js';
import type { SessionRecord } from '../persistence/SessionRecord.js';
import { randomHex } from '../toolkit/RandomIds.js';

/** Tells the listeners of this process what happened to sessions, in the order it is told itself. */
export class SessionEvents {
  private readonly listeners = new Set<SessionEventListenerV1>();

  /** `onFault` is told what a listener threw: it must not reach the caller whose request made the event. */
  constructor(private readonly onFault: (error: unknown) => void) {}

  add(listener: SessionEventListenerV1): void {
    this.listeners.add(listener);
  }

  remove(listener: SessionEventListenerV1): void {
    this.listeners.delete(listener);
  }

  opened(session: SessionRecord): void {
    this.publish('session_opened', session, session.requestAt);
  }

  updated(session: SessionRecord): void {
    this.publish('session_updated', session, session.requestAt);
  }

  /** `session` is the closed one. */
  closed(session: SessionRecord): void {
    this.publish('session_closed', session, session.endAt, session.head().close_reason);
  }

  /** Publishes what ends here, each session once: those the store tells of on the way, and the others when it answers. */
  async closedBy(end: (told: EndTold) => Promise<SessionRecord[]>): Promise<SessionRecord[]> {
    const published = new Set<string>();
    const publish = (session: SessionRecord): void => {
      if (published.has(session.id)) return;
      published.add(session.id);
      this.closed(session);
    };
    const ended = await end(publish);
    for (const session of ended) publish(session);
    return ended;
  }

  deleted(session: SessionRecord, now: number): void {
    this.publish('session_deleted', session, now);
  }

  private publish(type: SessionEventTypeV1, session: SessionRecord, at: number, reason?: CloseReasonV1): void {
    if (this.listeners.size === 0) return;
    const { id: session_id, userId: user_id } = session;
    const event = { id: randomHex(32), type, session_id, user_id, ...(reason && { reason }) };
    for (const listener of this.listeners) {
      try {
        // The type lets async functions in: one that rejects unheard would end the process.
        const result: unknown = listener({ ...event, time: new Date(at) });
        if (result instanceof Promise) result.catch(this.onFault);
      } catch (error) {
        this.onFault(error);
      }
    }
  }
}
