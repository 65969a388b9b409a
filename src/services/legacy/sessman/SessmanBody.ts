import { invalidData, sessionError } from '../../../data/version1/SessionErrorsV1.js';
import { parseArguments } from '../../http/JsonBody.js';

/** An object or an array, and nothing in it looked at yet. */
export type SessmanData = object;

/**
 * The data that a body brings as `{"data": ...}`, whatever it calls itself; null for none: no body, `{}`, or null as data. Throws
 * INVALID_DATA for anything else, so that nothing that was sent to be kept is lost without a word.
 */
export function readSessmanData(correlationId: string | null, body: Buffer): SessmanData | null {
  const members = parseArguments(body);
  if (typeof members === 'string') {
    const message = 'The body must be JSON in UTF-8: {"data": {...}}';
    throw sessionError(correlationId, 'INVALID_DATA', { message, details: { field: 'body' } });
  }
  if (!Object.hasOwn(members, 'data')) {
    if (Object.keys(members).length === 0) return null;
    throw invalidData(correlationId, 'data', 'a member of the body: {"data": {...}}');
  }
  const { data } = members;
  if (typeof data === 'object') return data;
  throw invalidData(correlationId, 'data', 'an object or an array');
}
