/** Where every rule about time gets its "now" from; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, a whole number. Never smaller than an earlier answer of the same clock. */
  now(): number;
}

/**
 * The clock of the machine, which does not run backwards: when the operating system's time is set back, this one stands
 * still until it is caught up. A session that was answered as expired therefore stays expired.
 */
export class SystemClock implements Clock {
  private latest = 0;

  now(): number {
    const time = Date.now();
    if (time > this.latest) this.latest = time;
    return this.latest;
  }
}

/** The one clock of the process. */
export const systemClock: Clock = new SystemClock();
