import { isBoxedPrimitive } from 'node:util/types';
import { invalidData } from '../data/version1/SessionErrorsV1.js';
import { type JsonValue, jsonText } from '../toolkit/JsonValue.js';

/** A content as it would be stored. */
export interface PlainContent {
  /** A copy. */
  value: JsonValue;
  /** Its compact JSON, to tell whether it has changed. */
  text: string;
}

/** No configuration of the service takes content that is nested deeper. */
const DEEPEST = 1000;

/**
 * A content as JSON carries it, the same over every source: what has `toJSON` (a Date) is what that says, members that are
 * undefined or functions are left out, in arrays they are null; -0 stays -0. Throws INVALID_DATA, which names the attribute,
 * for what JSON has no form for.
 */
export function plainContent(attribute: string, content: unknown): PlainContent {
  let value: JsonValue | undefined;
  try {
    value = copied(content, '', DEEPEST);
  } catch {
    // What is no fault found here was thrown by a getter, a proxy or a `toJSON` of the content.
    value = undefined;
  }
  if (value !== undefined) return { value, text: jsonText(value) };
  throw invalidData(null, attribute, `a JSON value of finite numbers, nested at most ${DEEPEST} levels deep`);
}

function copied(given: unknown, key: string, depthLeft: number): JsonValue | undefined {
  // JSON would make null of it, which nobody means.
  if (given instanceof Date && Number.isNaN(given.getTime())) throw new TypeError('no time');
  const said = hasToJson(given) ? given.toJSON(key) : given;
  const value = isBoxedPrimitive(said) ? said.valueOf() : said;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new TypeError('no finite number');
    case 'bigint':
      throw new TypeError('no number of JSON');
    case 'object':
      return value === null ? null : copiedMembers(value, depthLeft);
    default:
      return undefined;
  }
}

function copiedMembers(value: object, depthLeft: number): JsonValue {
  // A value that holds itself ends here too.
  if (depthLeft === 0) throw new TypeError('nested too deep');
  if (Array.isArray(value)) {
    return Array.from(value, (member, index) => copied(member, String(index), depthLeft - 1) ?? null);
  }
  const members: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    const copy = copied(member, key, depthLeft - 1);
    if (copy !== undefined) members.push([key, copy]);
  }
  // Defines members, so that a key `__proto__` becomes one instead of setting the prototype.
  return Object.fromEntries(members);
}

function hasToJson(value: unknown): value is { toJSON(key: string): unknown } {
  return typeof value === 'object' && value !== null && typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
