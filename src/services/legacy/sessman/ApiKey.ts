import { createHash, timingSafeEqual } from 'node:crypto';

const BEARER = /^bearer +(\S+) *$/i;

/** A key that callers have to bring as `Authorization: Bearer KEY`. Only what it hashes to is kept. */
export class ApiKey {
  private readonly digest: Buffer;

  constructor(key: string) {
    this.digest = digestOf(key);
  }

  /** Whether the header brings this key; how long that takes tells nothing of the key. */
  isIn(authorization: string | undefined): boolean {
    const given = BEARER.exec(authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digestOf(given), this.digest);
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
