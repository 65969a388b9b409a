import type { SessionRecord } from '../SessionRecord.js';
import { compareRecords, firstOf, type InstantOf, lastOf, type SortedChunks } from './SortedChunks.js';

/** The most records in a chunk: small enough to move and to work through at once, large enough to need few. */
export const MAX_CHUNK = 512;
/** What a split of the newest chunk moves on: most records come at the end, and what they leave behind should be full. */
const TAIL = 32;
/** Below this a chunk looks for a neighbour to join, so that records taken out one by one leave no dust. */
const SPARSE = MAX_CHUNK / 4;

/**
 * Records in the order of an instant, ties by id descending, kept in sorted chunks. A snapshot costs nothing: it shares
 * the chunks, and the index copies a shared one before it changes it.
 */
export class OrderedIndex {
  private chunks: SessionRecord[][] = [];
  private listIsShared = false;
  private snapshots = 0;
  /** For each chunk, how many snapshots there were when it became the index's own. */
  private ownedSince: number[] = [];
  private records = 0;

  constructor(private readonly instantOf: InstantOf) {}

  get size(): number {
    return this.records;
  }

  /** Adds a record that is not there yet. */
  add(record: SessionRecord): void {
    this.records++;
    if (this.chunks.length === 0) {
      this.insertChunk(0, [record]);
      return;
    }
    const at = Math.min(this.chunkOf(record), this.chunks.length - 1);
    const chunk = this.owned(at);
    if (compareRecords(this.instantOf, lastOf(chunk), record) < 0) chunk.push(record);
    else chunk.splice(this.offsetOf(chunk, record), 0, record);
    if (chunk.length > MAX_CHUNK) this.split(at);
  }

  /** Takes out the record with this instant and id, which must be there. */
  delete(record: SessionRecord): void {
    const at = this.chunkOf(record);
    const offset = this.foundOffsetOf(at, record);
    const chunk = this.owned(at);
    chunk.splice(offset, 1);
    this.records--;
    if (chunk.length === 0) this.removeChunk(at);
    else if (chunk.length < SPARSE) this.join(at);
  }

  /** Puts a record in the place of another of the same id. */
  replace(before: SessionRecord, after: SessionRecord): void {
    if (compareRecords(this.instantOf, before, after) !== 0) {
      this.delete(before);
      this.add(after);
      return;
    }
    const at = this.chunkOf(before);
    const offset = this.foundOffsetOf(at, before);
    this.owned(at)[offset] = after;
  }

  /** At most `limit` of the records at or before an instant, the first ones first. */
  upTo(instant: number, limit: number): SessionRecord[] {
    const found: SessionRecord[] = [];
    for (const chunk of this.chunks) {
      for (const record of chunk) {
        if (found.length >= limit || this.instantOf(record) > instant) return found;
        found.push(record);
      }
    }
    return found;
  }

  /** The records as they are now, whatever is changed later. */
  snapshot(): SortedChunks {
    this.listIsShared = true;
    this.snapshots++;
    return this.chunks;
  }

  /** The first chunk that reaches as far as the record; the number of chunks if none does. */
  private chunkOf(record: SessionRecord): number {
    const { chunks, instantOf } = this;
    return firstOf(
      chunks.length,
      (at) => compareRecords(instantOf, lastOf(chunks[at] as SessionRecord[]), record) >= 0,
    );
  }

  private offsetOf(chunk: readonly SessionRecord[], record: SessionRecord): number {
    return firstOf(chunk.length, (at) => compareRecords(this.instantOf, chunk[at] as SessionRecord, record) >= 0);
  }

  private foundOffsetOf(at: number, record: SessionRecord): number {
    const chunk = this.chunks[at] ?? [];
    const offset = this.offsetOf(chunk, record);
    if (chunk[offset]?.id !== record.id) throw new Error('A session is not where its index says');
    return offset;
  }

  private owned(at: number): SessionRecord[] {
    if (this.ownedSince[at] !== this.snapshots) {
      this.ownList()[at] = (this.chunks[at] as SessionRecord[]).slice();
      this.ownedSince[at] = this.snapshots;
    }
    return this.chunks[at] as SessionRecord[];
  }

  private ownList(): SessionRecord[][] {
    if (this.listIsShared) this.chunks = this.chunks.slice();
    this.listIsShared = false;
    return this.chunks;
  }

  private insertChunk(at: number, chunk: SessionRecord[]): void {
    this.ownList().splice(at, 0, chunk);
    this.ownedSince.splice(at, 0, this.snapshots);
  }

  private removeChunk(at: number): void {
    this.ownList().splice(at, 1);
    this.ownedSince.splice(at, 1);
  }

  private split(at: number): void {
    const chunk = this.owned(at);
    const isLast = at === this.chunks.length - 1;
    const keep = isLast ? chunk.length - TAIL : chunk.length >> 1;
    this.insertChunk(at + 1, chunk.slice(keep));
    // A slice has no spare room, which an array that grew step by step has.
    this.chunks[at] = chunk.slice(0, keep);
  }

  private join(at: number): void {
    for (const left of [at - 1, at]) {
      const [first, second] = [this.chunks[left], this.chunks[left + 1]];
      if (first === undefined || second === undefined || first.length + second.length > MAX_CHUNK / 2) continue;
      this.ownList()[left] = first.concat(second);
      this.ownedSince[left] = this.snapshots;
      this.removeChunk(left + 1);
      return;
    }
  }
}
