import type { IncomingHttpHeaders } from 'node:http';
import { sessionError } from '../../../data/version1/SessionErrorsV1.js';
import type { AnsweredSession } from '../../../logic/SessionAnswer.js';
import type { HttpExchange } from '../../http/HttpExchange.js';
import { entityTag, matches, onlyVersion, readTags, type TagCondition } from './EntityTags.js';

/** What a request says of the state that the session must have (RFC 9110 13). */
export class Preconditions {
  private constructor(
    private readonly ifMatch: TagCondition | null,
    private readonly ifNoneMatch: TagCondition | null,
  ) {}

  /** Null where the request says nothing; throws INVALID_DATA for headers that cannot be read. */
  static of(correlationId: string | null, headers: IncomingHttpHeaders): Preconditions | null {
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
    if (ifMatch === undefined && ifNoneMatch === undefined) return null;
    const read = (name: string, text: string | undefined) =>
      text === undefined ? null : readTags(correlationId, name, text);
    return new Preconditions(read('if-match', ifMatch), read('if-none-match', ifNoneMatch));
  }

  /** The version that is all they ask for; null where they ask for anything else. */
  get onlyVersion(): number | null {
    return this.ifMatch === null || this.ifNoneMatch !== null ? null : onlyVersion(this.ifMatch);
  }

  /** Whether they ask for one of some versions, so that a write must not find another one by the time it comes. */
  get pinsVersion(): boolean {
    return this.ifMatch !== null && this.ifMatch !== '*';
  }

  /** Whether `If-Match` takes a session. */
  admits(session: AnsweredSession): boolean {
    return this.ifMatch === null || matches(this.ifMatch, entityTag(session), 'strong');
  }

  /** Whether the caller says that it has a session as it is now. */
  hasAlready(session: AnsweredSession): boolean {
    return this.ifNoneMatch !== null && matches(this.ifNoneMatch, entityTag(session), 'weak');
  }
}

/** The session is not in the state that was asked for. */
export class PreconditionFailure {
  constructor(private readonly session: Pick<AnsweredSession, 'version' | 'active'>) {}

  /** Answers 412; the error table's 409 is for callers that sent the version with the arguments. */
  answer(exchange: HttpExchange): void {
    const { version } = this.session;
    exchange.refuse('SESSION_CONFLICT', {
      status: 412,
      message: `The session has version ${version}, which the conditions of the request exclude; read it again and repeat the request`,
      details: { version },
      headers: ['etag', entityTag(this.session), 'access-control-expose-headers', 'etag'],
    });
  }
}

/** Throws what a call that changes a session is refused with where its conditions do not hold. */
export function assertHold(correlationId: string | null, conditions: Preconditions, session: AnsweredSession): void {
  if (!conditions.admits(session)) {
    throw session.active ? new PreconditionFailure(session) : sessionError(correlationId, 'SESSION_CLOSED');
  }
  if (conditions.hasAlready(session)) throw new PreconditionFailure(session);
}
