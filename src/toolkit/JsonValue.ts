/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** What is wrong with a value that was to be JSON. */
export type JsonFault = 'depth' | 'number' | 'surrogate' | 'type' | 'size';

/** What a look through a value that was to be JSON has found. */
export interface JsonInspection {
  /** The first fault; null when there is none. */
  fault: JsonFault | null;
  /** True where a number is -0. Says nothing beside a fault. */
  hasNegativeZero: boolean;
}

/** More values on one level than any request can bring: an object of the process that holds itself, or the same over and over. */
const MOST_OF_A_LEVEL = 1 << 20;

/**
 * Looks through a value without recursion, so that no nesting can exhaust the stack. The faults are `depth`: arrays and
 * objects nested deeper than `maxDepth` (`[]` is 1); `number`: infinite or not a number (`1e400` overflows on parsing);
 * `surrogate`: a key or string with half of a surrogate pair, which UTF-8 cannot carry; `type`: something that JSON has
 * no form for (a function, a Date, `undefined`); `size`: more than a million values on one level.
 */
export function inspectJson(value: unknown, maxDepth: number): JsonInspection {
  let hasNegativeZero = false;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      const fault = faultOf(item);
      if (fault !== null) return { fault, hasNegativeZero };
      if (typeof item !== 'object' || item === null) {
        if (Object.is(item, -0)) hasNegativeZero = true;
        continue;
      }
      if (depth >= maxDepth) return { fault: 'depth', hasNegativeZero };
      if (next.length > MOST_OF_A_LEVEL) return { fault: 'size', hasNegativeZero };
      if (Array.isArray(item)) {
        for (const member of item) next.push(member);
        continue;
      }
      for (const key of Object.keys(item)) {
        if (!key.isWellFormed()) return { fault: 'surrogate', hasNegativeZero };
        next.push((item as Record<string, unknown>)[key]);
      }
    }
    level = next;
  }
  return { fault: null, hasNegativeZero };
}

function faultOf(item: unknown): JsonFault | null {
  switch (typeof item) {
    case 'string':
      return item.isWellFormed() ? null : 'surrogate';
    case 'number':
      return Number.isFinite(item) ? null : 'number';
    case 'boolean':
      return null;
    case 'object':
      return item === null || isPlain(item) ? null : 'type';
    default:
      return 'type';
  }
}

function isPlain(item: object): boolean {
  if (Array.isArray(item)) return true;
  const prototype = Object.getPrototypeOf(item);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Where JSON.stringify has written a 0 that is a value of its own; a string may hold such a text too. */
const ZERO_VALUE = /[[,:]0[,\]}]/;

/** Compact JSON as JSON.stringify writes it, but with -0 as `-0`, which JSON.parse reads as -0 again, and not as `0`. */
export function jsonText(value: JsonValue): string {
  const text = JSON.stringify(value);
  const mayHold = text === '0' || ZERO_VALUE.test(text);
  return mayHold && hasNegativeZero(value) ? writtenOut(value) : text;
}

/** Where jsonText has written a -0, unlike in a date; a string may hold such a text too. */
const NEGATIVE_ZERO = /-0(?:[,\]}]|$)/;

/** Writes as jsonText does the values read from `source`, which jsonText wrote: that tells of most that there is no -0. */
export function jsonWriterFor(source: string): (value: JsonValue) => string {
  return NEGATIVE_ZERO.test(source) ? jsonText : JSON.stringify;
}

function hasNegativeZero(value: JsonValue): boolean {
  const rest: JsonValue[][] = [[value]];
  for (let members = rest.pop(); members !== undefined; members = rest.pop()) {
    for (const member of members) {
      if (Object.is(member, -0)) return true;
      if (typeof member === 'object' && member !== null) rest.push(membersOf(member));
    }
  }
  return false;
}

function membersOf(value: JsonValue[] | { [key: string]: JsonValue }): JsonValue[] {
  return Array.isArray(value) ? value : Object.values(value);
}

/** A text to be written and the value, if any, that follows it. */
interface Piece {
  text: string;
  value?: JsonValue;
}

/** Without recursion: what JSON.parse has read and JSON.stringify can write must not fail here for its nesting. */
function writtenOut(value: JsonValue): string {
  let text = '';
  const rest: Piece[] = [{ text: '', value }];
  for (let piece = rest.pop(); piece !== undefined; piece = rest.pop()) {
    text += piece.text;
    if (piece.value === undefined) continue;
    if (typeof piece.value === 'object' && piece.value !== null) {
      for (const part of piecesOf(piece.value).reverse()) rest.push(part);
    } else text += Object.is(piece.value, -0) ? '-0' : JSON.stringify(piece.value);
  }
  return text;
}

function piecesOf(value: JsonValue[] | { [key: string]: JsonValue }): Piece[] {
  const pieces: Piece[] = Array.isArray(value)
    ? value.map((member) => ({ text: ',', value: member }))
    : Object.entries(value).map(([key, member]) => ({ text: `,${JSON.stringify(key)}:`, value: member }));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (pieces[0] !== undefined) pieces[0].text = pieces[0].text.slice(1);
  return [{ text: open as string }, ...pieces, { text: close as string }];
}

/**
 * JSON Merge Patch (RFC 7396): members of `patch` replace those of `target`, null removes, anything that is not an
 * object replaces the whole. Neither argument is changed. Keys such as `__proto__` are plain members.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map<string, JsonValue>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // fromEntries defines members, so that a key `__proto__` becomes one instead of setting the prototype.
  return Object.fromEntries(merged);
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
