import type { Timers } from '../../toolkit/Timers.js';
import type { ChangeLog, ChangeSlices, TableChange } from '../table/ChangeLog.js';
import type { SessionTable } from '../table/SessionTable.js';
import type { SortedChunks } from '../table/SortedChunks.js';
import { Batch, OpenSlices } from './Batch.js';
import type { JournalEnd, JournalFile } from './JournalFile.js';
import { NOT_OPEN, refusalError } from './Refusal.js';

/** All sessions as they are after the record at which `end` is. */
export interface Cut {
  records: SortedChunks;
  end: JournalEnd;
}

/** What the store does when something happens to the log. */
export interface JournalEvents {
  /** A record has become durable. */
  appended(): void;
  /** The disk has failed; all that was not durable has been taken back, and writes are refused from now on. */
  failed(cause: unknown): void;
}

/** Accesses wait at most so long for a write to ride along with. */
const LAZY_INTERVAL = 100;
/** A longer record is not waited for: what comes next goes into the one after it. Most bring far less together. */
const BATCH_SIZE = 1 << 20;

/**
 * Group commit: while one record is on its way to the disk, all changes that arrive become the next one. However many wait,
 * one write and one sync serve them all.
 */
export class JournalLog implements ChangeLog {
  /** The first one may be on its way; the last one takes what comes. */
  private batches: Batch[] = [new Batch()];
  private readonly openSlices = new Set<OpenSlices>();
  private journal: JournalFile | null = null;
  private end: JournalEnd = { position: 0, n: 0, chain: 0 };
  private refusal: unknown = NOT_OPEN;
  private isRunning = false;
  private isHeld = false;
  private wanted: ((cut: Cut) => void) | null = null;
  private whenIdle: (() => void)[] = [];
  private cancelLazily: (() => void) | null = null;

  constructor(
    private readonly table: SessionTable,
    private readonly timers: Timers,
    private readonly events: JournalEvents,
  ) {}

  get writable(): boolean {
    return this.refusal === null;
  }

  /** The journal in use; null while the disk has failed. */
  get current(): JournalFile | null {
    return this.journal;
  }

  assertWritable(correlationId: string | null): void {
    if (this.refusal !== null) throw refusalError(correlationId, this.refusal);
  }

  append(changes: readonly TableChange[]): Promise<void> {
    const batch = this.tail();
    batch.add(changes);
    this.wake();
    return batch.durable.promise;
  }

  appendLazily(change: TableChange): void {
    const batch = this.tail();
    batch.addLazily(change);
    this.cancelLazily ??= this.timers.once(LAZY_INTERVAL, () => {
      this.cancelLazily = null;
      this.wakeAll();
    });
  }

  settled(id: string): Promise<void> | null {
    for (const slices of this.openSlices) if (slices.has(id)) return slices.durable.promise;
    for (let i = this.batches.length - 1; i >= 0; i--) {
      const batch = this.batches[i] as Batch;
      if (batch.has(id)) return batch.durable.promise;
    }
    return null;
  }

  allSettled(): Promise<void> | null {
    const newest = this.batches.findLast((batch) => batch.isAwaited)?.durable.promise ?? null;
    if (this.openSlices.size === 0) return newest;
    return Promise.all([newest, ...[...this.openSlices].map(({ durable }) => durable.promise)]).then(() => {});
  }

  begin(): ChangeSlices {
    const slices = new OpenSlices((complete) => this.endSlices(complete));
    this.openSlices.add(slices);
    return slices;
  }

  /** Accepts writes, from now on into this journal. Also ends a `hold`. */
  start(journal: JournalFile): void {
    this.journal = journal;
    this.end = journal.end;
    this.refusal = null;
    this.release();
  }

  /** Accepts no writes any more, without anything being taken back. */
  stop(cause: unknown): void {
    this.journal = null;
    this.refusal = cause;
    this.cancelLazily?.();
    this.cancelLazily = null;
  }

  /**
   * The sessions of one instant, at which a record ends and no slices are open: the next one, or while the disk has failed
   * this one. One at a time.
   */
  cut(): Promise<Cut> {
    return new Promise((resolve) => {
      this.wanted = resolve;
      this.cutWhenIdle();
    });
  }

  /** Resolves when no record is on its way; none begins until `start` or `release`. */
  async hold(): Promise<void> {
    this.isHeld = true;
    await this.idle();
  }

  release(): void {
    this.isHeld = false;
    this.wake();
    this.cutWhenIdle();
  }

  /** Resolves when all that was appended so far is durable, or has been taken back. */
  async flush(): Promise<void> {
    this.wakeAll();
    await this.idle();
  }

  /** Takes back all that is not durable, tells those who wait for it, and refuses writes. No record may be on its way. */
  fail(cause: unknown): void {
    const batches = this.batches;
    const slices = [...this.openSlices];
    const error = refusalError(null, cause);
    this.stop(cause);
    this.batches = [new Batch()];
    this.openSlices.clear();
    for (const open of slices) open.abort(this.table, error);
    for (const batch of batches.toReversed()) batch.undo(this.table);
    for (const batch of batches) batch.durable.reject(error);
    this.events.failed(cause);
  }

  private endSlices(slices: OpenSlices): Promise<void> | null {
    this.openSlices.delete(slices);
    if (slices.changes.length === 0) {
      slices.durable.resolve();
      this.cutWhenIdle();
      return null;
    }
    const batch = this.tail();
    batch.addSlices(slices);
    this.wake();
    return batch.durable.promise;
  }

  private tail(): Batch {
    const last = this.batches[this.batches.length - 1] as Batch;
    if (last.size < BATCH_SIZE) return last;
    last.isAwaited = true;
    const next = new Batch();
    this.batches.push(next);
    this.wake();
    return next;
  }

  private wakeAll(): void {
    const last = this.batches[this.batches.length - 1] as Batch;
    if (!last.isEmpty) last.isAwaited = true;
    this.wake();
  }

  /** In the next turn, so that all requests that have arrived together share the first record too. */
  private wake(): void {
    if (this.isRunning || this.isHeld || this.journal === null || this.batches[0]?.isAwaited !== true) return;
    this.isRunning = true;
    setImmediate(() => void this.run(this.journal));
  }

  private async run(journal: JournalFile | null): Promise<void> {
    try {
      while (journal !== null && !this.isHeld && this.batches[0]?.isAwaited) await this.appendFirst(journal);
    } catch (error) {
      // First, so that nobody is told that a write has failed which a crash could still bring back.
      await journal?.abandon();
      this.fail(error);
    }
    this.isRunning = false;
    for (const idle of this.whenIdle.splice(0)) idle();
    this.cutWhenIdle();
  }

  private async appendFirst(journal: JournalFile): Promise<void> {
    const batch = this.batches[0] as Batch;
    if (this.batches.length === 1) this.batches.push(new Batch());
    // All that the table shows is in this record or before it only if nothing is in the batches after it.
    const records = this.wanted !== null && this.mayCut(1) ? this.table.snapshot() : null;
    await journal.append(batch.entries);
    this.end = journal.end;
    this.batches.shift();
    batch.durable.resolve();
    if (records !== null) this.answerCut(records);
    this.events.appended();
  }

  private cutWhenIdle(): void {
    if (this.wanted === null || this.isRunning || this.isHeld) return;
    if (this.mayCut(0)) this.answerCut(this.table.snapshot());
    else this.wakeAll();
  }

  private mayCut(from: number): boolean {
    return this.openSlices.size === 0 && this.batches.every((batch, index) => index < from || batch.isEmpty);
  }

  private answerCut(records: SortedChunks): void {
    const answer = this.wanted;
    this.wanted = null;
    answer?.({ records, end: this.end });
  }

  private idle(): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenIdle.push(resolve);
    });
  }
}
