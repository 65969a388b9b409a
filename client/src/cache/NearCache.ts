import type { OperationName, SessionsCall } from '../calls/SessionsCall.js';
import type { ClientClock } from '../config/Clock.js';
import type { SessionsPageV1, SessionV1 } from '../version1/SessionV1.js';
import { CachedSessions } from './CachedSessions.js';
import { copySession, mayBeCopied } from './SessionCopy.js';

export interface NearCacheOptions {
  /** Milliseconds from the instant a validation was sent for which its answer may be given again. */
  ttl: number;
  /** How many sessions at most. */
  size: number;
}

/** Performs a call where the cache does not: the client's own way to the service. */
export type NextCall = (call: SessionsCall) => Promise<unknown>;

/** The validations of one session that are under way. */
interface Flights {
  count: number;
  /** Their answers may be older than a change: they are given to their callers, but not kept. */
  spoilt: boolean;
}

const CHANGES: ReadonlySet<OperationName> = new Set<OperationName>([
  'store_session_data',
  'patch_session_data',
  'update_session_user',
  'close_session',
  'delete_session_by_id',
]);

/**
 * Answers `validate_session` from memory for a short time. Only active sessions are kept, and never past their `expire_time`.
 *
 * - An end or a change made elsewhere is seen at the latest `ttl` after it: what is kept counts from when it was asked for.
 * - An end or a change made through this cache is seen at once: what is kept of the session is forgotten when the call starts
 *   and when it ends, however it ends, and what was asked for before is not kept. `close_sessions` forgets everything: whose a
 *   session is may have changed elsewhere since it was read.
 * - An answer from memory is no access for the service: an idle session may expire up to `ttl` earlier than it was used.
 *
 * `forget` and `clear` are for whoever learns of changes in another way, such as events of the service.
 */
export class NearCache {
  private readonly sessions: CachedSessions;
  private readonly flights = new Map<string, Flights>();
  /** Counts what spoils the answers of all flights. */
  private epoch = 0;

  constructor(
    private readonly options: NearCacheOptions,
    private readonly clock: ClientClock,
  ) {
    this.sessions = new CachedSessions(options.size);
  }

  /** How many sessions are held, those that are over included. */
  get count(): number {
    return this.sessions.count;
  }

  /** Performs any call. An answer is a value of the caller's own. */
  perform(call: SessionsCall, next: NextCall): Promise<unknown> {
    const { operation, args } = call;
    if (operation === 'validate_session') return this.validate(call, next);
    if (CHANGES.has(operation) || (operation === 'open_session' && isGiven(args['session_id']))) {
      return this.change(() => this.forgetGiven(args['session_id']), call, next);
    }
    if (operation === 'close_sessions') return this.change(() => this.clear(), call, next);
    return next(call).then((answer) => this.noticeEnds(call, answer));
  }

  /** Forgets one session; an answer about it that is under way is not kept. */
  forget(sessionId: string): void {
    this.sessions.delete(sessionId);
    const flights = this.flights.get(sessionId);
    if (flights === undefined) return;
    flights.spoilt = true;
    this.flights.delete(sessionId);
  }

  /** Forgets everything; no answer that is under way is kept. */
  clear(): void {
    this.sessions.clear();
    this.epoch++;
  }

  private validate(call: SessionsCall, next: NextCall): Promise<unknown> {
    const { session_id, user_id } = call.args;
    if (typeof session_id !== 'string') return next(call);
    const cached = this.sessions.get(session_id);
    const now = this.clock.elapsed();
    if (cached !== undefined) {
      if (cached.until <= now || cached.wallUntil <= this.clock.now()) this.sessions.delete(session_id);
      else if (!isGiven(user_id) || user_id === cached.session.user_id) {
        return Promise.resolve(copySession(cached.session));
      }
    }
    return this.fetch(session_id, now, call, next);
  }

  private async fetch(sessionId: string, askedAt: number, call: SessionsCall, next: NextCall): Promise<unknown> {
    const { epoch } = this;
    const wallAskedAt = this.clock.now();
    const flights = this.flights.get(sessionId) ?? { count: 0, spoilt: false };
    if (flights.count++ === 0) this.flights.set(sessionId, flights);
    try {
      const answer = (await next(call)) as SessionV1 | null;
      if (answer === null || !answer.active) this.forget(sessionId);
      else if (!flights.spoilt && epoch === this.epoch) this.keep(answer, askedAt, wallAskedAt);
      return answer;
    } finally {
      if (--flights.count === 0 && !flights.spoilt) this.flights.delete(sessionId);
    }
  }

  private keep(session: SessionV1, askedAt: number, wallAskedAt: number): void {
    const [now, wallNow] = [this.clock.elapsed(), this.clock.now()];
    const expiresAt = session.expire_time?.getTime() ?? Infinity;
    // One less: the wall clock counts whole milliseconds, and may be almost one behind.
    const until = Math.min(askedAt + this.options.ttl, now + expiresAt - wallNow - 1);
    const wallUntil = Math.min(wallAskedAt + this.options.ttl, expiresAt);
    const newer = (this.sessions.get(session.id)?.askedAt ?? -Infinity) > askedAt;
    if (newer || until <= now || wallUntil <= wallNow || !mayBeCopied(session)) return;
    this.sessions.put({ session: copySession(session), askedAt, until, wallUntil }, now);
  }

  private async change(forget: () => void, call: SessionsCall, next: NextCall): Promise<unknown> {
    forget();
    try {
      return await next(call);
    } finally {
      forget();
    }
  }

  /** What is no string reaches the service as who knows what. */
  private forgetGiven(sessionId: unknown): void {
    if (typeof sessionId === 'string') this.forget(sessionId);
    else this.clear();
  }

  private noticeEnds({ operation, args }: SessionsCall, answer: unknown): unknown {
    if (operation === 'get_session_by_id') {
      if (!(answer as SessionV1 | null)?.active) this.forgetGiven(args['session_id']);
    } else if (operation === 'get_sessions') {
      for (const { id, active } of (answer as SessionsPageV1).data) if (!active) this.forget(id);
    }
    return answer;
  }
}

function isGiven(argument: unknown): boolean {
  return argument !== undefined && argument !== null;
}
