import type { ServerInterceptor } from '@grpc/grpc-js';
import { TurnBatch } from './TurnBatch.js';

type MethodDefinition = Parameters<ServerInterceptor>[0];
/**
 * What the library knows of a call's request. It hands the first interceptor its own object, and tells an interceptor of the end
 * of a request only through a listener around its own, which takes a fifth of the time of a whole call.
 */
type Call = Parameters<ServerInterceptor>[1] & { readonly receivedHalfClose?: boolean; readonly cancelled?: boolean };

/** How often it looks for calls that take too long, in milliseconds. */
const CHECK_INTERVAL = 1000;

/**
 * Ends calls whose request does not come: an open call holds what was sent of it. Nearly all requests are complete within the turn
 * that brings them; only those that are not by its end are kept.
 */
export class SlowCalls {
  private readonly fresh = new TurnBatch<Call>((calls) => this.keepIncomplete(calls));
  /** When each was found incomplete, in milliseconds of `performance.now`; the oldest first. */
  private readonly incomplete = new Map<Call, number>();
  private check: NodeJS.Timeout | undefined;

  /**
   * @param timeout how long a request may take, in milliseconds
   * @param status what its call ends with then
   */
  constructor(
    private readonly timeout: number,
    private readonly status: { code: number; details: string },
  ) {}

  /** Sees every call of a server that it is given to. */
  get interceptor(): ServerInterceptor {
    const intercept = ({ requestStream }: MethodDefinition, call: Call): Call => {
      // A stream of requests has its time.
      if (!requestStream) this.fresh.add(call);
      return call;
    };
    return intercept as ServerInterceptor;
  }

  start(): void {
    this.check = setInterval(() => this.endSlow(), Math.min(CHECK_INTERVAL, this.timeout)).unref();
  }

  stop(): void {
    clearInterval(this.check);
  }

  private keepIncomplete(calls: readonly Call[]): void {
    const now = performance.now();
    for (const call of calls) if (isIncomplete(call)) this.incomplete.set(call, now);
  }

  private endSlow(): void {
    const latest = performance.now() - this.timeout;
    for (const [call, since] of this.incomplete) {
      const isSlow = since <= latest;
      if (isSlow || !isIncomplete(call)) this.incomplete.delete(call);
      if (isSlow && isIncomplete(call)) call.sendStatus(this.status);
    }
  }
}

function isIncomplete(call: Call): boolean {
  return call.receivedHalfClose === false && call.cancelled === false;
}
