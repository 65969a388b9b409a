import { DEEPEST, expectedJson, plainJson } from '../calls/PlainJson.js';
import type { OperationName, SessionsCall } from '../calls/SessionsCall.js';
import { invalidArgument, SERVICE_ERROR_CODES, SessionsClientError } from '../version1/SessionsClientError.js';
import type { JsonValue, SessionsPageV1 } from '../version1/SessionV1.js';
import type { SessionsControllerV1 } from './SessionsControllerV1.js';

/** `never`: the controller checks what it is given, as it does for every caller. */
type Arguments = Readonly<Record<string, never>>;
type Method = (controller: SessionsControllerV1, correlationId: string | null, args: Arguments) => Promise<unknown>;

const METHODS: Record<OperationName, Method> = {
  get_sessions: (c, id, { filter, paging }) => pageOf(c.getSessions(id, filter ?? null, paging ?? null)),
  get_session_by_id: (c, id, { session_id }) => c.getSessionById(id, session_id as never),
  open_session: (c, id, session) => c.openSession(id, session as never),
  validate_session: (c, id, { session_id, user_id }) => c.validateSession(id, session_id as never, user_id),
  store_session_data: (c, id, { session_id, data, ...options }) =>
    c.storeSessionData(id, session_id as never, data as never, options),
  patch_session_data: (c, id, { session_id, data, version }) =>
    c.patchSessionData(id, session_id as never, data as never, version),
  update_session_user: (c, id, { session_id, user, ...options }) =>
    c.updateSessionUser(id, session_id as never, user as never, options),
  close_session: (c, id, { session_id }) => c.closeSession(id, session_id as never),
  close_sessions: (c, id, { filter, except_session_id }) => c.closeSessions(id, filter as never, except_session_id),
  close_expired_sessions: (c, id) => c.closeExpiredSessions(id),
  delete_session_by_id: (c, id, { session_id }) => c.deleteSessionById(id, session_id as never),
};

/** Has a controller do what a call asks for. */
export async function callController(controller: SessionsControllerV1, call: SessionsCall): Promise<unknown> {
  return METHODS[call.operation](controller, call.correlationId, asOverTransport(call) as Arguments);
}

/** The error as a client's caller gets it. Only those of the service's table are known; all others are UNKNOWN. */
export function controllerError(correlationId: string | null, error: unknown): SessionsClientError {
  if (error instanceof SessionsClientError) return error;
  const { code, status, category, message, details, correlation_id } = (error ?? {}) as Record<string, never>;
  if (typeof code !== 'string' || !SERVICE_ERROR_CODES.some((known) => known === code)) {
    const sentence = 'Something unexpected happened in the controller; it is the cause of this error';
    return new SessionsClientError({ code: 'UNKNOWN', message: sentence, status: 500, correlationId, cause: error });
  }
  const given = {
    code,
    status,
    category,
    message: String(message),
    details,
    correlationId: correlation_id ?? correlationId,
  };
  return new SessionsClientError({ ...given, cause: error });
}

/** What is undefined is left out, and content is what JSON makes of it, so that the same call works on every client. */
function asOverTransport({ args, correlationId }: SessionsCall): Record<string, unknown> {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => {
      const isContent = key === 'user' || key === 'data';
      return [key, isContent ? contentOf(correlationId, key, value) : value];
    }),
  );
}

function contentOf(correlationId: string | null, field: string, value: unknown): JsonValue {
  const json = plainJson(value, DEEPEST);
  if (json.fault === null) return json.value;
  throw invalidArgument(correlationId, field, expectedJson(json.fault, DEEPEST));
}

async function pageOf(page: ReturnType<SessionsControllerV1['getSessions']>): Promise<SessionsPageV1> {
  const { total, data } = await page;
  return { total: total ?? null, data };
}
