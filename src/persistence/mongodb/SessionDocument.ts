import { createHash } from 'node:crypto';
import { isoTime } from '../../toolkit/IsoTime.js';
import type { JsonValue } from '../../toolkit/JsonValue.js';
import { completeOlderSession } from '../OlderSession.js';
import { type SessionHead, SessionRecord } from '../SessionRecord.js';
import { contentFields, contentOf, type StoredContent, wireValue } from './StoredContent.js';

/**
 * A session as it stands in the collection: the fields of the model as an older service wrote them and can read them, times
 * as dates, `user` and `data` as plain objects; and beside them, with an underscore, what only this store needs.
 */
export interface SessionDocument extends StoredContent, AnyDocument {
  active?: boolean;
  request_time?: Date;
  /** New with each change: tells whose change the document shows. Documents without it are an older service's. */
  _stamp?: string;
  /** The stamp of its opening, which stays. */
  _opening?: string;
  /** Of an active session its deadline, `NEVER` for none; of a closed one the instant from which its retention counts. */
  _end_time?: Date;
  /** True: has been answered as expired, and takes no more steps. */
  _sealed?: boolean;
  /** The key of its binding, only while it is active and was opened for one. */
  _binding?: string;
}

/** A document as the driver knows it. */
export interface AnyDocument {
  _id: string;
  [key: string]: unknown;
}

/** Sorts after every deadline: the last instant that a date can hold. */
export const NEVER = new Date(8.64e15);

const TIMES = new Set(['open_time', 'request_time', 'update_time', 'expire_time', 'close_time']);

/** The document of a session that is written as a whole. */
export function documentOf(record: SessionRecord, stamp: string): SessionDocument {
  const { id, ...head } = record.head();
  const document: Record<string, unknown> = { _id: id };
  for (const [key, value] of Object.entries(head)) document[key] = TIMES.has(key) ? new Date(value as string) : value;
  const content = record.content();
  Object.assign(document, contentFields('user', content.user), contentFields('data', content.data));
  document['_end_time'] = endTimeOf(record);
  document['_stamp'] = stamp;
  return document as SessionDocument;
}

function endTimeOf({ endAt }: SessionRecord): Date {
  return endAt === Number.POSITIVE_INFINITY ? NEVER : new Date(endAt);
}

/**
 * The session of a document; null for one that is none, lacking its user. Sealed ones are answered as they were, with the
 * deadline that has come.
 */
export function recordOf(document: SessionDocument): SessionRecord | null {
  if (!isWhole(document)) return olderRecordOf(document);
  const head = headOf(document);
  return SessionRecord.of(head, head.active ? contentOf(document) : {});
}

/** False for a document of an older service, which lacks what every session here has, though it may have ended here. */
export function isWhole({ _stamp, open_time, update_time, version }: SessionDocument): boolean {
  return (
    _stamp !== undefined && open_time instanceof Date && update_time instanceof Date && typeof version === 'number'
  );
}

/** The key under which sessions of one user, service and name are bound; of one length, whatever theirs. */
export function bindingOf({ user_id, service, name }: Pick<SessionHead, 'user_id' | 'service' | 'name'>): string {
  return createHash('sha256')
    .update(JSON.stringify([user_id, service ?? null, name ?? null]))
    .digest('base64url');
}

/** The fields in the order of the document, in which the server may have put new ones in the order of their names. */
function headOf(document: SessionDocument): SessionHead {
  const head: Record<string, unknown> = { id: document._id };
  for (const key of Object.keys(document)) {
    if (key[0] === '_' || key === 'user' || key === 'data') continue;
    // Set together, these two are together: in the order in which a record gets them.
    if (key === 'close_reason') put(head, document, 'close_time');
    put(head, document, key);
  }
  return head as unknown as SessionHead;
}

function put(head: Record<string, unknown>, document: SessionDocument, key: string): void {
  const value = document[key];
  if (value === undefined || value === null) return;
  head[key] = value instanceof Date ? isoTime(value.getTime()) : value;
}

function olderRecordOf({ _id, ...fields }: SessionDocument): SessionRecord | null {
  const known = Object.entries(fields).filter(([key]) => key[0] !== '_');
  const session = wireValue({ ...Object.fromEntries(known), id: String(_id) }) as JsonValue;
  try {
    return completeOlderSession(session);
  } catch {
    return null;
  }
}
