import type { SessionRecord } from '../persistence/SessionRecord.js';

/** So many sessions are swept in one go, before other work gets its turn. */
export const SWEEP_SLICE = 250;

/** Repeats a step of a sweep until nothing is left, and lets other work have its turn in between. Answers how many it took. */
export async function inSlices(step: () => Promise<SessionRecord[]>, isStopped: () => boolean): Promise<number> {
  let count = 0;
  for (;;) {
    const slice = await step();
    count += slice.length;
    if (slice.length < SWEEP_SLICE || isStopped()) return count;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function never(): boolean {
  return false;
}
