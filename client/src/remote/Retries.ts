import type { OperationV1 } from '../calls/SessionsCall.js';
import type { SessionsClientError } from '../version1/SessionsClientError.js';
import type { FailureKind } from './Transport.js';

/** Milliseconds; the upper bound of the first wait, doubled with each further one. */
const FIRST_BACKOFF = 50;

/** How an attempt failed. */
export interface FailedAttempt {
  readonly error: SessionsClientError;
  /** Undefined where a whole answer came. */
  readonly kind: FailureKind | undefined;
}

/** True when a call may be made again: the failure may pass, and doing it twice harms nobody (`OperationV1.repeat`). */
export function mayRepeat(repeat: OperationV1['repeat'], { error, kind }: FailedAttempt): boolean {
  if (kind === 'refused') return true;
  switch (repeat) {
    case 'opening':
      return kind === undefined && error.status === 503;
    case 'write':
      return kind === undefined && error.code === 'OVERLOADED';
    case 'safe':
      if (kind === undefined) return error.status === 502 || error.status === 503 || error.status === 504;
      return kind === 'unreachable' || kind === 'cut off';
  }
}

/** Milliseconds to wait before a repetition, the first of which is 1: any time up to a bound that doubles (full jitter). */
export function backoff(repetition: number, random: () => number): number {
  return random() * FIRST_BACKOFF * 2 ** (repetition - 1);
}

/** Milliseconds that a header `Retry-After` asks for, in seconds or as a date (RFC 9110 10.2.3); 0 without a readable one. */
export function retryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const time = /\bGMT\s*$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? 0 : Math.max(0, time - now);
}

/**
 * What retries may add to the load of a service that fails: at most half of the calls, and as many as one call may have.
 * Every call brings half a retry, by its success or by its failure.
 */
export class RetryBudget {
  private tokens = 0.5;
  private readonly most: number;

  /** `retries`: how often at most one call is made again. */
  constructor(retries: number) {
    this.most = Math.max(1, retries);
  }

  /** A call that succeeded at once. */
  succeeded(): void {
    this.tokens = Math.min(this.most, this.tokens + 0.5);
  }

  /** True when a failed call may be made again. `isFirst`: it is the first repetition of this call. */
  take(isFirst: boolean): boolean {
    if (isFirst) this.tokens = Math.min(this.most, this.tokens + 0.5);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
