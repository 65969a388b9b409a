import { invalidData } from '../data/version1/SessionErrorsV1.js';
import { randomHex } from '../toolkit/RandomIds.js';

export interface IdSettings {
  idLength: number;
  /** Appends `_` and the milliseconds since 1970 in base 36 to new ids. */
  idTimestamp: boolean;
  /** Whether callers over a transport may bring an id. */
  acceptIds: boolean;
}

const ACCEPTED_ID = /^[A-Za-z0-9_-]{20,128}$/;

/** A new id for a session opened at `now`. */
export function newId({ idLength, idTimestamp }: IdSettings, now: number): string {
  return withTimestamp(randomHex(idLength), idTimestamp, now);
}

/** An id with the time it was made at behind it, where that is wanted. */
export function withTimestamp(id: string, isWanted: boolean, now: number): string {
  return isWanted ? `${id}_${now.toString(36)}` : id;
}

/** An id that a caller over a transport brings, null for none; throws INVALID_DATA where it may not. */
export function acceptedId(
  correlationId: string | null,
  id: string | null | undefined,
  { acceptIds }: IdSettings,
): string | null {
  if (id === null || id === undefined) return null;
  if (!acceptIds) {
    throw invalidData(correlationId, 'session_id', 'absent: the service makes the ids (its option accept_ids is off)');
  }
  if (ACCEPTED_ID.test(id)) return id;
  throw invalidData(correlationId, 'session_id', '20 to 128 characters of A-Z, a-z, 0-9, _ and -');
}
