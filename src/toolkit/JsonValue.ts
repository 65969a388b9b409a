/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** What is wrong with a value that was to be JSON. */
export type JsonFault = 'depth' | 'number' | 'surrogate' | 'type' | 'size';

/** More values on one level than any request can bring: an object of the process that holds itself, or the same over and over. */
const MOST_OF_A_LEVEL = 1 << 20;

/**
 * Looks through a value without recursion, so that no nesting can exhaust the stack, and answers the first fault:
 * `depth`: arrays and objects nested deeper than `maxDepth` (`[]` is 1); `number`: infinite or not a number (`1e400`
 * overflows on parsing); `surrogate`: a key or string with half of a surrogate pair, which UTF-8 cannot carry;
 * `type`: something that JSON has no form for (a function, a Date, `undefined`); `size`: more than a million values on
 * one level. Null when there is none.
 */
export function findJsonFault(value: unknown, maxDepth: number): JsonFault | null {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      const fault = faultOf(item);
      if (fault !== null) return fault;
      if (typeof item !== 'object' || item === null) continue;
      if (depth >= maxDepth) return 'depth';
      if (next.length > MOST_OF_A_LEVEL) return 'size';
      if (Array.isArray(item)) {
        for (const member of item) next.push(member);
        continue;
      }
      for (const key of Object.keys(item)) {
        if (!key.isWellFormed()) return 'surrogate';
        next.push((item as Record<string, unknown>)[key]);
      }
    }
    level = next;
  }
  return null;
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
