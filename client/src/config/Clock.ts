/** Where a client reads the time, so that tests need not wait. */
export interface ClientClock {
  /** The wall clock, in milliseconds since 1970. */
  now(): number;
  /** Milliseconds from some fixed instant; never goes back. */
  elapsed(): number;
}

export const systemClock: ClientClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
