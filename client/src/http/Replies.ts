import { OPERATIONS, type SessionsCall } from '../calls/SessionsCall.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';
import type { SessionV1 } from '../version1/SessionV1.js';
import type { HttpFailure, HttpReply, ServiceAddress } from './HttpTransport.js';
import { countOf, isObject, pageOf, sessionOf, WrongAnswer } from './SessionAnswers.js';

/** What concerns every error of a call. */
export interface ReplyContext {
  readonly correlationId: string | null;
  readonly address: ServiceAddress;
}

/** What an operation answers by a reply. Throws a SessionsClientError for every reply that is no answer to it. */
export function answerOf(call: SessionsCall, address: ServiceAddress, reply: HttpReply): unknown {
  const context = { correlationId: call.correlationId, address };
  if (reply.status !== 200 && reply.status !== 204) throw errorOf(context, reply);
  try {
    const value: unknown = reply.status === 204 ? null : JSON.parse(reply.text);
    return readAnswer(call, value);
  } catch (cause) {
    const what = cause instanceof WrongAnswer ? cause.message : 'it is not JSON';
    throw badReply(context, `answered ${call.operation} with what is no answer to it: ${what}`, reply.status, cause);
  }
}

/** The error that a reply of another status than 200 and 204 brings. */
export function errorOf(context: ReplyContext, { status, text }: HttpReply): SessionsClientError {
  const description = status >= 400 ? descriptionOf(text) : undefined;
  if (description === undefined)
    return badReply(context, `answered with the status ${status} and no word of a sessions service`, status);
  const { code, message, category, details } = description;
  return new SessionsClientError({
    code,
    message,
    category,
    status,
    correlationId: context.correlationId,
    details: isObject(details) ? details : undefined,
  });
}

/** The error of an exchange that brought no whole answer. */
export function failureError(context: ReplyContext, failure: HttpFailure): SessionsClientError {
  const { kind, message, status, cause } = failure;
  if (kind === 'cut off' || kind === 'unreadable') return badReply(context, message, status, cause);
  return new SessionsClientError({
    code: 'UNREACHABLE',
    message: sentence(context, message),
    correlationId: context.correlationId,
    cause,
  });
}

export function badReply(
  context: ReplyContext,
  message: string,
  status: number | undefined,
  cause?: unknown,
): SessionsClientError {
  return new SessionsClientError({
    code: 'BAD_REPLY',
    message: sentence(context, message),
    correlationId: context.correlationId,
    status,
    cause,
  });
}

function sentence({ address }: ReplyContext, message: string): string {
  return `${address.text} ${message}`;
}

interface ErrorDescription {
  code: string;
  message: string;
  category: string;
  details?: unknown;
}

function descriptionOf(text: string): ErrorDescription | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { code, message, category } = value;
    const isDescription = [code, message, category].every((part) => typeof part === 'string' && part !== '');
    return isDescription ? (value as unknown as ErrorDescription) : undefined;
  } catch {
    return undefined;
  }
}

function readAnswer(call: SessionsCall, value: unknown): unknown {
  switch (OPERATIONS[call.operation].answer) {
    case 'session':
      return sessionAnswer(call, value);
    case 'page':
      return pageOf(value);
    case 'count':
      // The older service answers nothing here.
      return value === null && call.operation === 'close_expired_sessions' ? 0 : countOf(value);
  }
}

function sessionAnswer({ operation, args }: SessionsCall, value: unknown): SessionV1 | null {
  if (value === null) {
    if (operation === 'open_session') throw new WrongAnswer('an opened session is missing');
    return null;
  }
  const session = sessionOf(value);
  if (isOther(args['session_id'], session.id)) throw new WrongAnswer('it is about another session');
  // The three operations that take a user answer a session of that user.
  if (isOther(args['user_id'], session.user_id)) throw new WrongAnswer('it is about another user');
  if (session.active) return session;
  // Nobody may take it for a login that has succeeded.
  if (operation === 'open_session') throw new WrongAnswer('the opened session is not active');
  return operation === 'validate_session' ? null : session;
}

function isOther(asked: unknown, answered: string): boolean {
  return asked !== undefined && asked !== null && asked !== answered;
}
