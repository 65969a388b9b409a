import { randomFillSync } from 'node:crypto';

/** The digits and letters of ids that are told apart by their case. */
export const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export const SMALL_LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';

const POOL_BYTES = 8192;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Unguessable lower-case hex digits from the operating system's generator, four bits a digit.
 * Random bytes are fetched in blocks, because one call for each id costs more than opening a session otherwise does;
 * no byte is ever handed out twice.
 */
export function randomHex(length: number): string {
  const bytes = (length + 1) >> 1;
  const start = taken(bytes);
  const digits = pool.toString('hex', start, start + bytes);
  return digits.length === length ? digits : digits.slice(0, length);
}

/** Unguessable characters of an alphabet of at most 256, each as likely as every other. */
export function randomText(length: number, alphabet: string): string {
  // A byte beyond the last whole round of the alphabet would make its first characters likelier.
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    const byte = pool[taken(1)] as number;
    if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text;
}

/** Where so many fresh bytes begin in the pool. */
function taken(bytes: number): number {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}
