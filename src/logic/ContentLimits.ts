import { invalidData, sessionError } from '../data/version1/SessionErrorsV1.js';
import { inspectJson, type JsonFault, type JsonValue, jsonText } from '../toolkit/JsonValue.js';

/** What `user` and `data` may be, each. */
export interface ContentLimits {
  /** Bytes of UTF-8 of the compact JSON. */
  maxSize: number;
  /** Nested arrays and objects; `[]` is 1. */
  maxDepth: number;
}

/** The compact JSON of a content, for storing. Throws INVALID_DATA and PAYLOAD_TOO_LARGE, which name the field. */
export function contentText(
  correlationId: string | null,
  field: 'user' | 'data',
  value: unknown,
  limits: ContentLimits,
): string {
  const { fault, hasNegativeZero } = inspectJson(value, limits.maxDepth);
  if (fault !== null) throw invalidData(correlationId, field, EXPECTED[fault](limits));
  const text = hasNegativeZero ? jsonText(value as JsonValue) : JSON.stringify(value);
  // A character takes at most three bytes (of UTF-8, counted by UTF-16 units), so that short texts need no counting.
  if (text.length * 3 > limits.maxSize && Buffer.byteLength(text) > limits.maxSize) {
    throw sessionError(correlationId, 'PAYLOAD_TOO_LARGE', {
      message: `${field} must be at most ${limits.maxSize} bytes of compact JSON`,
      details: { field, limit: limits.maxSize },
    });
  }
  return text;
}

/** Throws INVALID_DATA, which names the field, for a value that is no JSON or is nested too deep. */
export function assertJson(
  correlationId: string | null,
  field: 'user' | 'data',
  value: unknown,
  limits: ContentLimits,
): void {
  const { fault } = inspectJson(value, limits.maxDepth);
  if (fault !== null) throw invalidData(correlationId, field, EXPECTED[fault](limits));
}

const EXPECTED: Record<JsonFault, (limits: ContentLimits) => string> = {
  depth: ({ maxDepth }) => `nested at most ${maxDepth} levels deep`,
  number: () => 'JSON whose numbers a double can hold',
  surrogate: () => 'JSON without lone surrogates in keys and strings',
  size: () => 'JSON that does not contain itself',
  type: () => 'a JSON value: an object, array, string, number, true, false or null',
};
