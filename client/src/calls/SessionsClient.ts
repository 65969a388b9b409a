import type { CallOptionsV1, ISessionsClientV1, ReferencesV1 } from '../version1/ISessionsClientV1.js';
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
} from '../version1/SessionV1.js';
import { begunCall, isObjectOrAbsent, notOptions } from './BegunCall.js';
import type { OperationName, SessionsCall } from './SessionsCall.js';

/** What all clients have in common: the methods, which become calls of operations. Each client only performs these. */
export abstract class SessionsClient implements ISessionsClientV1 {
  abstract configure(config: object): void;
  abstract setReferences(references: ReferencesV1): void;
  abstract isOpen(): boolean;
  abstract open(correlationId?: string | null, options?: CallOptionsV1 | null): Promise<void>;
  abstract close(correlationId?: string | null): Promise<void>;

  /** Answers what the operation does (`OPERATIONS`): a session or null, a page, a count. */
  protected abstract perform(call: SessionsCall): Promise<unknown>;

  getSessions(
    correlationId: string | null,
    filter?: SessionsFilterV1 | FilterParamsV1 | null,
    paging?: SessionsPagingV1 | null,
    options?: CallOptionsV1 | null,
  ): Promise<SessionsPageV1> {
    return this.call('get_sessions', correlationId, { filter: filter ?? null, paging: paging ?? null }, options);
  }

  getSessionById(correlationId: string | null, sessionId: string, options?: CallOptionsV1 | null) {
    return this.call<SessionV1 | null>('get_session_by_id', correlationId, { session_id: sessionId }, options);
  }

  openSession(correlationId: string | null, ...given: unknown[]): Promise<SessionV1> {
    if (typeof given[0] === 'object' && given[0] !== null) {
      const [session, options] = given as [OpenSessionV1, CallOptionsV1?];
      return this.call('open_session', correlationId, { ...session }, options);
    }
    const [user_id, user_name, address, client, user, data, options] = given;
    const session = { user_id, user_name, address, client, user, data };
    return this.call('open_session', correlationId, session, options as CallOptionsV1);
  }

  validateSession(
    correlationId: string | null,
    sessionId: string,
    userId?: string | null,
    options?: CallOptionsV1 | null,
  ): Promise<SessionV1 | null> {
    return this.call('validate_session', correlationId, { session_id: sessionId, user_id: userId }, options);
  }

  storeSessionData(
    correlationId: string | null,
    sessionId: string,
    data: ContentV1,
    options?: (StoreOptionsV1 & CallOptionsV1) | null,
  ) {
    return this.write('store_session_data', correlationId, { session_id: sessionId, data }, options);
  }

  patchSessionData(
    correlationId: string | null,
    sessionId: string,
    data: ContentV1,
    options?: (PatchOptionsV1 & CallOptionsV1) | null,
  ) {
    return this.write('patch_session_data', correlationId, { session_id: sessionId, data }, options);
  }

  updateSessionUser(
    correlationId: string | null,
    sessionId: string,
    user: ContentV1,
    options?: (UpdateUserOptionsV1 & CallOptionsV1) | null,
  ) {
    return this.write('update_session_user', correlationId, { session_id: sessionId, user }, options);
  }

  closeSession(correlationId: string | null, sessionId: string, options?: CallOptionsV1 | null) {
    return this.call<SessionV1 | null>('close_session', correlationId, { session_id: sessionId }, options);
  }

  closeSessions(
    correlationId: string | null,
    filter: SessionsFilterV1 | FilterParamsV1,
    exceptSessionId?: string | null,
    options?: CallOptionsV1 | null,
  ): Promise<number> {
    return this.call('close_sessions', correlationId, { filter, except_session_id: exceptSessionId }, options);
  }

  closeExpiredSessions(correlationId: string | null, options?: CallOptionsV1 | null): Promise<number> {
    return this.call('close_expired_sessions', correlationId, {}, options);
  }

  deleteSessionById(correlationId: string | null, sessionId: string, options?: CallOptionsV1 | null) {
    return this.call<SessionV1 | null>('delete_session_by_id', correlationId, { session_id: sessionId }, options);
  }

  /** A write, whose one object of options holds those of the operation and those of the call. */
  private write(
    operation: OperationName,
    correlationId: string | null,
    args: Record<string, unknown>,
    options: CallOptionsV1 | null | undefined,
  ): Promise<SessionV1 | null> {
    if (!isObjectOrAbsent(options)) return Promise.reject(notOptions(correlationId));
    const { signal, timeout, ...rest } = options ?? {};
    return this.call(operation, correlationId, { ...rest, ...args }, { signal, timeout });
  }

  private async call<T>(
    operation: OperationName,
    correlationId: string | null | undefined,
    args: Record<string, unknown>,
    options: CallOptionsV1 | null | undefined,
  ): Promise<T> {
    return (await this.perform(begunCall(operation, correlationId, args, options))) as T;
  }
}
