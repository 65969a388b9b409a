import { sessionError } from '../../data/version1/SessionErrorsV1.js';

/**
 * Lets so many in at the same time, in the order they came; others wait, and when too many wait, one more is refused at
 * once. A queue without an end only moves the time-out to the caller.
 */
export class Gate {
  private inside = 0;
  private readonly queue = new Set<() => void>();

  constructor(
    private readonly places: number,
    private readonly maxWaiting: number,
  ) {}

  /** True: got in, and has to `leave`. */
  tryEnter(): boolean {
    if (this.inside >= this.places) return false;
    this.inside++;
    return true;
  }

  /** Waits for a place; `onEntered` is called once there is one. Answers how to give up waiting. Throws OVERLOADED. */
  wait(correlationId: string | null, onEntered: () => void): () => void {
    if (this.queue.size >= this.maxWaiting) {
      throw sessionError(correlationId, 'OVERLOADED', {
        message: 'Too many requests wait for the session store; try again',
      });
    }
    this.queue.add(onEntered);
    return () => this.queue.delete(onEntered);
  }

  leave(): void {
    const [next] = this.queue;
    if (next === undefined) {
      this.inside--;
      return;
    }
    this.queue.delete(next);
    next();
  }
}
