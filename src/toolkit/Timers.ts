/** Runs something later without keeping the process alive; tests bring one that they wind themselves. */
export interface Timers {
  /** Answers what calls it off. */
  once(milliseconds: number, run: () => void): () => void;
}

export const processTimers: Timers = {
  once(milliseconds, run) {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
