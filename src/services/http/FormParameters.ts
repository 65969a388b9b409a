import { isUtf8 } from 'node:buffer';
import { invalidData, sessionError } from '../../data/version1/SessionErrorsV1.js';

/** Of a text; a body of nothing else has some hundred thousand, which take longer to take apart than others should have to wait. */
const MOST_PAIRS = 1000;
const AMPERSAND = /&/;
const ENCODED = /[%+\x80-\xff]/;
const BROKEN = /%(?![0-9a-f]{2})/i;

/**
 * The parameters of a query string or of a form (`application/x-www-form-urlencoded`), read strictly where they are asked for:
 * one that is there twice, or is no percent-encoded UTF-8, is INVALID_DATA. What nobody asks for may be as it likes.
 */
export class FormParameters {
  private readonly pairs: [name: string, value: string][] = [];
  private isEncoded = false;

  /**
   * @param text as it came, a byte a character (latin1)
   * @param separators what may stand between pairs
   */
  constructor(
    private readonly correlationId: string | null,
    text: string,
    separators = AMPERSAND,
  ) {
    this.add(text, separators);
  }

  /** Adds the parameters of a further text: one that is in both is there twice. Throws INVALID_DATA for too many. */
  add(text: string, separators = AMPERSAND): void {
    this.isEncoded ||= ENCODED.test(text);
    const pairs = text.split(separators, MOST_PAIRS + 1);
    if (pairs.length > MOST_PAIRS) {
      const message = `At most ${MOST_PAIRS} parameters may be given`;
      throw sessionError(this.correlationId, 'INVALID_DATA', { message });
    }
    for (const pair of pairs) {
      if (pair === '') continue;
      const sign = pair.indexOf('=');
      const name = sign < 0 ? pair : pair.slice(0, sign);
      this.pairs.push([this.decoded(name) ?? name, sign < 0 ? '' : pair.slice(sign + 1)]);
    }
  }

  /** The value of the parameter that has one of these names, its aliases; null where there is none. */
  one(...names: [string, ...string[]]): string | null {
    return this.read(names, names[0]);
  }

  /** As `one`; `field` is its name in errors. */
  named(name: string, field: string): string | null {
    return this.read([name], field);
  }

  /** Throws INVALID_DATA where any parameter is there twice, whether it is asked for or not. */
  assertNoneTwice(): void {
    const names = new Set(this.pairs.map(([name]) => name));
    if (names.size === this.pairs.length) return;
    throw sessionError(this.correlationId, 'INVALID_DATA', { message: 'No parameter may be given twice' });
  }

  private read(names: readonly string[], field: string): string | null {
    let found: string | null = null;
    for (const [name, value] of this.pairs) {
      if (!names.includes(name)) continue;
      if (found !== null) throw invalidData(this.correlationId, field, 'given once');
      found = value;
    }
    if (found === null) return null;
    const value = this.decoded(found);
    if (value === null) throw invalidData(this.correlationId, field, 'percent-encoded UTF-8');
    return value;
  }

  /** Null for what is wrongly encoded. Most are not encoded at all: that is looked at once for all of them. */
  private decoded(text: string): string | null {
    return this.isEncoded ? decoded(text) : text;
  }
}

/** Null for what is wrongly encoded. */
function decoded(text: string): string | null {
  if (!ENCODED.test(text)) return text;
  if (BROKEN.test(text)) return null;
  const plain = text
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const bytes = Buffer.from(plain, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : null;
}
