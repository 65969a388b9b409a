import { expectedJson, plainJson } from '../calls/PlainJson.js';
import type { JsonValue } from '../version1/SessionV1.js';
import type { MockSettings } from './MockConfig.js';
import { mockError, refused } from './MockErrors.js';

/** A copy of `user` or `data`, within the limits. Throws INVALID_DATA and PAYLOAD_TOO_LARGE, which name the field. */
export function readContent(
  correlationId: string | null,
  field: 'user' | 'data',
  value: unknown,
  limits: MockSettings,
): JsonValue {
  const json = readJson(correlationId, field, value, limits);
  const { maxSize: limit } = limits;
  if (sizeOf(json) > limit) {
    const message = `${field} must be at most ${limit} bytes of compact JSON`;
    throw mockError(correlationId, 'PAYLOAD_TOO_LARGE', message, { field, limit });
  }
  return json;
}

/** A copy of a patch, which is measured by what it makes: of any size. Throws INVALID_DATA. */
export function readJson(
  correlationId: string | null,
  field: 'user' | 'data',
  value: unknown,
  limits: MockSettings,
): JsonValue {
  const json = plainJson(value, limits.maxDepth);
  if (json.fault !== null) throw refused(correlationId, field, expectedJson(json.fault, limits.maxDepth));
  return json.value;
}

/** JSON Merge Patch (RFC 7396): null removes a member, what is no object replaces the whole. Changes neither argument. */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // Defines members, so that a key `__proto__` becomes one instead of setting the prototype.
  return Object.fromEntries(merged);
}

/** Bytes of UTF-8 of the compact JSON. */
function sizeOf(value: JsonValue): number {
  // JSON.stringify writes -0 as 0; any number of two characters takes its room.
  const text = JSON.stringify(value, (_key, member) => (Object.is(member, -0) ? 10 : member));
  return new TextEncoder().encode(text).length;
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
