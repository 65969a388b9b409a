import type { SessionRecord } from '../SessionRecord.js';
import { type InstantOf, lastOf, type SortedChunks } from './SortedChunks.js';

/** The most records in a chunk: small enough to move and to work through at once, large enough to need few. */
export const MAX_CHUNK = 512;
/** What a split of the newest chunk moves on: most records come at the end, and what they leave behind should be full. */
const TAIL = 32;
/** Below this a chunk looks for a neighbour to join, so that records taken out one by one leave no dust. */
const SPARSE = MAX_CHUNK / 4;

/**
 * Records in the order of an instant, ties by id descending, kept in sorted chunks. A snapshot costs nothing: it shares
 * the chunks, and the index copies a shared one before it changes it.
 *
 * The instants stand beside the records once more, as plain numbers in a row: a search through records scattered all
 * over the memory costs ten times as much.
 */
export class OrderedIndex {
  private chunks: SessionRecord[][] = [];
  private listIsShared = false;
  private snapshots = 0;
  /** For each chunk, how many snapshots there were when it became the index's own. */
  private readonly ownedSince: number[] = [];
  /** For each chunk, the instants of its records. */
  private readonly instants: number[][] = [];
  /** For each chunk, its last instant. */
  private readonly lasts: number[] = [];
  private records = 0;

  constructor(private readonly instantOf: InstantOf) {}

  get size(): number {
    return this.records;
  }

  /** Adds a record that is not there yet. */
  add(record: SessionRecord): void {
    const instant = this.instantOf(record);
    const last = this.chunks.length - 1;
    this.records++;
    if (last < 0) this.insertChunk(0, [record], [instant]);
    else if (instant > (this.lasts[last] as number)) this.insert(last, this.instantsOf(last).length, record, instant);
    else {
      const at = Math.min(this.chunkOf(instant, record.id), last);
      this.insert(at, this.offsetOf(at, instant, record.id), record, instant);
    }
  }

  /** Takes out the record with this instant and id, which must be there. */
  delete(record: SessionRecord): void {
    const at = this.chunkOf(this.instantOf(record), record.id);
    const offset = this.foundOffsetOf(at, record);
    const chunk = this.owned(at);
    const instants = this.instantsOf(at);
    this.records--;
    if (chunk.length === 1) {
      this.removeChunk(at);
      return;
    }
    chunk.splice(offset, 1);
    instants.splice(offset, 1);
    this.lasts[at] = instants[instants.length - 1] as number;
    if (chunk.length < SPARSE) this.join(at);
  }

  /** Puts a record in the place of another of the same id. */
  replace(before: SessionRecord, after: SessionRecord): void {
    const instant = this.instantOf(before);
    if (instant !== this.instantOf(after)) {
      this.delete(before);
      this.add(after);
      return;
    }
    const at = this.chunkOf(instant, before.id);
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

  /** The first chunk that reaches as far as the instant and id; the number of chunks if none does. */
  private chunkOf(instant: number, id: string): number {
    return search(this.lasts, instant, (at) => lastOf(this.chunks[at] as SessionRecord[]).id <= id);
  }

  private offsetOf(at: number, instant: number, id: string): number {
    const chunk = this.chunks[at] as SessionRecord[];
    return search(this.instantsOf(at), instant, (offset) => (chunk[offset] as SessionRecord).id <= id);
  }

  private foundOffsetOf(at: number, record: SessionRecord): number {
    const offset = at < this.chunks.length ? this.offsetOf(at, this.instantOf(record), record.id) : -1;
    if (this.chunks[at]?.[offset]?.id !== record.id) throw new Error('A session is not where its index says');
    return offset;
  }

  private instantsOf(at: number): number[] {
    return this.instants[at] as number[];
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

  private insert(at: number, offset: number, record: SessionRecord, instant: number): void {
    const chunk = this.owned(at);
    const instants = this.instantsOf(at);
    if (offset === chunk.length) {
      chunk.push(record);
      instants.push(instant);
      this.lasts[at] = instant;
    } else {
      chunk.splice(offset, 0, record);
      instants.splice(offset, 0, instant);
    }
    if (chunk.length > MAX_CHUNK) this.split(at);
  }

  private insertChunk(at: number, chunk: SessionRecord[], instants: number[]): void {
    this.ownList().splice(at, 0, chunk);
    this.ownedSince.splice(at, 0, this.snapshots);
    this.instants.splice(at, 0, instants);
    this.lasts.splice(at, 0, instants[instants.length - 1] as number);
  }

  private removeChunk(at: number): void {
    this.ownList().splice(at, 1);
    this.ownedSince.splice(at, 1);
    this.instants.splice(at, 1);
    this.lasts.splice(at, 1);
  }

  private split(at: number): void {
    const chunk = this.owned(at);
    const instants = this.instantsOf(at);
    const keep = at === this.chunks.length - 1 ? chunk.length - TAIL : chunk.length >> 1;
    this.removeChunk(at);
    // Slices have no spare room, which an array that grew step by step has.
    this.insertChunk(at, chunk.slice(keep), instants.slice(keep));
    this.insertChunk(at, chunk.slice(0, keep), instants.slice(0, keep));
  }

  private join(at: number): void {
    for (const left of [at - 1, at]) {
      const [first, second] = [this.chunks[left], this.chunks[left + 1]];
      if (first === undefined || second === undefined || first.length + second.length > MAX_CHUNK / 2) continue;
      const instants = this.instantsOf(left).concat(this.instantsOf(left + 1));
      this.removeChunk(left + 1);
      this.removeChunk(left);
      this.insertChunk(left, first.concat(second), instants);
      return;
    }
  }
}

/** The first place whose instant is reached; among equal instants the first for which `isReached`. */
function search(instants: readonly number[], instant: number, isReached: (index: number) => boolean): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = instants[middle] as number;
    if (found > instant || (found === instant && isReached(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}
