import type { SessionEventV1 } from '../../data/version1/SessionEventV1.js';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type { SessionState } from '../../logic/SessionAnswer.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import { Deadlines } from '../../toolkit/Deadlines.js';
import { processTimers, type Timers } from '../../toolkit/Timers.js';

/** How many watched sessions are read at once: after a burst of deadlines the store has other callers, too. */
const AT_ONCE = 32;
/** After how long a read is repeated that the store could not answer, in milliseconds. */
const RETRY = 1000;

export interface WatchSettings {
  /** Reads a session; null where there is none. Counts as no access. */
  read(id: string): Promise<SessionState | null>;
  /** Is told of the end of each watched session once, whatever ended it; the session is not watched any more by then. */
  onEnd(id: string, reason: CloseReasonV1): void;
  /** After so many milliseconds at the latest each watched session is read again; 0 = only when its deadline comes. */
  checkInterval: number;
  clock?: Clock;
  timers?: Timers;
}

/** What is to be known of a session that is being read, beside what the read answers. */
interface Reading {
  /** By how many callers. */
  count: number;
  /** Why it ended meanwhile. */
  ended: CloseReasonV1 | null;
}

/**
 * Learns of the end of sessions, each once: from the events of this process, by the clock when a deadline has come although
 * nobody has swept, and by looking again for what other processes did.
 */
export class SessionWatch {
  private readonly watched = new Set<string>();
  private readonly reading = new Map<string, Reading>();
  private readonly due = new Set<string>();
  private readonly clock: Clock;
  private readonly deadlines: Deadlines<string>;
  private looking = 0;

  constructor(private readonly settings: WatchSettings) {
    const { clock = systemClock, timers = processTimers } = settings;
    this.clock = clock;
    this.deadlines = new Deadlines((id) => this.lookSoon(id), clock, timers);
  }

  /** How many sessions are watched. */
  get size(): number {
    return this.watched.size;
  }

  /**
   * Reads a session and asks `wanted` about it, once, with the session as it is at that moment: an end that was published
   * while the store was asked counts. From the moment that it answers true, for an active one, the session is watched.
   * Rejects with what the store or `wanted` throws.
   */
  async check(id: string, wanted: (session: SessionState | null) => boolean): Promise<void> {
    const reading = this.reading.get(id) ?? { count: 0, ended: null };
    this.reading.set(id, reading);
    reading.count++;
    const wasWatched = this.watched.has(id);
    try {
      const session = asItIs(await this.settings.read(id), reading.ended);
      // One that is watched only since this read began, or since its end was told, may be another of the same id, which this
      // read knows nothing of.
      if (wasWatched && reading.ended === null && session?.active !== true) this.end(id, session?.reason ?? 'closed');
      if (wanted(session) && session?.active === true) this.watch(id, session);
    } finally {
      if (--reading.count === 0 && this.reading.get(id) === reading) this.reading.delete(id);
    }
  }

  /** Nobody wants to know about it any more. */
  forget(id: string): void {
    this.watched.delete(id);
    this.deadlines.delete(id);
    this.due.delete(id);
  }

  forgetAll(): void {
    for (const id of this.watched) this.forget(id);
  }

  /** To be called for every event of this process. */
  heard({ type, session_id, reason }: Pick<SessionEventV1, 'type' | 'session_id' | 'reason'>): void {
    if (type === 'session_updated') {
      // A write may bring a shorter time-out. Many writes in a moment are one look.
      if (this.watched.has(session_id)) this.deadlines.set(session_id, this.clock.now());
    } else if (type === 'session_closed' || type === 'session_deleted') this.end(session_id, reason ?? 'closed');
  }

  private end(id: string, reason: CloseReasonV1): void {
    const reading = this.reading.get(id);
    if (reading !== undefined) reading.ended = reason;
    // Reads that begin after an end may be of another session that has been opened under the same id.
    this.reading.delete(id);
    if (!this.watched.has(id)) return;
    this.forget(id);
    this.settings.onEnd(id, reason);
  }

  private watch(id: string, { endAt }: SessionState): void {
    this.watched.add(id);
    const { checkInterval } = this.settings;
    const again = checkInterval === 0 ? Number.POSITIVE_INFINITY : this.clock.now() + checkInterval;
    this.lookAt(id, Math.min(endAt, again));
  }

  /** An earlier look that has been asked for meanwhile stays: this read may be older than its reason. */
  private lookAt(id: string, at: number): void {
    this.deadlines.set(id, Math.min(this.deadlines.at(id), at));
  }

  private lookSoon(id: string): void {
    this.due.add(id);
    while (this.looking < AT_ONCE) {
      const [next] = this.due;
      if (next === undefined) return;
      this.due.delete(next);
      void this.look(next);
    }
  }

  private async look(id: string): Promise<void> {
    this.looking++;
    try {
      await this.check(id, () => this.watched.has(id));
    } catch {
      // The store says why in its own log; until it answers nobody knows whether the session has ended.
      if (this.watched.has(id)) this.lookAt(id, this.clock.now() + RETRY);
    } finally {
      this.looking--;
      const [next] = this.due;
      if (next !== undefined) this.lookSoon(next);
    }
  }
}

function asItIs(read: SessionState | null, ended: CloseReasonV1 | null): SessionState | null {
  return read?.active === true && ended !== null ? { ...read, active: false, reason: ended } : read;
}
