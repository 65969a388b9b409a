import type { Timers } from '../../src/toolkit/Timers.js';

/** Timers that run when a test says so. */
export class ManualTimers implements Timers {
  private readonly waiting = new Map<() => void, number>();

  once(milliseconds: number, run: () => void): () => void {
    this.waiting.set(run, milliseconds);
    return () => this.waiting.delete(run);
  }

  /** Runs what waits for at most so long. */
  run(milliseconds = Number.POSITIVE_INFINITY): void {
    for (const [run, wait] of [...this.waiting]) {
      if (wait <= milliseconds && this.waiting.delete(run)) run();
    }
  }

  get count(): number {
    return this.waiting.size;
  }
}
