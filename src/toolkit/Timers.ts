/** Runs something later without keeping the process alive; tests bring one that they wind themselves. */
export interface Timers {
  /** Answers what calls it off. */
  once(milliseconds: number, run: () => void): () => void;
}

export const processTimers: Timers = {
  once(milliseconds, run) {
    // A timer waits for a millisecond at least. An immediate keeps the process alive, but for this turn only.
    if (milliseconds === 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
