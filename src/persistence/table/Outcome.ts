import type { SessionDecision, SessionStep } from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';

/** What a decision comes to. A refusal is kept, not thrown: it counts only if the state it was decided on does. */
export function outcomeOf(
  before: SessionRecord | undefined,
  decide: SessionDecision,
): { step: SessionStep | null; refusal: { error: unknown } | null } {
  if (before === undefined) return { step: null, refusal: null };
  try {
    return { step: { before, after: decide(before) }, refusal: null };
  } catch (error) {
    return { step: null, refusal: { error } };
  }
}
