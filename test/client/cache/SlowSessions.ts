import { NearCache, type OperationName, type SessionsCall, type SessionV1 } from 'service-sessions-client';
import { FakeClock, START } from '../../support/FakeClock.js';

export function sessionOf(changes: Partial<SessionV1> = {}): SessionV1 {
  const at = new Date(START);
  return {
    id: 's1',
    user_id: 'u1',
    active: true,
    open_time: at,
    request_time: at,
    update_time: at,
    version: 0,
    ...changes,
  };
}

export function callOf(operation: OperationName, args: Record<string, unknown>): SessionsCall {
  return { operation, correlationId: null, args, signal: undefined, timeout: undefined };
}

/** A call that a test lets arrive at the service, and be answered, when it wants. */
export interface HeldCall {
  call: SessionsCall;
  answer: Promise<unknown>;
  /** The service does it: from here on what happens there does not change the answer. */
  arrive(): void;
  /** The answer gets back, or the connection breaks on its way. */
  end(broken?: boolean): Promise<void>;
}

/** A service with sessions in memory, far away, and a near-cache before it. */
export class SlowSessions {
  readonly clock = new FakeClock();
  /** Milliseconds that the machine was suspended: the wall clock went on, the elapsed one did not. */
  suspended = 0;
  readonly cache: NearCache;
  readonly sessions = new Map<string, SessionV1>();
  readonly held: HeldCall[] = [];
  /** How many calls got past the cache. */
  asked = 0;

  constructor(options = { ttl: 1000, size: 100 }) {
    this.cache = new NearCache(options, {
      now: () => this.clock.now() + this.suspended,
      elapsed: () => this.clock.now(),
    });
  }

  /** Performs a call at once. */
  perform(operation: OperationName, args: Record<string, unknown>): Promise<unknown> {
    return this.cache.perform(callOf(operation, args), async (call) => {
      this.asked++;
      return this.serve(call);
    });
  }

  validate(session_id: string, user_id?: string | null): Promise<SessionV1 | null> {
    return this.perform('validate_session', { session_id, user_id }) as Promise<SessionV1 | null>;
  }

  /** Begins a call. Answers null where the cache did without the service. */
  begin(operation: OperationName, args: Record<string, unknown>): { held: HeldCall | null; answer: Promise<unknown> } {
    let held: HeldCall | null = null;
    const answer = this.cache.perform(callOf(operation, args), (call) => {
      this.asked++;
      held = this.hold(call);
      return held.answer;
    });
    answer.catch(() => undefined);
    return { held, answer };
  }

  end(id: string): void {
    const session = this.sessions.get(id);
    if (session !== undefined) this.sessions.set(id, { ...session, active: false, close_reason: 'closed' });
  }

  serve({ operation, args }: SessionsCall): unknown {
    const id = String(args['session_id']);
    const session = this.sessions.get(id) ?? null;
    switch (operation) {
      case 'validate_session': {
        const mine = args['user_id'] === undefined || args['user_id'] === session?.user_id;
        return session?.active && mine ? structuredClone(session) : null;
      }
      case 'close_session':
        this.end(id);
        return this.sessions.get(id) ?? null;
      case 'delete_session_by_id':
        this.sessions.delete(id);
        return session;
      case 'close_sessions': {
        const { user_id } = args['filter'] as { user_id: string };
        for (const one of this.sessions.values()) if (one.user_id === user_id) this.end(one.id);
        return 1;
      }
      case 'get_sessions':
        return { total: null, data: [...this.sessions.values()] };
      case 'get_session_by_id':
        return session;
      default:
        if (session !== null)
          this.sessions.set(id, { ...session, version: session.version + 1, data: args['data'] as never });
        return this.sessions.get(id) ?? null;
    }
  }

  private hold(call: SessionsCall): HeldCall {
    const { promise, resolve, reject } = withResolvers();
    let served: { answer: unknown } | undefined;
    const arrive = () => {
      served ??= { answer: this.serve(call) };
    };
    const held: HeldCall = {
      call,
      answer: promise,
      arrive,
      end: async (broken = false) => {
        if (broken) reject(new Error('The connection broke'));
        else {
          arrive();
          resolve(served?.answer);
        }
        await promise.catch(() => undefined);
        await settled();
      },
    };
    this.held.push(held);
    return held;
  }
}

/** One with the session `s1` of `u1`. */
export function withSession(changes?: Partial<SessionV1>): SlowSessions {
  const world = new SlowSessions();
  world.sessions.set('s1', sessionOf(changes));
  return world;
}

/** Resolves when everything that only waits for promises has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function withResolvers() {
  let resolve: (value: unknown) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<unknown>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
