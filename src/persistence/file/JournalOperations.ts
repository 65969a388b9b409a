import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import { type JsonValue, jsonText } from '../../toolkit/JsonValue.js';
import { type SessionHead, SessionRecord } from '../SessionRecord.js';
import type { TableChange } from '../table/ChangeLog.js';
import type { SessionTable } from '../table/SessionTable.js';

/** What is logged together: changes that somebody waits for, or one access for which nobody does. */
export type LogEntry = readonly TableChange[] | TableChange;

/**
 * What a record of the journal does, in order:
 * `{"put":session}` is what the session is from now on; `{"del":[id,...]}`; `{"cut":[id,from,length,text]}` puts another
 * text in the place of a part of the session's own, for accesses, which move two times and nothing else;
 * `{"end":[reason,id,ms,...]}` closes many for one reason, each at its instant.
 */
interface Operation {
  put?: SessionHead & { user?: JsonValue; data?: JsonValue };
  del?: string[];
  cut?: [id: string, from: number, length: number, text: string];
  end?: (string | number)[];
}

/**
 * The JSON texts of the operations that make these changes, to be joined by commas. Nothing is cut out of a text where
 * `mayCut` is false: that of an older session may be completed otherwise by a later version of this service.
 */
export function* operationTexts(entry: LogEntry, mayCut: boolean): Generator<string> {
  if (!isMany(entry)) {
    yield mayCut ? accessText(entry) : changeText(entry);
  } else if (entry.length === 1) {
    yield changeText(entry[0] as TableChange);
  } else {
    yield* manyTexts(entry);
  }
}

function isMany(entry: LogEntry): entry is readonly TableChange[] {
  return Array.isArray(entry);
}

function changeText({ before, after }: TableChange): string {
  if (after !== null) return `{"put":${after.text}}`;
  return `{"del":[${JSON.stringify(before?.id)}]}`;
}

function accessText(change: TableChange): string {
  const { before, after } = change;
  if (before === null || after === null) return changeText(change);
  const [a, b] = [before.text, after.text];
  const shorter = Math.min(a.length, b.length);
  let from = 0;
  while (from < shorter && a.charCodeAt(from) === b.charCodeAt(from)) from += 1;
  let behind = 0;
  while (behind < shorter - from && a.charCodeAt(a.length - 1 - behind) === b.charCodeAt(b.length - 1 - behind))
    behind += 1;
  const text = JSON.stringify(b.slice(from, b.length - behind));
  return `{"cut":[${JSON.stringify(after.id)},${from},${a.length - behind - from},${text}]}`;
}

/** Neighbours that end for the same reason, or are removed, share an operation that is a list of ids. */
function* manyTexts(changes: readonly TableChange[]): Generator<string> {
  let open: string | null = null;
  for (const change of changes) {
    const reason = endReason(change);
    const list: string | null = change.after === null ? '{"del":[' : reason === null ? null : `{"end":["${reason}",`;
    const id = JSON.stringify((change.after ?? change.before)?.id);
    const item = reason === null ? id : `${id},${change.after?.endAt}`;
    if (list !== null && list === open) {
      yield item;
      continue;
    }
    if (open !== null) yield CLOSE_LIST;
    open = list;
    yield list === null ? changeText(change) : list + item;
  }
  if (open !== null) yield CLOSE_LIST;
}

/** Ends a list; no comma stands before it. */
export const CLOSE_LIST = ']}';

/** The reason, where the change is exactly a close, so that it can be made again from what was before; else null. */
function endReason({ before, after }: TableChange): CloseReasonV1 | null {
  if (before === null || after === null || after.active || !before.active) return null;
  const reason = after.head().close_reason;
  return reason !== undefined && before.closed(reason, after.endAt).text === after.text ? reason : null;
}

/** Makes in the table what a record of the journal says. Throws an Error where it does not fit what is there. */
export function applyOperation(table: SessionTable, operation: unknown): void {
  const { put, del, cut, end } = operation as Operation;
  if (put !== undefined) replace(table, put.id, recordOf(put));
  else if (cut !== undefined) applyCut(table, cut);
  else if (del !== undefined) for (const id of del) replace(table, id, null);
  else if (end !== undefined) applyEnd(table, end);
  else throw new Error('it holds an unknown operation');
}

function applyCut(table: SessionTable, [id, from, length, text]: NonNullable<Operation['cut']>): void {
  const before = existing(table, id).text;
  replace(table, id, SessionRecord.parse(before.slice(0, from) + text + before.slice(from + length)));
}

function applyEnd(table: SessionTable, [reason, ...ends]: (string | number)[]): void {
  for (let i = 0; i < ends.length; i += 2) {
    const id = String(ends[i]);
    replace(table, id, existing(table, id).closed(reason as CloseReasonV1, Number(ends[i + 1])));
  }
}

function replace(table: SessionTable, id: string, after: SessionRecord | null): void {
  table.apply({ before: table.get(id) ?? null, after });
}

function existing(table: SessionTable, id: string): SessionRecord {
  const record = table.get(id);
  if (record === undefined) throw new Error('it changes a session that does not exist');
  return record;
}

function recordOf({ user, data, ...head }: NonNullable<Operation['put']>): SessionRecord {
  return SessionRecord.of(head, {
    ...(user !== undefined && { user: jsonText(user) }),
    ...(data !== undefined && { data: jsonText(data) }),
  });
}
