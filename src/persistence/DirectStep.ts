import type { CloseReasonV1, ExpireBasisV1 } from '../data/version1/SessionV1.js';
import type { SessionContent, SessionHead } from './SessionRecord.js';

/** What a session's deadline is reckoned from, as far as a store remembers it from an earlier look at the session. */
export interface KnownPolicy {
  /** When it was opened, in milliseconds since 1970; null where that is not remembered. Never changes. */
  openAt: number | null;
  /** Its own time-out in milliseconds; null where the controller's counts. */
  expireTimeout: number | null;
  /** Its own basis; null where the controller's counts. */
  expireBasis: ExpireBasisV1 | null;
}

/** The end of a session: it keeps no content. */
export interface DirectEnd {
  kind: 'end';
  reason: CloseReasonV1;
}

/** A write of content: what it sets. The version goes up by one, and the rest of the session stays as it is. */
export interface DirectWrite {
  kind: 'write';
  /** Null: whatever version the session has. */
  expectedVersion: number | null;
  /** Only sessions opened at or after this instant. */
  openedSince: number | null;
  /** True: the session's own time-out may be any, since this write sets it. */
  setsTimeout: boolean;
  head: Partial<Pick<SessionHead, 'user_id' | 'user_name' | 'expire_timeout'>>;
  content: SessionContent;
  /** The new deadline, Infinity for none. */
  expireAt: number;
}

/**
 * A step as plain values, decided at an instant `now`: it says of every session that is active, unexpired and last used at
 * or before `now`, and has the policy it was made for, just what the decision beside it says. A store on a server can make
 * it in one command, without reading the session first; sessions that do not fit are for the decision.
 */
export type DirectStep = DirectEnd | DirectWrite;

/** What a store may use to take a step faster, or to keep its answers true on many nodes; it may do without. */
export interface StepHint {
  /** The instant the step is decided at. */
  now: number;
  /** The step for sessions with this policy; null where only the decision can tell. Pure. */
  direct?: (known: KnownPolicy) => DirectStep | null;
}
