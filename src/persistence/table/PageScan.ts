import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionRecordsPage } from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import { matchesFilter, type SessionsFilter, type SessionsPaging } from '../SessionsFilter.js';
import type { SessionTable } from './SessionTable.js';
import { positionOf, type Run, requestAtOf, runsBackwards, type SortedChunks } from './SortedChunks.js';

/** After how many records other work gets its turn: looking into the head of one takes some microseconds. */
const SLICE = 500;

/**
 * Collects a page, newest first, from records in the order of `request_time`. What the filter says of times is found by
 * the order; only for its other keys the records are looked at, and where there are none `skip` and `total` just count.
 */
export async function scanPage(
  chunks: SortedChunks,
  filter: SessionsFilter,
  paging: SessionsPaging,
  now: number,
): Promise<SessionRecordsPage> {
  const { from_time: from = Number.NEGATIVE_INFINITY, to_time: to = Number.POSITIVE_INFINITY, ...tested } = filter;
  const isTested = Object.values(tested).some((value) => value !== undefined);
  const page = new PageScan(paging, isTested ? (record) => matchesFilter(record, filter, now) : null);
  let looked = 0;
  const runs = runsBackwards(chunks, positionOf(chunks, requestAtOf, from), positionOf(chunks, requestAtOf, to));
  for (const run of runs) {
    if (looked >= SLICE) {
      looked = 0;
      await nextTurn();
    }
    looked += page.take(run);
    if (page.isComplete) break;
  }
  return page.result();
}

class PageScan {
  private readonly data: SessionRecord[] = [];
  private matched = 0;

  constructor(
    private readonly paging: SessionsPaging,
    private readonly matches: ((record: SessionRecord) => boolean) | null,
  ) {}

  get isComplete(): boolean {
    return !this.paging.total && this.isFull;
  }

  /** Goes through a run from its end, and answers how many records it looked at. */
  take(run: Run): number {
    return this.matches === null ? this.takeAll(run) : this.takeMatching(run, this.matches);
  }

  result(): SessionRecordsPage {
    return { total: this.paging.total ? this.matched : null, data: this.data };
  }

  private get isFull(): boolean {
    return this.data.length >= this.paging.take;
  }

  private takeAll({ records, start, end }: Run): number {
    const first = end - 1 - Math.max(0, this.paging.skip - this.matched);
    let at = first;
    for (; at >= start && !this.isFull; at--) this.data.push(records[at] as SessionRecord);
    this.matched += end - start;
    return Math.max(0, first - at);
  }

  private takeMatching({ records, start, end }: Run, matches: (record: SessionRecord) => boolean): number {
    let at = end - 1;
    for (; at >= start && !this.isComplete; at--) {
      const record = records[at] as SessionRecord;
      if (!matches(record)) continue;
      if (this.matched >= this.paging.skip && !this.isFull) this.data.push(record);
      this.matched++;
    }
    return end - 1 - at;
  }
}

/** Where to look for what a filter takes. */
export function candidates(table: SessionTable, { id, user_id }: SessionsFilter): SortedChunks {
  if (id !== undefined) {
    const record = table.get(id);
    return record === undefined ? [] : [[record]];
  }
  return user_id === undefined ? table.snapshot() : table.snapshotOfUser(user_id);
}

/** The filter without what `candidates` has seen to already, so that nothing is tested that is so anyway. */
export function withoutGiven(filter: SessionsFilter): SessionsFilter {
  if (filter.id !== undefined || filter.user_id === undefined) return filter;
  const { user_id: _given, ...rest } = filter;
  return rest;
}
