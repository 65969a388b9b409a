import { OPERATIONS, type SessionsCall } from '../calls/SessionsCall.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';
import type { SessionV1 } from '../version1/SessionV1.js';

import { countOf, isObject, pageOf, sessionOf, WrongAnswer } from './SessionAnswers.js';
import type { Failure, ServiceAddress } from './Transport.js';

/** What concerns every error of a call. */
export interface ReplyContext {
  readonly correlationId: string | null;
  readonly address: ServiceAddress;
}

/**
 * What an operation answers by a value, which is read where it may fail. Throws a SessionsClientError where it is no answer to it.
 * `status` is the one of the reply, undefined for a protocol without.
 */
export function readAnswer(
  call: SessionsCall,
  context: ReplyContext,
  status: number | undefined,
  value: () => unknown,
): unknown {
  try {
    return answerTo(call, value());
  } catch (cause) {
    const what = cause instanceof WrongAnswer ? cause.message : 'it is not JSON';
    throw badReply(context, `answered ${call.operation} with what is no answer to it: ${what}`, status, cause);
  }
}

/** The error that a service has described; undefined where it is no description. */
export function describedError(
  { correlationId }: ReplyContext,
  status: number | undefined,
  description: unknown,
): SessionsClientError | undefined {
  if (!isObject(description)) return undefined;
  const { code, message, category, details } = description;
  if (!isText(code) || !isText(message) || !isText(category)) return undefined;
  const given = isObject(details) ? details : undefined;
  return new SessionsClientError({ code, message, category, status, correlationId, details: given });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The error of an exchange that brought no whole answer. */
export function failureError(context: ReplyContext, failure: Failure): SessionsClientError {
  const { kind, message, status, cause } = failure;
  if (kind === 'cut off' || kind === 'unreadable') return badReply(context, message, status, cause);
  const { correlationId } = context;
  const text = sentence(context, message);
  if (kind === 'refused as too large') {
    const code = 'PAYLOAD_TOO_LARGE';
    return new SessionsClientError({ code, message: text, category: 'BadRequest', status: 413, correlationId, cause });
  }
  return new SessionsClientError({ code: 'UNREACHABLE', message: text, correlationId, cause });
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

function answerTo(call: SessionsCall, value: unknown): unknown {
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
