import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import { errorCode } from './DataDamage.js';

/** Why a store that was closed refuses writes. */
export const NOT_OPEN = new Error('The store is not open');

/** Why writes are refused, in words that may reach a caller. */
export function refusalError(correlationId: string | null, cause: unknown): Error {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(errorCode(cause));
  const why = cause === NOT_OPEN ? 'it is not open' : isFull ? 'its disk is full' : 'its disk failed';
  const message = `The session store takes no writes now, because ${why}; try again`;
  return sessionError(correlationId, 'PERSISTENCE_UNAVAILABLE', { message, cause });
}
