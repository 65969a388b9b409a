import type { SessionRecord } from '../SessionRecord.js';

/** Records in order, in pieces of bounded length, none empty. Nobody changes one that was handed out. */
export type SortedChunks = readonly (readonly SessionRecord[])[];

/** The instant by which records are ordered. */
export type InstantOf = (record: SessionRecord) => number;

export const requestAtOf: InstantOf = (record) => record.requestAt;
export const endAtOf: InstantOf = (record) => record.endAt;

/** A place between records: before `chunks[chunk][offset]`. */
export interface Position {
  chunk: number;
  offset: number;
}

/** The order of all indexes: by instant, ties by id descending, so that read backwards the ids of a tie ascend. */
export function compareRecords(instantOf: InstantOf, a: SessionRecord, b: SessionRecord): number {
  const [atA, atB] = [instantOf(a), instantOf(b)];
  if (atA !== atB) return atA < atB ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id > b.id ? -1 : 1;
}

/** The first of `length` places for which `isReached` is true; it must be true for all that follow. `length` if for none. */
export function firstOf(length: number, isReached: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isReached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where the records at or after an instant begin. */
export function positionOf(chunks: SortedChunks, instantOf: InstantOf, instant: number): Position {
  const chunk = firstOf(chunks.length, (index) => instantOf(lastOf(chunks[index] as SessionRecord[])) >= instant);
  const records = chunks[chunk] ?? [];
  return { chunk, offset: firstOf(records.length, (index) => instantOf(records[index] as SessionRecord) >= instant) };
}

/** A piece of a chunk: the records from `start` to before `end`. */
export interface Run {
  records: readonly SessionRecord[];
  start: number;
  end: number;
}

/** What lies between two positions, the last run first. */
export function* runsBackwards(chunks: SortedChunks, from: Position, to: Position): Generator<Run> {
  for (let chunk = Math.min(to.chunk, chunks.length - 1); chunk >= from.chunk; chunk--) {
    const records = chunks[chunk] ?? [];
    const start = chunk === from.chunk ? from.offset : 0;
    const end = chunk === to.chunk ? to.offset : records.length;
    if (start < end) yield { records, start, end };
  }
}

export function lastOf(chunk: readonly SessionRecord[]): SessionRecord {
  return chunk[chunk.length - 1] as SessionRecord;
}
