import type { JsonValue } from '../../toolkit/JsonValue.js';

/** Why a session ended: by its user, by time, by `close_sessions`, by a newer one of its binding, by a limit of their number. */
export type CloseReasonV1 = 'closed' | 'expired' | 'revoked' | 'replaced' | 'limit';

/** From which instant an expiry time-out counts. */
export type ExpireBasisV1 = 'last_access' | 'last_update' | 'created';

/**
 * A user's session. Times are `Date` inside the process and ISO-8601 UTC with milliseconds on the wire.
 * A value of this type is a copy: changing it changes nothing that is stored.
 */
export interface SessionV1 {
  /** 32 lower-case hex digits unless configured or brought otherwise. Whoever knows it has the session. */
  id: string;
  user_id: string;
  user_name?: string;
  /** False once closed or expired; then never true again. */
  active: boolean;
  open_time: Date;
  /** The last access that was stored; lags the last access by at most the touch interval. */
  request_time: Date;
  /** The last write of `user` or `data`. */
  update_time: Date;
  /** The instant from which the session counts as expired. Absent = never. */
  expire_time?: Date;
  close_time?: Date;
  close_reason?: CloseReasonV1;
  address?: string;
  client?: string;
  /** Milliseconds; 0 = never. Only where the session was opened or stored with a time-out of its own. */
  expire_timeout?: number;
  expire_basis?: ExpireBasisV1;
  /** The application the session belongs to. */
  service?: string;
  /** Tells several parallel sessions of one user in one application apart. */
  name?: string;
  /** Counts the writes of `user` and `data`, from 0. */
  version: number;
  /** Cached content. Dropped when the session closes. */
  user?: JsonValue;
  data?: JsonValue;
}

/** What a session is opened with. Absent and null mean the same, except for `user` and `data`, which keep null. */
export interface OpenSessionV1 {
  user_id: string;
  user_name?: string | null;
  address?: string | null;
  client?: string | null;
  user?: JsonValue;
  data?: JsonValue;
  service?: string | null;
  name?: string | null;
  expire_timeout?: number | null;
  expire_basis?: ExpireBasisV1 | null;
  /** The id to open it under; made by the service when absent. Over a transport only where `accept_ids` is on. */
  session_id?: string | null;
}

/** What a write of `data` may bring besides the data. */
export interface StoreOptionsV1 {
  /** Write only if the session has this version; else SESSION_CONFLICT. */
  version?: number | null;
  /** Milliseconds; from then on the session's own time-out ("remember me"). */
  expire_timeout?: number | null;
}

/** What a write of `user` may bring besides the user. */
export interface UpdateUserOptionsV1 {
  /** Write only if the session has this version; else SESSION_CONFLICT. */
  version?: number | null;
  /** Whose session it is from then on. */
  user_id?: string | null;
  user_name?: string | null;
}
