/** Where a client reads the time, so that tests need not wait. */
export interface ClientClock {
  /** The wall clock, in milliseconds since 1970. */
  now(): number;
  /** Milliseconds from some fixed instant; never goes back. */
  elapsed(): number;
}

/** Where a client waits, so that tests need not. */
export interface ClientTimers {
  /** Runs it once after so many milliseconds; what is answered calls it off. */
  once(milliseconds: number, run: () => void): () => void;
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** A timer of Node.js and of browsers cannot wait longer, and does not wait at all when it is to. */
const LONGEST_WAIT = 2_147_483_647;

/** A time-out keeps the process alive: the call that it ends is awaited by someone. */
export const systemTimers: ClientTimers = {
  once(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, LONGEST_WAIT));
    return () => clearTimeout(timer);
  },
};
