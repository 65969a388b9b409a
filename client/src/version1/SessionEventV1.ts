import type { CloseReasonV1 } from './SessionV1.js';

export type SessionEventTypeV1 = 'session_opened' | 'session_updated' | 'session_closed' | 'session_deleted';

/** What happened to a session. */
export interface SessionEventV1 {
  /** Of the event; unique. */
  id: string;
  type: SessionEventTypeV1;
  /** When it happened; for an expiry the session's deadline. */
  time: Date;
  session_id: string;
  user_id: string;
  /** Only with `session_closed`. */
  reason?: CloseReasonV1;
}

/** Is called once for each event. What it throws reaches nobody. */
export type SessionEventListenerV1 = (event: SessionEventV1) => void;
