/** Where a client waits, so that tests need not. */
export interface ClientTimers {
  /** Runs it once after so many milliseconds; what is answered calls it off. */
  once(milliseconds: number, run: () => void): () => void;
}

/** A time-out keeps the process alive: the call that it ends is awaited by someone. */
export const systemTimers: ClientTimers = {
  once(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
