/** A prime: instants that are a day apart, as an access and its deadline are, must not share a slot. */
const SLOTS = 127;
const times = new Float64Array(SLOTS).fill(Number.NaN);
const texts: string[] = new Array(SLOTS).fill('');

/**
 * An instant, in milliseconds since 1970, as ISO-8601 UTC with milliseconds. The latest texts are kept: within a
 * millisecond many sessions get the same times, and the text of one takes as long to make as the rest of a session.
 */
export function isoTime(time: number): string {
  const slot = Math.abs(time % SLOTS);
  if (times[slot] !== time) {
    texts[slot] = new Date(time).toISOString();
    times[slot] = time;
  }
  return texts[slot] as string;
}
