import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../../toolkit/JsonValue.js';
import { completeOlderSession, endOfWholeSession } from '../OlderSession.js';
import type { SessionRecord } from '../SessionRecord.js';
import { dataDamaged } from './DataDamage.js';
import { HeadScanner } from './HeadScanner.js';
import type { FileVisitor } from './LineReader.js';
import type { SessionVisitor } from './Snapshot.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NEWLINE = 0x0a;
const BOM = [0xef, 0xbb, 0xbf];

/** Where in the array the reader is: what may come next. */
type Place = 'array' | 'first' | 'element' | 'separator' | 'nothing';

/**
 * Reads the file of an older service: a JSON array however it is laid out, cut into its sessions without ever being one
 * string, each completed to what this store needs. White space alone is no sessions.
 */
export class OlderArray implements FileVisitor {
  private place: Place = 'array';
  private line = 1;
  private atStart = true;
  private depth = 0;
  private inString = false;
  /** How far the element that is not complete yet has been looked through. */
  private scanned = 0;
  private linesWithin = 0;
  private readonly scanner = new HeadScanner();

  constructor(
    private readonly path: string,
    private readonly visit: SessionVisitor,
    readonly chunk: (bytes: Buffer) => void,
  ) {}

  /** True where there was nothing but white space. */
  get blank(): boolean {
    return this.place === 'array';
  }

  take(bytes: Buffer, start: number, end: number, last: boolean): number {
    let at = start;
    if (this.atStart) {
      if (end - start < BOM.length && !last) return 0;
      this.atStart = false;
      if (BOM.every((byte, index) => bytes[start + index] === byte && start + index < end)) at += BOM.length;
    }
    while (at < end) {
      const next = this.step(bytes, at, end);
      if (next === at) break;
      at = next;
    }
    if (last && this.place !== 'nothing' && !this.blank) throw this.damaged('the array ends in the middle');
    return at - start;
  }

  /** Takes one byte between the sessions, or one whole session; answers where to go on, or `at` where the rest is missing. */
  private step(bytes: Buffer, at: number, end: number): number {
    const byte = bytes[at] as number;
    if (byte === NEWLINE) this.line += 1;
    if (byte === NEWLINE || byte === 0x20 || byte === 0x0d || byte === 0x09) return at + 1;
    switch (this.place) {
      case 'array':
        if (byte !== OPEN_BRACKET) throw this.damaged('it does not begin a JSON array');
        this.place = 'first';
        return at + 1;
      case 'separator':
        if (byte !== COMMA && byte !== CLOSE_BRACKET) throw this.damaged('there is no comma between two sessions');
        this.place = byte === COMMA ? 'element' : 'nothing';
        return at + 1;
      case 'nothing':
        throw this.damaged('something stands behind the end of the array');
      case 'first':
        if (byte !== CLOSE_BRACKET) return this.element(bytes, at, end);
        this.place = 'nothing';
        return at + 1;
      case 'element':
        return this.element(bytes, at, end);
    }
  }

  private element(bytes: Buffer, start: number, end: number): number {
    if (bytes[start] !== OPEN_BRACE) throw this.damaged('the session is not a JSON object');
    const after = this.scan(bytes, start, end);
    if (after < 0) return start;
    this.visit(this.session(bytes, start, after), this.line);
    this.place = 'separator';
    this.line += this.linesWithin;
    this.linesWithin = 0;
    this.scanned = 0;
    return after;
  }

  /** Where the object ends that begins at `start`, or -1 where that is not read yet. */
  private scan(bytes: Buffer, start: number, end: number): number {
    let { depth, inString } = this;
    let at = start + this.scanned;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (inString) {
        if (byte === QUOTE) inString = false;
        else if (byte === BACKSLASH) at += 1;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 0) {
          this.depth = 0;
          this.inString = false;
          return at + 1;
        }
      } else if (byte === NEWLINE) this.linesWithin += 1;
    }
    this.depth = depth;
    this.inString = inString;
    this.scanned = at - start;
    return -1;
  }

  private session(bytes: Buffer, start: number, end: number): SessionRecord {
    const text = bytes.toString('utf8', start, end);
    // What is not UTF-8 is read as this character.
    if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) throw this.damaged('the session is not UTF-8');
    let value: JsonValue;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.damaged('the session is not JSON');
    }
    try {
      const ending = endOfWholeSession(value);
      const whole = ending === null ? null : this.scanner.readEndingWith(ending, text, bytes, start, end);
      return whole ?? completeOlderSession(value);
    } catch (error) {
      // JSON.stringify ends the stack where JSON.parse does not.
      const fault = error instanceof RangeError ? 'is nested too deep' : (error as Error).message;
      throw this.damaged(`the session ${fault}`);
    }
  }

  private damaged(what: string): Error {
    return dataDamaged(this.path, this.line, what, 'correct the file or restore it from a backup');
  }
}
