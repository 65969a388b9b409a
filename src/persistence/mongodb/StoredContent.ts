import { isoTime } from '../../toolkit/IsoTime.js';
import { type JsonValue, jsonText } from '../../toolkit/JsonValue.js';
import type { SessionContent } from '../SessionRecord.js';

/**
 * How `user` and `data` stand in a document: as they are, which an older service can read, or as their JSON text in a field
 * beside, where not every server keeps them as they are.
 */
export interface StoredContent {
  user?: unknown;
  data?: unknown;
  _user_json?: string;
  _data_json?: string;
}

/** Servers nest to 100 levels, of which the document takes some. */
const DEEPEST_PLAIN = 80;
/**
 * The driver takes an object with such a key for one of its own types. One that every object inherits is lost on the way
 * (`__proto__`), or brings the bytes of an array that stands there instead of its members (`constructor`).
 */
const UNSAFE_KEYS = new Set(['', '_bsontype', 'toBSON', ...Object.getOwnPropertyNames(Object.prototype)]);

/** The fields of the one content; none where it is absent. */
export function contentFields(part: 'user' | 'data', text: string | undefined): StoredContent {
  if (text === undefined) return {};
  const value: JsonValue = JSON.parse(text);
  return isPlain(value, DEEPEST_PLAIN) ? { [part]: value } : { [`_${part}_json`]: text };
}

/** Where there are both, the text is what an older service, which knows nothing of it, has left behind of its write. */
export function contentOf(document: StoredContent): SessionContent {
  const content: SessionContent = {};
  const user = textOf(document.user) ?? document._user_json;
  const data = textOf(document.data) ?? document._data_json;
  if (user !== undefined) content.user = user;
  if (data !== undefined) content.data = data;
  return content;
}

/** A value of the driver as JSON has it: dates as ISO-8601, 64-bit integers as numbers, ids as their digits. */
export function wireValue(value: unknown): JsonValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : isoTime(value.getTime());
  if (Array.isArray(value)) return value.map((member) => wireValue(member) ?? null);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value as JsonValue | undefined;
  if ('_bsontype' in value) return ofDriver(value as DriverValue);
  const members = Object.entries(value).map(([key, member]) => [key, wireValue(member)]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

interface DriverValue {
  _bsontype: unknown;
  toString(): string;
}

function ofDriver(value: DriverValue): JsonValue {
  switch (value._bsontype) {
    case 'Long':
    case 'Double':
    case 'Int32':
    case 'Decimal128':
      return Number(value.toString());
    default:
      return value.toString();
  }
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : jsonText(value as JsonValue);
}

/**
 * Whether every server gives a value back just as it is: FerretDB 1 refuses keys with a dot or a leading dollar sign and
 * arrays in arrays, puts `_id` first, and turns -0 into 0; no key can hold a NUL.
 */
function isPlain(value: JsonValue, depth: number): boolean {
  if (typeof value === 'number') return !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((member) => !Array.isArray(member) && isPlain(member, depth - 1));
  return Object.entries(value).every(([key, member], at) => isPlainKey(key, at) && isPlain(member, depth - 1));
}

function isPlainKey(key: string, at: number): boolean {
  if (key === '_id') return at === 0;
  return !UNSAFE_KEYS.has(key) && key[0] !== '$' && !key.includes('.') && !key.includes('\0');
}
