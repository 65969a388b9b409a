/** The longest correlation id that is taken; what is beyond is cut off. */
const MAX_CORRELATION_ID = 256;
const CONTROLS = /\p{Cc}/gu;

/** A caller's correlation id as it may go into log lines: one line, bounded; null for none. */
export function cleanCorrelationId(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  return given.slice(0, MAX_CORRELATION_ID).replace(CONTROLS, '').toWellFormed() || null;
}
