import type { MethodDefinition } from '@grpc/grpc-js';
import { fromJSON, type ServiceDefinition } from '@grpc/proto-loader';
import type { OperationName } from '../calls/SessionsCall.js';

/** A message as it is sent and received, its fields by their names; absent fields are absent. */
export type Message = Record<string, unknown>;

export type Method = MethodDefinition<Message, Message>;

/** Name of a field -> its number and its type; `map` is one of texts. */
type Fields = Readonly<Record<string, `${number} ${string}`>>;

/** What protos/sessions_v1.proto says of the messages, as far as a client has use for it. */
const SESSIONS_MESSAGES = {
  ErrorDescription: {
    category: '2 string',
    code: '3 string',
    correlation_id: '4 string',
    status: '5 string',
    message: '6 string',
    details: '9 map',
    details_json: '10 string',
  },
  PagingParams: { skip: '1 int64', take: '2 int32', total: '3 bool' },
  Session: {
    id: '1 string',
    user_id: '2 string',
    user_name: '3 string',
    active: '4 bool',
    open_time: '5 string',
    close_time: '6 string',
    request_time: '7 string',
    address: '8 string',
    client: '9 string',
    user: '11 string',
    data: '12 string',
    version: '13 int64',
    update_time: '14 string',
    expire_time: '15 string',
    close_reason: '16 string',
    expire_timeout: '17 int64',
    expire_basis: '18 string',
    service: '19 string',
    name: '20 string',
  },
  SessionPage: { total: '1 int64', data: '2 repeated Session' },
  SessionPageRequest: { correlation_id: '1 string', filter: '2 map', paging: '3 PagingParams' },
  SessionPageReply: { error: '1 ErrorDescription', page: '2 SessionPage' },
  SessionIdRequest: { correlation_id: '1 string', session_id: '2 string' },
  SessionValidateRequest: { correlation_id: '1 string', session_id: '2 string', user_id: '3 string' },
  SessionOpenRequest: {
    correlation_id: '1 string',
    user_id: '2 string',
    user_name: '3 string',
    address: '4 string',
    client: '5 string',
    user: '6 string',
    data: '7 string',
    service: '8 string',
    name: '9 string',
    expire_timeout: '10 int64',
    expire_basis: '11 string',
    session_id: '12 string',
  },
  SessionStoreDataRequest: {
    correlation_id: '1 string',
    session_id: '2 string',
    data: '3 string',
    version: '4 int64',
    expire_timeout: '5 int64',
  },
  SessionPatchDataRequest: {
    correlation_id: '1 string',
    session_id: '2 string',
    data: '3 string',
    version: '4 int64',
  },
  SessionUpdateUserRequest: {
    correlation_id: '1 string',
    session_id: '2 string',
    user: '3 string',
    user_id: '4 string',
    user_name: '5 string',
    version: '6 int64',
  },
  SessionsCloseRequest: { correlation_id: '1 string', filter: '2 map', except_session_id: '3 string' },
  SessionEmptyRequest: { correlation_id: '1 string' },
  SessionObjectReply: { error: '1 ErrorDescription', session: '2 Session' },
  SessionEmptyReply: { error: '1 ErrorDescription', count: '2 int64' },
  SessionCountReply: { error: '1 ErrorDescription', count: '2 int64' },
} as const satisfies Record<string, Fields>;

/** Operation -> what it takes and what it replies. */
const SESSIONS_METHODS = {
  get_sessions: ['SessionPageRequest', 'SessionPageReply'],
  get_session_by_id: ['SessionIdRequest', 'SessionObjectReply'],
  open_session: ['SessionOpenRequest', 'SessionObjectReply'],
  validate_session: ['SessionValidateRequest', 'SessionObjectReply'],
  store_session_data: ['SessionStoreDataRequest', 'SessionObjectReply'],
  patch_session_data: ['SessionPatchDataRequest', 'SessionObjectReply'],
  update_session_user: ['SessionUpdateUserRequest', 'SessionObjectReply'],
  close_session: ['SessionIdRequest', 'SessionObjectReply'],
  close_sessions: ['SessionsCloseRequest', 'SessionCountReply'],
  close_expired_sessions: ['SessionEmptyRequest', 'SessionEmptyReply'],
  delete_session_by_id: ['SessionIdRequest', 'SessionObjectReply'],
} as const satisfies Record<OperationName, [keyof typeof SESSIONS_MESSAGES, keyof typeof SESSIONS_MESSAGES]>;

/** What protos/commandable.proto says. */
const COMMANDABLE_MESSAGES = {
  ErrorDescription: {
    category: '1 string',
    code: '2 string',
    correlation_id: '3 string',
    status: '4 int32',
    message: '5 string',
    details: '8 map',
    details_json: '9 string',
  },
  InvokeRequest: { method: '1 string', correlation_id: '2 string', args_empty: '3 bool', args_json: '4 string' },
  InvokeReply: { error: '1 ErrorDescription', result_empty: '2 bool', result_json: '3 string' },
} as const satisfies Record<string, Fields>;

/** The protocol that services of gRPC say by whether they work. */
const HEALTH_MESSAGES = {
  HealthCheckRequest: { service: '1 string' },
  HealthCheckResponse: { status: '1 int32' },
} as const satisfies Record<string, Fields>;

const METHODS = definitions();

export const SESSIONS: Readonly<Record<OperationName, Method>> = METHODS('sessions_v1.Sessions') as never;
export const INVOKE: Method = METHODS('commandable.Commandable')['invoke'] as never;
export const HEALTH_CHECK: Method = METHODS('grpc.health.v1.Health')['Check'] as never;

type Argument = readonly [name: string, type: string];

/** Operation -> name and type of each argument that its message has a field for. */
export const ARGUMENTS: Readonly<Record<OperationName, readonly Argument[]>> = Object.fromEntries(
  Object.entries(SESSIONS_METHODS).map(([operation, [request]]) => [
    operation,
    argumentsOf(SESSIONS_MESSAGES[request]),
  ]),
) as never;

function argumentsOf(message: Fields): Argument[] {
  const fields = Object.entries(message).filter(([name]) => name !== 'correlation_id');
  return fields.map(([name, field]) => [name, field.slice(field.indexOf(' ') + 1)]);
}

function definitions() {
  const version = { nested: { v1: described(HEALTH_MESSAGES, 'Health', { Check: Object.keys(HEALTH_MESSAGES) }) } };
  const nested = {
    sessions_v1: described(SESSIONS_MESSAGES, 'Sessions', SESSIONS_METHODS),
    commandable: described(COMMANDABLE_MESSAGES, 'Commandable', { invoke: ['InvokeRequest', 'InvokeReply'] }),
    grpc: { nested: { health: version } },
  };
  const all = fromJSON({ nested } as never, { longs: Number });
  return (service: string) => all[service] as ServiceDefinition;
}

/** A package with one service, as protobufjs takes it. */
function described(
  messages: Record<string, Fields>,
  service: string,
  methods: Readonly<Record<string, readonly string[]>>,
): object {
  const types = Object.entries(messages).map(([name, fields]) => {
    const numbered = Object.entries(fields).map(([field, text]) => [field, describedField(text)]);
    return [name, { fields: Object.fromEntries(numbered) }];
  });
  const calls = Object.entries(methods).map(([name, [requestType, responseType]]) => [
    name,
    { requestType, responseType },
  ]);
  return { nested: { ...Object.fromEntries(types), [service]: { methods: Object.fromEntries(calls) } } };
}

function describedField(text: string): object {
  const [number, ...words] = text.split(' ');
  const id = Number(number);
  const type = words.at(-1);
  if (type === 'map') return { id, keyType: 'string', type: 'string' };
  return words[0] === 'repeated' ? { id, type, rule: 'repeated' } : { id, type };
}
