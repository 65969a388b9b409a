/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/**
 * `user` and `data` as programs meet them: whatever JSON.parse answers, which TypeScript checks no further. So the older client
 * declared them, and so values of an application's own interfaces fit. What JSON cannot carry is INVALID_DATA at run time.
 */
export type ContentV1 = ReturnType<typeof JSON.parse>;

/** Why a session ended: by its user, by time, by `closeSessions`, by a newer one of its binding, by a limit of their number. */
export type CloseReasonV1 = 'closed' | 'expired' | 'revoked' | 'replaced' | 'limit';

/** From which instant an expiry time-out counts. */
export type ExpireBasisV1 = 'last_access' | 'last_update' | 'created';

/** A user's session, as the service saw it when it answered. A value of the caller's own: changing it changes nothing else. */
export interface SessionV1 {
  /** Whoever knows it has the session. */
  id: string;
  user_id: string;
  user_name?: string;
  /** False once closed or expired; then never true again. */
  active: boolean;
  open_time: Date;
  /** The last access that was stored; lags the last access by at most the service's touch interval. */
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
  /** Cached content. Absent in lists and once the session has ended. */
  user?: ContentV1;
  data?: ContentV1;
}

/** A part of a list. */
export interface SessionsPageV1 {
  /** How many match in all; null unless it was asked for. */
  total: number | null;
  /** Newest `request_time` first, ties by id ascending; without `user` and `data`. */
  data: SessionV1[];
}

/** What a session is opened with. Absent and null mean the same, except for `user` and `data`, which keep null. */
export interface OpenSessionV1 {
  user_id: string;
  user_name?: string | null;
  address?: string | null;
  client?: string | null;
  user?: ContentV1;
  data?: ContentV1;
  service?: string | null;
  name?: string | null;
  /** The session's own time-out in milliseconds; 0 = never. */
  expire_timeout?: number | null;
  expire_basis?: ExpireBasisV1 | null;
  /** The id to open it under; made by the service when absent. Refused unless the service has `accept_ids` on. */
  session_id?: string | null;
}

/** What a write of `data` may bring besides the data. */
export interface StoreOptionsV1 {
  /** Write only if the session has this version; else SESSION_CONFLICT. */
  version?: number | null;
  /** Milliseconds; from then on the session's own time-out ("remember me"). */
  expire_timeout?: number | null;
}

/** What a patch of `data` may bring besides the patch. */
export interface PatchOptionsV1 {
  /** Write only if the session has this version; else SESSION_CONFLICT. */
  version?: number | null;
}

/** What a write of `user` may bring besides the user. */
export interface UpdateUserOptionsV1 {
  /** Write only if the session has this version; else SESSION_CONFLICT. */
  version?: number | null;
  /** Whose session it is from then on. */
  user_id?: string | null;
  user_name?: string | null;
}

/** The toolkit's FilterParams, as a compiler knows them: their values are strings. */
export interface FilterParamsV1 {
  getAsNullableString(key: string): string | null;
}

/** Which sessions; wherever it stands the toolkit's FilterParams may too. Values may be strings, unknown keys are ignored. */
export interface SessionsFilterV1 {
  id?: string | null;
  user_id?: string | null;
  user_name?: string | null;
  /** True: active and unexpired; false: ended. */
  active?: boolean | string | null;
  /** `request_time` at or after this; ISO-8601 where it is a string. */
  from_time?: Date | string | null;
  /** `request_time` before this; ISO-8601 where it is a string. */
  to_time?: Date | string | null;
  service?: string | null;
  name?: string | null;
  client?: string | null;
  address?: string | null;
}

/** Which part of a list; the toolkit's PagingParams fits too. */
export interface SessionsPagingV1 {
  /** How many to leave out at the beginning; 0 when absent. */
  skip?: number | null;
  /** How many at most; 100 when absent, never more than 100. */
  take?: number | null;
  /** True: count all that match. */
  total?: boolean | null;
}
