import type { JsonValue } from '../version1/SessionV1.js';

/** What keeps a value from being JSON: something that JSON has no form for, a number or text that it cannot carry, its nesting. */
export type PlainJsonFault = 'type' | 'number' | 'surrogate' | 'depth';

/** What required content must be, after "<field> must be "; in the words of the service. */
export const GIVEN = 'given: any JSON value';

/** How deep content may be nested in any configuration of the service. */
export const DEEPEST = 1000;

export type PlainJson = { value: JsonValue; fault: null } | { fault: PlainJsonFault };

/**
 * A copy of a value as the service would get it over a transport: what has `toJSON` (a Date) is what that says, members that
 * are undefined, functions or symbols are left out, in arrays they are null. -0 stays -0, and a key `__proto__` a plain
 * member. A value that holds itself is nested too deep. Never throws.
 */
export function plainJson(value: unknown, maxDepth: number): PlainJson {
  try {
    const copy = copied(value, '', maxDepth);
    return copy === undefined ? { fault: 'type' } : { value: copy, fault: null };
  } catch (error) {
    // What is not ours was thrown by a getter, a proxy or a `toJSON` of the value.
    return { fault: error instanceof Fault ? error.kind : 'type' };
  }
}

/** The words that complete "<field> must be ..." for a fault. */
export function expectedJson(fault: PlainJsonFault, maxDepth: number): string {
  switch (fault) {
    case 'type':
      return 'a JSON value: an object, array, string, number, true, false or null';
    case 'number':
      return 'JSON whose numbers a double can hold';
    case 'surrogate':
      return 'JSON without lone surrogates in keys and strings';
    case 'depth':
      return `nested at most ${maxDepth} levels deep`;
  }
}

class Fault extends Error {
  constructor(readonly kind: PlainJsonFault) {
    super(kind);
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function copied(given: unknown, key: string, depthLeft: number): JsonValue | undefined {
  // JSON would make null of it, which nobody means.
  if (given instanceof Date && Number.isNaN(given.getTime())) throw new Fault('type');
  const value = hasToJson(given) ? given.toJSON(key) : given;
  switch (typeof value) {
    case 'string':
      return wellFormed(value);
    case 'number':
      if (!Number.isFinite(value)) throw new Fault('number');
      return value;
    case 'boolean':
      return value;
    case 'bigint':
      throw new Fault('type');
    case 'object':
      return value === null ? null : copiedMembers(value, depthLeft);
    default:
      return undefined;
  }
}

function copiedMembers(value: object, depthLeft: number): JsonValue {
  if (depthLeft === 0) throw new Fault('depth');
  if (Array.isArray(value)) {
    return Array.from(value, (member, index) => copied(member, String(index), depthLeft - 1) ?? null);
  }
  const members: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    const copy = copied(member, key, depthLeft - 1);
    if (copy !== undefined) members.push([wellFormed(key), copy]);
  }
  // Defines members, so that a key `__proto__` becomes one instead of setting the prototype.
  return Object.fromEntries(members);
}

function hasToJson(value: unknown): value is { toJSON(key: string): unknown } {
  return typeof value === 'object' && value !== null && typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

function wellFormed(text: string): string {
  if (LONE_SURROGATE.test(text)) throw new Fault('surrogate');
  return text;
}
