import type { SessionRecord } from '../SessionRecord.js';
import type { SessionsPaging } from '../SessionsFilter.js';
import type { MongoOperation } from './MongoOperation.js';
import { NEWEST_FIRST, type SessionQuery, WITHOUT_CONTENT } from './SessionQueries.js';
import type { SessionSteps } from './SessionSteps.js';

/** Beyond it there is nothing: the protocol counts in 31 bits. */
const LONGEST_SKIP = 2 ** 31 - 1;

/** A part of a list, newest access first. `hint` is the index to go through; null: whatever the server takes. */
export async function pageOf(
  operation: MongoOperation,
  steps: SessionSteps,
  query: SessionQuery,
  { skip, take, headsOnly }: SessionsPaging,
  hint: string | null,
): Promise<SessionRecord[]> {
  if (take === 0 || skip > LONGEST_SKIP) return [];
  const options = { ...(headsOnly === true && { projection: WITHOUT_CONTENT }), ...(hint !== null && { hint }) };
  const documents = await operation.read((sessions) =>
    sessions.find(query, options).sort(NEWEST_FIRST).skip(skip).limit(take).toArray(),
  );
  return documents.map((document) => steps.found(document)?.record).filter((record) => record !== undefined);
}
