import type {
  ContentV1,
  FilterParamsV1,
  OpenSessionV1,
  PatchOptionsV1,
  SessionsFilterV1,
  SessionsPageV1,
  SessionsPagingV1,
  SessionV1,
  StoreOptionsV1,
  UpdateUserOptionsV1,
} from './SessionV1.js';

/** For one call. */
export interface CallOptionsV1 {
  /** Ends the call with ABORTED. When it is aborted already, nothing leaves. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the whole call may take with its retries, instead of the client's `options.timeout`; then TIMEOUT. */
  timeout?: number | undefined;
}

/** For finding other components: the toolkit's IReferences fits. */
export interface ReferencesV1 {
  /** What names each component: the toolkit's Descriptor fits. */
  getAllLocators(): unknown[];
  /** The components, in the order of the locators. */
  getAll(): unknown[];
}

/**
 * The sessions, as an application uses them. `correlationId` comes first and is in every log line and error of the service;
 * null is none. Absence is null, never an error. Every failed call rejects with a SessionsClientError. What may be given
 * besides comes last, in one object.
 */
export interface ISessionsClientV1 {
  /** Takes a configuration: nested, flat with dotted keys, or the toolkit's ConfigParams. Throws INVALID_CONFIG. */
  configure(config: object): void;

  /** Finds what the configuration refers to. */
  setReferences(references: ReferencesV1): void;

  isOpen(): boolean;

  /** Makes sure that the service answers; UNREACHABLE, TIMEOUT, BAD_REPLY or its own error when it does not. Calls work without it. */
  open(correlationId?: string | null, options?: CallOptionsV1 | null): Promise<void>;

  /** Calls under way end with ABORTED, later ones with NOT_OPEN until it is opened again. */
  close(correlationId?: string | null): Promise<void>;

  /** Newest `request_time` first, ties by id ascending; without `user` and `data`. */
  getSessions(
    correlationId: string | null,
    filter?: SessionsFilterV1 | FilterParamsV1 | null,
    paging?: SessionsPagingV1 | null,
    options?: CallOptionsV1 | null,
  ): Promise<SessionsPageV1>;

  /** The session in whatever state it is. Does not count as an access. */
  getSessionById(
    correlationId: string | null,
    sessionId: string,
    options?: CallOptionsV1 | null,
  ): Promise<SessionV1 | null>;

  /** Opens a session for a user who has been authenticated. SESSION_EXISTS for a brought id that is or was in use. */
  openSession(correlationId: string | null, session: OpenSessionV1, options?: CallOptionsV1 | null): Promise<SessionV1>;

  /** The shape of the older client. What is left out, in the middle too, is absent. */
  openSession(
    correlationId: string | null,
    userId: string,
    userName?: string | null,
    address?: string | null,
    client?: string | null,
    user?: ContentV1,
    data?: ContentV1,
    options?: CallOptionsV1 | null,
  ): Promise<SessionV1>;

  /**
   * The session if it is active, unexpired and, where `userId` is given, that user's; then this counts as an access. Null for
   * any other: never an inactive session.
   */
  validateSession(
    correlationId: string | null,
    sessionId: string,
    userId?: string | null,
    options?: CallOptionsV1 | null,
  ): Promise<SessionV1 | null>;

  /** Replaces the data. SESSION_CLOSED for an ended session, SESSION_CONFLICT for another version than expected. */
  storeSessionData(
    correlationId: string | null,
    sessionId: string,
    data: ContentV1,
    options?: (StoreOptionsV1 & CallOptionsV1) | null,
  ): Promise<SessionV1 | null>;

  /** Merges into the data (JSON Merge Patch, RFC 7396); patches of others that touch different members all survive. */
  patchSessionData(
    correlationId: string | null,
    sessionId: string,
    data: ContentV1,
    options?: (PatchOptionsV1 & CallOptionsV1) | null,
  ): Promise<SessionV1 | null>;

  /** Replaces the user content and, where given, whose session it is. Errors as `storeSessionData`. */
  updateSessionUser(
    correlationId: string | null,
    sessionId: string,
    user: ContentV1,
    options?: (UpdateUserOptionsV1 & CallOptionsV1) | null,
  ): Promise<SessionV1 | null>;

  /** Ends a session. Idempotent: of an ended session, answers how it ended. */
  closeSession(
    correlationId: string | null,
    sessionId: string,
    options?: CallOptionsV1 | null,
  ): Promise<SessionV1 | null>;

  /**
   * Ends the active sessions of `filter.user_id` that the other keys of the filter take, except one, as `revoked`; answers how
   * many. None that was opened before the call began survives.
   */
  closeSessions(
    correlationId: string | null,
    filter: SessionsFilterV1 | FilterParamsV1,
    exceptSessionId?: string | null,
    options?: CallOptionsV1 | null,
  ): Promise<number>;

  /** Makes durable what has expired, and answers how many sessions that were. The service does it by itself too. */
  closeExpiredSessions(correlationId: string | null, options?: CallOptionsV1 | null): Promise<number>;

  /** Removes a session for good and answers what it was. */
  deleteSessionById(
    correlationId: string | null,
    sessionId: string,
    options?: CallOptionsV1 | null,
  ): Promise<SessionV1 | null>;
}
