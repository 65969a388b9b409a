import { invalidData } from '../../../data/version1/SessionErrorsV1.js';
import type { AnsweredSession } from '../../../logic/SessionAnswer.js';

/** A tag, with its quotes but without what marks a weak one. */
interface EntityTag {
  text: string;
  isWeak: boolean;
}

/** What `If-Match` or `If-None-Match` says: any tag, or these. */
export type TagCondition = '*' | readonly EntityTag[];

// RFC 9110 8.8.3 and 5.6.1: elements of a list may be empty.
const ELEMENT = /[ \t]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(,|$)/y;
const VERSION = /^"(\d{1,16})"$/;

/** The version of an active session; of one that has ended another tag, since it lost its content without a new version. */
export function entityTag({ version, active }: Pick<AnsweredSession, 'version' | 'active'>): string {
  return active ? `"${version}"` : `"${version}-ended"`;
}

/** Reads the header `name`; throws INVALID_DATA where it is neither `*` nor a list of tags. */
export function readTags(correlationId: string | null, name: string, header: string): TagCondition {
  if (header.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  ELEMENT.lastIndex = 0;
  for (let isLast = false; !isLast; ) {
    const [, weak, text, separator] = ELEMENT.exec(header) ?? [];
    if (separator === undefined) break;
    if (text !== undefined) tags.push({ text, isWeak: weak !== undefined });
    isLast = separator === '';
    if (isLast && tags.length > 0) return tags;
  }
  throw invalidData(correlationId, name, '* or a list of entity tags such as "3"');
}

/** RFC 9110 8.8.3.2: strongly for `If-Match`, where a weak tag is like none; weakly for `If-None-Match`. */
export function matches(condition: TagCondition, tag: string, comparison: 'strong' | 'weak'): boolean {
  if (condition === '*') return true;
  return condition.some(({ text, isWeak }) => text === tag && (comparison === 'weak' || !isWeak));
}

/** The version that is the only one a condition takes; null where it takes more, or none that is a version. */
export function onlyVersion(condition: TagCondition): number | null {
  if (condition === '*' || condition.length !== 1 || condition[0]?.isWeak) return null;
  const version = Number(VERSION.exec(condition[0]?.text ?? '')?.[1] ?? Number.NaN);
  return Number.isSafeInteger(version) && `"${version}"` === condition[0]?.text ? version : null;
}
