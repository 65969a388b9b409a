import { type RecordFields, SessionRecord } from '../SessionRecord.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LETTER_A = 0x61;
const TRUE = 0x74;
const LETTER_Z = 0x7a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** What the bytes of a UTF-8 character begin from: those after its first, its first of two, its first of four. */
const CONTINUATION = 0x80;
const TWO_BYTES = 0xc0;
const FOUR_BYTES = 0xf0;
/** Of `"2026-01-31T12:00:00.000Z"`, quotes included. */
const TIME_BYTES = 26;

const KEYS = {
  id: Buffer.from('id'),
  user_id: Buffer.from('user_id'),
  active: Buffer.from('active'),
  open_time: Buffer.from('open_time'),
  request_time: Buffer.from('request_time'),
  update_time: Buffer.from('update_time'),
  expire_time: Buffer.from('expire_time'),
  close_time: Buffer.from('close_time'),
  expire_timeout: Buffer.from('expire_timeout'),
  version: Buffer.from('version'),
  user: Buffer.from('user'),
  data: Buffer.from('data'),
};

/**
 * Reads records from the bytes of lines that were `text` of a record, looking at no more than what a record keeps besides
 * its text: the content is passed over. It takes a fraction of the time of `SessionRecord.parse`, and leaves no garbage
 * behind, which at a million lines is what decides how long a start takes. What it does not know it leaves to `parse`.
 */
export class HeadScanner implements RecordFields {
  id = '';
  userId = '';
  active = false;
  requestAt = 0;
  endAt = 0;
  expireTimeout: number | null = null;
  version = 0;
  headEnd = 0;
  private expireAt = 0;
  private closeAt = 0;
  /** By how many the bytes passed over are more than the characters they stand for. */
  private surplus = 0;

  /** `latin1` where all bytes are ASCII: then text is made of them in half the time. */
  encoding: 'latin1' | 'utf8' = 'utf8';

  /** Throws where it is no session. */
  read(bytes: Buffer, start: number, end: number): SessionRecord {
    const text = bytes.toString(this.encoding, start, end);
    if (this.scan(bytes, start, end)) return SessionRecord.restore(this, text);
    const record = SessionRecord.parse(text);
    const { id, userId, requestAt, endAt } = record;
    if (typeof id === 'string' && typeof userId === 'string' && !Number.isNaN(requestAt + endAt)) return record;
    throw new TypeError('A field is missing');
  }

  /** Null where the content is not exactly this text, closing brace included, or the head is not as it is in most records. */
  readEndingWith(ending: string, text: string, bytes: Buffer, start: number, end: number): SessionRecord | null {
    if (!text.endsWith(ending) || !this.scan(bytes, start, end)) return null;
    return this.headEnd + ending.length === text.length ? SessionRecord.restore(this, text) : null;
  }

  /** False where something is not as it is in nearly all records. */
  private scan(bytes: Buffer, start: number, end: number): boolean {
    this.id = '';
    this.userId = '';
    this.requestAt = Number.NaN;
    this.expireAt = Number.POSITIVE_INFINITY;
    this.closeAt = Number.POSITIVE_INFINITY;
    this.expireTimeout = null;
    this.surplus = 0;
    let at = start;
    while (bytes[at] !== CLOSE_BRACE) {
      // `at` is the brace or the comma before a key.
      if (bytes[at] !== (at === start ? OPEN_BRACE : COMMA) || bytes[at + 1] !== QUOTE) return false;
      const key = at + 2;
      let keyEnd = key;
      while (keyEnd < end && bytes[keyEnd] !== QUOTE) keyEnd += 1;
      if (bytes[keyEnd + 1] !== COLON) return false;
      if (isKey(bytes, key, keyEnd, KEYS.user) || isKey(bytes, key, keyEnd, KEYS.data)) break;
      at = this.scanValue(bytes, key, keyEnd, end);
      if (at < 0) return false;
    }
    this.headEnd = at - start - this.surplus;
    this.endAt = this.active ? this.expireAt : this.closeAt;
    return this.id !== '' && this.userId !== '' && !Number.isNaN(this.requestAt + this.endAt);
  }

  /** Answers where the value ends that belongs to the key, or -1. */
  private scanValue(bytes: Buffer, key: number, keyEnd: number, end: number): number {
    const value = keyEnd + 2;
    const first = bytes[value] as number;
    if (first === QUOTE) {
      if (isTimeKey(bytes, key, keyEnd)) return this.scanTime(bytes, key, keyEnd, value);
      const after = this.endOfText(bytes, value, end);
      if (after < 0) return -1;
      if (isKey(bytes, key, keyEnd, KEYS.id)) this.id = bytes.toString(this.encoding, value + 1, after - 1);
      else if (isKey(bytes, key, keyEnd, KEYS.user_id))
        this.userId = bytes.toString(this.encoding, value + 1, after - 1);
      return after;
    }
    // A number or one of the three names, not an object, an array, or white space before anything.
    if (!(first >= ZERO && first <= NINE) && first !== MINUS && !(first >= LETTER_A && first <= LETTER_Z)) return -1;
    let after = value;
    while (after < end && bytes[after] !== COMMA && bytes[after] !== CLOSE_BRACE) after += 1;
    if (isKey(bytes, key, keyEnd, KEYS.active)) this.active = first === TRUE;
    else if (isKey(bytes, key, keyEnd, KEYS.version)) this.version = wholeNumber(bytes, value, after);
    else if (isKey(bytes, key, keyEnd, KEYS.expire_timeout)) this.expireTimeout = wholeNumber(bytes, value, after);
    else return after;
    return Number.isNaN(this.version + (this.expireTimeout ?? 0)) ? -1 : after;
  }

  /** Behind the closing quote; -1 where the text holds an escape. */
  private endOfText(bytes: Buffer, value: number, end: number): number {
    for (let at = value + 1; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) return -1;
      // Of a character that is not ASCII only the first byte counts, and of one that is two in a string two.
      if (byte >= FOUR_BYTES) this.surplus -= 1;
      else if (byte >= CONTINUATION && byte < TWO_BYTES) this.surplus += 1;
    }
    return -1;
  }

  private scanTime(bytes: Buffer, key: number, keyEnd: number, value: number): number {
    const after = value + TIME_BYTES;
    if (bytes[after - 1] !== QUOTE) return -1;
    if (isKey(bytes, key, keyEnd, KEYS.request_time)) this.requestAt = readTime(bytes, value + 1);
    else if (isKey(bytes, key, keyEnd, KEYS.expire_time)) this.expireAt = readTime(bytes, value + 1);
    else if (isKey(bytes, key, keyEnd, KEYS.close_time)) this.closeAt = readTime(bytes, value + 1);
    return after;
  }
}

function isKey(bytes: Buffer, key: number, keyEnd: number, name: Buffer): boolean {
  if (keyEnd - key !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[key + i] !== name[i]) return false;
  return true;
}

function isTimeKey(bytes: Buffer, key: number, keyEnd: number): boolean {
  switch (keyEnd - key) {
    case KEYS.open_time.length:
      return isKey(bytes, key, keyEnd, KEYS.open_time);
    case KEYS.close_time.length:
      return isKey(bytes, key, keyEnd, KEYS.close_time);
    case KEYS.expire_time.length:
      return isKey(bytes, key, keyEnd, KEYS.expire_time) || isKey(bytes, key, keyEnd, KEYS.update_time);
    default:
      return isKey(bytes, key, keyEnd, KEYS.request_time);
  }
}

function wholeNumber(bytes: Buffer, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    number = number * 10 + byte - ZERO;
  }
  return number;
}

/** Milliseconds since 1970 of `2026-01-31T12:00:00.000Z`. The days are counted in years from March, so that leap days come last. */
function readTime(bytes: Buffer, at: number): number {
  const month = twoDigits(bytes, at + 5);
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2) - (month <= 2 ? 1 : 0);
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + twoDigits(bytes, at + 8) - 1;
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  const days = year * 365 + leapDays + dayOfYear - DAYS_BEFORE_1970;
  const minutes = (days * 24 + twoDigits(bytes, at + 11)) * 60 + twoDigits(bytes, at + 14);
  const milliseconds = twoDigits(bytes, at + 20) * 10 + (bytes[at + 22] as number) - ZERO;
  return (minutes * 60 + twoDigits(bytes, at + 17)) * 1000 + milliseconds;
}

/** From the first of March of the year 0 on. */
const DAYS_BEFORE_1970 = 719468;

function twoDigits(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) - ZERO) * 10 + (bytes[at + 1] as number) - ZERO;
}
