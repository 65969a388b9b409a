/**
 * The instant from which a session counts as expired: `timeout` after what it counts from (`basisAt`), and at most
 * `maxLifetime` after it was opened. Both are milliseconds, 0 = without such a limit; Infinity for never.
 */
export function deadline(basisAt: number, timeout: number, openAt: number, maxLifetime: number): number {
  const byTimeout = timeout === 0 ? Number.POSITIVE_INFINITY : basisAt + timeout;
  const byLifetime = maxLifetime === 0 ? Number.POSITIVE_INFINITY : openAt + maxLifetime;
  return Math.min(byTimeout, byLifetime);
}

/** Whether a deadline has come: a session counts as expired from that very millisecond on. */
export function isDue(deadline: number, now: number): boolean {
  return deadline <= now;
}
