import { invalidArgument } from '../version1/SessionsClientError.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A text that can travel as it is; throws INVALID_DATA for what is none. */
export function wellFormed(value: unknown, field: string, correlationId: string | null): string {
  if (typeof value !== 'string') throw invalidArgument(correlationId, field, 'a string');
  if (!LONE_SURROGATE.test(value)) return value;
  throw invalidArgument(correlationId, field, 'a text without half of a surrogate pair');
}
