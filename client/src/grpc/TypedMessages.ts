import { GIVEN } from '../calls/PlainJson.js';
import { jsonOf } from '../calls/RequestBody.js';
import { OPERATIONS, type SessionsCall } from '../calls/SessionsCall.js';
import { isObject, WrongAnswer } from '../remote/SessionAnswers.js';
import { invalidArgument } from '../version1/SessionsClientError.js';
import type { SessionsFilterV1 } from '../version1/SessionV1.js';
import { ARGUMENTS, type Message, SESSIONS } from './GrpcMessages.js';
import type { GrpcMapping } from './GrpcProtocol.js';
import { wellFormed } from './WireTexts.js';

/** Where an int32 ends; the service gives no more than 100. */
const MOST_TO_TAKE = 2_147_483_647;

/** Calls as messages with a field for each argument: what they have no form for is refused before anything leaves. */
export const TYPED: GrpcMapping = {
  service: 'sessions_v1.Sessions',
  request(call, correlationId) {
    const message: Message = { correlation_id: correlationId };
    for (const [field, type] of ARGUMENTS[call.operation]) {
      const value = fieldValue(call, field, type);
      if (value !== undefined) message[field] = value;
    }
    return { method: SESSIONS[call.operation], message };
  },
  value(call, message) {
    switch (OPERATIONS[call.operation].answer) {
      case 'session':
        return sessionValue(message['session']);
      case 'page':
        return pageValue(call, message['page']);
      case 'count':
        return message['count'] ?? 0;
    }
  },
};

/** What a field of a request holds; undefined: it is left out. */
function fieldValue(call: SessionsCall, field: string, type: string): unknown {
  const { args, correlationId } = call;
  const value = args[field];
  if (field === 'user' || field === 'data') return contentText(call, field);
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'string':
      return wellFormed(value, field, correlationId);
    case 'map':
      return filterTexts(value, field, correlationId);
    case 'PagingParams':
      return pagingMessage(value, field, correlationId);
    default:
      if (!Number.isSafeInteger(value)) throw invalidArgument(correlationId, field, 'a whole number');
      return value;
  }
}

/** The service takes what is left out for null where content is required. */
function contentText({ operation, args, correlationId }: SessionsCall, field: string): string | undefined {
  const value = args[field];
  if (value !== undefined) return jsonOf(value, field, correlationId);
  if (operation === 'open_session') return undefined;
  throw invalidArgument(correlationId, field, GIVEN);
}

/** The keys of a filter. Others are ignored: what has no form here is left out. */
const FILTER_KEYS: Record<string, true> = {
  id: true,
  user_id: true,
  user_name: true,
  active: true,
  from_time: true,
  to_time: true,
  service: true,
  name: true,
  client: true,
  address: true,
} satisfies Record<keyof SessionsFilterV1, true>;

function filterTexts(value: unknown, field: string, correlationId: string | null): Record<string, string> {
  const texts = membersOf(value, field, correlationId).flatMap(([key, member]) => {
    const name = `${field}.${key}`;
    if (typeof member !== 'object')
      return [[wellFormed(key, field, correlationId), wellFormed(String(member), name, correlationId)]];
    if (Object.hasOwn(FILTER_KEYS, key))
      throw invalidArgument(correlationId, name, 'a string, a number, true or false');
    return [];
  });
  return Object.fromEntries(texts);
}

function pagingMessage(value: unknown, field: string, correlationId: string | null): Message {
  const given = new Map(membersOf(value, field, correlationId));
  const count = (key: string): number | undefined => {
    const member = given.get(key);
    if (member === undefined) return undefined;
    const number = typeof member === 'string' && /^\d+$/.test(member) ? Number(member) : member;
    if (Number.isInteger(number) && (number as number) >= 0) return number as number;
    throw invalidArgument(correlationId, `${field}.${key}`, 'a whole number from 0');
  };
  const [skip = 0, take = undefined] = [count('skip'), count('take')];
  const total = String(given.get('total') ?? false).toLowerCase();
  if (!/^(true|1|yes|false|0|no)$/.test(total)) throw invalidArgument(correlationId, `${field}.total`, 'true or false');
  return {
    skip: Math.min(skip, Number.MAX_SAFE_INTEGER),
    // 0 is absent in this protocol: `pageValue` drops the one that is asked for instead.
    ...(take !== undefined && { take: Math.min(take || 1, MOST_TO_TAKE) }),
    total: /^(true|1|yes)$/.test(total),
  };
}

/** The members that are given of what is to be an object; '' is absent, as null is. */
function membersOf(value: unknown, field: string, correlationId: string | null): [string, unknown][] {
  const plain: unknown = JSON.parse(jsonOf(value, field, correlationId));
  if (!isObject(plain)) throw invalidArgument(correlationId, field, 'an object of simple values');
  return Object.entries(plain).filter(([, member]) => member !== null && member !== '');
}

/** An empty text is an absent one. */
function sessionValue(message: unknown): unknown {
  if (message === undefined || message === null) return null;
  const given = Object.entries(message as Message).filter(([, value]) => value !== '' && value !== null);
  const session: Message = { active: false, ...Object.fromEntries(given) };
  for (const field of ['user', 'data']) {
    const text = session[field];
    if (typeof text === 'string') session[field] = JSON.parse(text);
  }
  return session;
}

function pageValue({ args }: SessionsCall, message: unknown): unknown {
  if (!isObject(message)) throw new WrongAnswer('the page is missing');
  const data = (message['data'] ?? []) as unknown[];
  const take = (args['paging'] as { take?: unknown } | null)?.take;
  return { total: message['total'], data: take === 0 || take === '0' ? [] : data.map(sessionValue) };
}
