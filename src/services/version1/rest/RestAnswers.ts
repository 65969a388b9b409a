import {
  type AnsweredSession,
  answeredSession,
  answerText,
  nextSkip,
  type SessionAnswer,
} from '../../../logic/SessionAnswer.js';
import type { HttpExchange } from '../../http/HttpExchange.js';
import { entityTag } from './EntityTags.js';
import { PreconditionFailure, type Preconditions } from './Preconditions.js';
import type { RestCall } from './RestCalls.js';

const TYPE = 'application/json';
const NO_STORE = ['cache-control', 'no-store'];
/** Kept by the caller's own cache only, which has to ask each time whether it is still so. */
const REVALIDATED = ['cache-control', 'private, no-cache', 'access-control-expose-headers', 'etag'];
const FRESH = [...NO_STORE, 'access-control-expose-headers', 'etag'];
const CREATED = [...NO_STORE, 'access-control-expose-headers', 'etag, location'];
const LINKED = [...NO_STORE, 'access-control-expose-headers', 'link'];

/** Writes the answers of one call, served at `base`. */
export class RestAnswers {
  private readonly base: string;

  constructor(
    private readonly call: RestCall,
    base: string,
  ) {
    // A configured path is as people read it: a header may hold ASCII only.
    this.base = encodeURI(base);
  }

  /** `args` are what the answer was given for. Throws nothing that is not to be answered as an error. */
  send(exchange: HttpExchange, args: Record<string, unknown>, answer: SessionAnswer, conditions: Preconditions | null) {
    const session = answeredSession(answer);
    if (session !== null) this.sendSession(exchange, session, answerText(answer), conditions);
    else if (answer === null)
      exchange.refuse('NOT_FOUND', { message: this.call.absence ?? 'There is no such session' });
    else exchange.send(200, TYPE, answerText(answer), this.pageHeaders(args, answer));
  }

  private sendSession(
    exchange: HttpExchange,
    session: AnsweredSession,
    text: string,
    conditions: Preconditions | null,
  ) {
    const etag = entityTag(session);
    if (this.call.method !== 'GET') {
      const location = this.call.creates
        ? ['location', `${this.base}/${encodeURIComponent(session.id)}`, ...CREATED]
        : FRESH;
      exchange.send(this.call.creates ? 201 : 200, TYPE, text, ['etag', etag, ...location]);
    } else if (conditions?.admits(session) === false) {
      new PreconditionFailure(session).answer(exchange);
    } else if (conditions?.hasAlready(session)) {
      exchange.sendNothing(['etag', etag, ...REVALIDATED], 304);
    } else {
      exchange.send(200, TYPE, text, ['etag', etag, ...REVALIDATED]);
    }
  }

  /** A link to the next page (RFC 8288) keeps all parameters but `skip`. */
  private pageHeaders(args: Record<string, unknown>, answer: SessionAnswer): readonly string[] {
    const skip = nextSkip(answer, args['paging']);
    if (skip === null) return NO_STORE;
    const query = new URLSearchParams();
    for (const { name, argument, isMember } of this.call.query) {
      const holder = isMember ? (args[argument] as Record<string, unknown> | undefined) : args;
      const value = name === 'skip' ? skip : holder?.[name];
      if (value !== undefined) query.set(name, String(value));
    }
    return ['link', `<${this.base || '/'}?${query}>; rel="next"`, ...LINKED];
  }
}
