import type { CallOptionsV1, ISessionsClientV1, ReferencesV1 } from '../version1/ISessionsClientV1.js';
import { invalidArgument } from '../version1/SessionsClientError.js';
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
import { abortedError, type OperationName, type SessionsCall } from './SessionsCall.js';

/** What all clients have in common: the methods, which become calls of operations. Each client only performs these. */
export abstract class SessionsClient implements ISessionsClientV1 {
  abstract configure(config: object): void;
  abstract setReferences(references: ReferencesV1): void;
  abstract isOpen(): boolean;
  abstract open(correlationId?: string | null): Promise<void>;
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
    const given = correlationId ?? null;
    if (given !== null && typeof given !== 'string') {
      throw invalidArgument(null, 'correlation_id', 'a string or null: the first argument of every method');
    }
    if (!isObjectOrAbsent(options)) throw notOptions(given);
    const { signal, timeout } = options ?? {};
    if (timeout !== undefined && timeout !== null && !(Number.isSafeInteger(timeout) && timeout > 0)) {
      throw invalidArgument(given, 'timeout', 'a whole number of milliseconds, at least 1');
    }
    if (signal !== undefined && signal !== null && typeof signal.addEventListener !== 'function') {
      throw invalidArgument(given, 'signal', 'an AbortSignal');
    }
    const call = { operation, correlationId: given, args, signal: signal ?? undefined, timeout: timeout ?? undefined };
    if (signal?.aborted) throw abortedError(call);
    return (await this.perform(call)) as T;
  }
}

function isObjectOrAbsent(options: unknown): boolean {
  return options === undefined || options === null || (typeof options === 'object' && !Array.isArray(options));
}

function notOptions(correlationId: string | null) {
  return invalidArgument(correlationId, 'options', 'an object such as { signal, timeout }');
}
