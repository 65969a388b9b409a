import { randomFillSync } from 'node:crypto';

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
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const digits = pool.toString('hex', used, used + bytes);
  used += bytes;
  return digits.length === length ? digits : digits.slice(0, length);
}
