import type { CompositeLogger } from 'pip-services3-components-nodex';

/** How often an overload is logged at most, in milliseconds. */
const NOTE_INTERVAL = 1000;

/** Counts requests that have come and are not answered, and logs when there are too many. */
export class InFlight {
  private requests = 0;
  private notedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly logger: CompositeLogger) {}

  get count(): number {
    return this.requests;
  }

  /** Counts one more; answers false, and does not count it, where there are `most` already. */
  enter(most: number, correlationId: string | null): boolean {
    if (this.requests < most) {
      this.requests++;
      return true;
    }
    this.note(correlationId);
    return false;
  }

  /** One that was counted is answered. */
  leave(): void {
    this.requests--;
  }

  private note(correlationId: string | null): void {
    const now = performance.now();
    if (now < this.notedAt + NOTE_INTERVAL) return;
    this.notedAt = now;
    this.logger.warn(correlationId ?? '', 'Refusing requests: %d are in flight, the most allowed', this.requests);
  }
}
