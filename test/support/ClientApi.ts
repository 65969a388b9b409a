import {
  type ISessionsClientV1,
  SessionsClientError,
  type SessionsPageV1,
  type SessionV1,
} from 'service-sessions-client';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import { ApiFault, type ApiUnderTest, type ControllerOptions, type RunningApi } from '../contracts/ApiUnderTest.js';
import { onTheWire } from './DirectApi.js';
import type { FakeClock } from './FakeClock.js';

/** A client with what it calls. */
export interface RunningClient {
  readonly client: ISessionsClientV1;
  readonly events: SessionEventV1[];
  /** As of RunningApi. `client` may be another one then. */
  restart(options: ControllerOptions): Promise<void>;
  stop(): Promise<void>;
}

/** A client as the contract of the API sees it: its methods are called, and what they answer is put on the wire. */
export function clientApi(
  isInProcess: boolean,
  start: (options: ControllerOptions, clock: FakeClock) => Promise<RunningClient>,
): ApiUnderTest {
  return {
    isInProcess,
    hasMethods: true,
    async start(options, clock) {
      return new ClientApi(await start(options, clock));
    },
  };
}

class ClientApi implements RunningApi {
  constructor(private readonly running: RunningClient) {}

  get events(): SessionEventV1[] {
    return this.running.events;
  }

  async callText(operation: string, json: string, correlationId: string | null): Promise<unknown> {
    try {
      const answer = await METHODS[operation]?.(this.running.client, correlationId, JSON.parse(json));
      expectDates(answer);
      return onTheWire(answer);
    } catch (error) {
      throw error instanceof SessionsClientError ? faultOf(error) : error;
    }
  }

  restart(options: ControllerOptions): Promise<void> {
    return this.running.restart(options);
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}

/**
 * The description of an error. One that the client found before anything left has no HTTP status; it is one that the service
 * answers with 400.
 */
function faultOf(error: SessionsClientError): ApiFault {
  const { code, category, message, name, details, correlation_id } = error;
  const status = error.status ?? (code === 'INVALID_DATA' ? 400 : undefined);
  return new ApiFault({ code, status, category, message, name, details, correlation_id });
}

const TIMES = ['open_time', 'request_time', 'update_time', 'expire_time', 'close_time'] as const;

/** On the wire a time is a text; from a client it is a Date. */
function expectDates(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return;
  const sessions = 'id' in answer ? [answer as SessionV1] : (answer as SessionsPageV1).data;
  for (const session of sessions) {
    for (const key of TIMES) {
      if (key in session && !(session[key] instanceof Date)) throw new Error(`${key} of a session is no Date`);
    }
  }
}

type Method = (
  client: ISessionsClientV1,
  correlationId: string | null,
  args: Record<string, never>,
) => Promise<unknown>;

/** The methods with the arguments that the operations have by name; `never`, since tests give wrong ones too. */
const METHODS: Record<string, Method> = {
  get_sessions: (c, id, { filter, paging }) => c.getSessions(id, filter, paging),
  get_session_by_id: (c, id, { session_id }) => c.getSessionById(id, session_id as never),
  open_session: (c, id, session) => c.openSession(id, session as never),
  validate_session: (c, id, { session_id, user_id }) => c.validateSession(id, session_id as never, user_id),
  store_session_data: (c, id, { session_id, data, ...options }) =>
    c.storeSessionData(id, session_id as never, data as never, options),
  patch_session_data: (c, id, { session_id, data, ...options }) =>
    c.patchSessionData(id, session_id as never, data as never, options),
  update_session_user: (c, id, { session_id, user, ...options }) =>
    c.updateSessionUser(id, session_id as never, user as never, options),
  close_session: (c, id, { session_id }) => c.closeSession(id, session_id as never),
  close_sessions: (c, id, { filter, except_session_id }) => c.closeSessions(id, filter as never, except_session_id),
  close_expired_sessions: (c, id) => c.closeExpiredSessions(id),
  delete_session_by_id: (c, id, { session_id }) => c.deleteSessionById(id, session_id as never),
};
