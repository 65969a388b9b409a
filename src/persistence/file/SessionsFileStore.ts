import type { ILogger } from 'pip-services3-components-nodex';
import type { Timers } from '../../toolkit/Timers.js';
import type { SessionTable } from '../table/SessionTable.js';
import { COMPONENT, errorCode, openingError } from './DataDamage.js';
import type { FileSystem } from './FileSystem.js';
import type { JournalFile } from './JournalFile.js';
import { type Cut, JournalLog } from './JournalLog.js';
import { beginJournal, resumeJournal } from './JournalOpening.js';
import { NOT_OPEN } from './Refusal.js';
import { ReplacedFile } from './ReplacedFile.js';
import { endTakeOver, finishTakeOver, type NewJournal, Rewrite } from './Rewrite.js';
import type { SnapshotSum } from './Snapshot.js';
import { storePaths } from './StorePaths.js';
import { type FoundJournal, readStore } from './StoreReader.js';

/** What a store is made of besides its sessions; tests bring their own of each. */
export interface StoreParts {
  fileSystem: FileSystem;
  timers: Timers;
  logger: ILogger;
}

/** Between two attempts to get over a failed disk, in milliseconds. */
const RETRY_INTERVAL = 1000;
/** How long a stop may spend on the data file, in milliseconds: all of it must not take longer than ten seconds. */
const FINAL_REWRITE = 7000;
const TOO_SLOW = new Error('The store is closing');
const LEAST_COMPACTION = 64 * 1024 * 1024;

/**
 * The files of a store: opens them, keeps the journal from growing without end, gets over a failed disk, and leaves
 * everything in the data file at the end.
 */
export class SessionsFileStore {
  readonly log: JournalLog;
  private readonly paths;
  private adoptedAtOrNull: number | null = null;
  private snapshot: SnapshotSum = { bytes: 0, sum: 0 };
  private headerBytes = 0;
  /** The rewrite that is under way, if any. Never rejects. */
  private rewriting: Promise<unknown> | null = null;
  private stopRewriting = new AbortController();
  /** True from the first rename of a rewrite until the second one is done. */
  private isTakingOver = false;
  private cancelRetry: (() => void) | null = null;
  /** The attempt to get over a failed disk that is under way, if any. Never rejects. */
  private recovering: Promise<void> | null = null;
  private isClosing = false;
  /** After a failed compaction the journal grows a while before the next attempt. */
  private postponed = 0;

  constructor(
    private readonly parts: StoreParts,
    path: string,
    private readonly table: SessionTable,
    /** In bytes of journal; undefined: a quarter of the snapshot, at least 64 MiB. */
    private readonly compactAfter: number | undefined,
  ) {
    this.paths = storePaths(path);
    this.log = new JournalLog(table, parts.timers, {
      appended: () => this.compactWhenLong(),
      failed: (cause) => this.failed(cause),
    });
  }

  /** When an older service's file was taken over; 0 where none was. */
  get adoptedAt(): number {
    return this.adoptedAtOrNull ?? 0;
  }

  /** Reads the sessions into the table and gets ready to write. On a disk that refuses writes it goes on trying to. */
  async open(now: number): Promise<void> {
    const found = await readStore(this.parts.fileSystem, this.paths, this.table).catch((error: unknown) => {
      throw openingError(this.paths.snapshot, error);
    });
    this.snapshot = found.snapshot ?? this.snapshot;
    this.adoptedAtOrNull = found.journal?.header.adoptedAt ?? null;
    try {
      if (found.journal !== null) await this.resume(found.journal);
      else if (found.snapshot !== null) await this.adopt(found.snapshot, now);
      else await this.rewrite();
    } catch (error) {
      const reason = openingError(this.paths.snapshot, error);
      if (reason !== error) throw reason;
      this.log.fail(error);
    }
  }

  /** Writes all sessions to a new data file; durable when it resolves. Rejects where the disk refuses that. */
  async rewrite(): Promise<void> {
    await this.rewriting;
    this.stopRewriting = new AbortController();
    const work = this.rewriteOnce(this.stopRewriting.signal);
    this.rewriting = work.catch(() => {});
    try {
      await work;
    } finally {
      this.rewriting = null;
    }
  }

  /** Leaves everything in the data file. Where that fails or takes too long, the journal has it, as far as it is durable. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.cancelRetry?.();
    await this.recovering;
    await this.log.flush();
    this.stopRewriting.abort(NOT_OPEN);
    await this.rewriting;
    const { current } = this.log;
    const cancelDeadline = this.parts.timers.once(FINAL_REWRITE, () => this.stopRewriting.abort(TOO_SLOW));
    try {
      if (current === null) await this.recover();
      else if (current.end.position > this.headerBytes) await this.rewrite();
    } catch (error) {
      const message = `${COMPONENT}: the data file could not be written at the end; the journal has what is durable`;
      if (error === TOO_SLOW) this.parts.logger.warn('', message);
      else this.parts.logger.error('', error as Error, message);
    }
    cancelDeadline();
    const last = this.log.current;
    this.log.stop(NOT_OPEN);
    await last?.file.close().catch(() => {});
  }

  private async resume(found: FoundJournal): Promise<void> {
    const { fileSystem, logger } = this.parts;
    if (found.isUnfinished) {
      this.isTakingOver = true;
      await fileSystem.remove(this.paths.nextSnapshot);
      await finishTakeOver(fileSystem, this.paths);
      this.isTakingOver = false;
    }
    if (found.isTorn) {
      const what = `the last record of ${this.paths.journal} was not complete, hence never acknowledged, and is dropped`;
      logger.warn('', `${COMPONENT}: ${what}`);
    }
    this.start(await resumeJournal(fileSystem, this.paths, found), found.headerBytes);
    await this.removeLeftOvers();
  }

  private async adopt(snapshot: SnapshotSum, now: number): Promise<void> {
    this.adoptedAtOrNull = now;
    const journal = await beginJournal(this.parts.fileSystem, this.paths, snapshot, now);
    this.start(journal, journal.end.position);
    await this.removeLeftOvers();
  }

  private start(journal: JournalFile, headerBytes: number): void {
    this.headerBytes = headerBytes;
    this.log.start(journal);
  }

  /** What a rewrite that was stopped has left. */
  private async removeLeftOvers(): Promise<void> {
    await this.parts.fileSystem.remove(this.paths.nextJournal).catch(() => {});
    await this.parts.fileSystem.remove(this.paths.nextSnapshot).catch(() => {});
  }

  private async rewriteOnce(signal: AbortSignal): Promise<void> {
    const { fileSystem } = this.parts;
    if (this.isTakingOver) await endTakeOver(fileSystem, this.paths);
    this.isTakingOver = false;
    const cut = await this.log.cut();
    const { current } = this.log;
    const replaced = await ReplacedFile.hold(fileSystem, this.paths.snapshot);
    const journal = new ReplacedFile(current?.file ?? null);
    const rewrite = new Rewrite(fileSystem, this.paths, current, this.adoptedAtOrNull);
    try {
      await this.prepare(rewrite, cut, signal);
      await this.takeOver(rewrite, journal);
    } catch (error) {
      await replaced.close();
      throw error;
    }
    // Nobody waits for the disk any more where the store is closing.
    const atOnce = this.isClosing ? AbortSignal.abort() : signal;
    await replaced.free(atOnce);
    await journal.free(atOnce);
  }

  private async prepare(rewrite: Rewrite, cut: Cut, signal: AbortSignal): Promise<void> {
    try {
      await rewrite.prepare(cut, signal);
      await this.log.hold();
      signal.throwIfAborted();
      await rewrite.complete();
    } catch (error) {
      await rewrite.discard();
      this.log.release();
      throw error;
    }
  }

  /** Up to here a rewrite can fail without any harm; from the first rename on the old journal must not be written to. */
  private async takeOver(rewrite: Rewrite, replaced: ReplacedFile): Promise<void> {
    this.isTakingOver = true;
    let made: NewJournal;
    try {
      made = await rewrite.takeOver();
    } catch (error) {
      await rewrite.close();
      await replaced.close();
      if (this.log.writable) this.log.fail(error);
      this.log.release();
      throw error;
    }
    this.isTakingOver = false;
    this.snapshot = made.snapshot;
    this.postponed = 0;
    this.start(made.journal, made.headerBytes);
  }

  private compactWhenLong(): void {
    const limit = this.compactAfter ?? Math.max(LEAST_COMPACTION, this.snapshot.bytes / 4);
    const length = (this.log.current?.end.position ?? 0) - this.headerBytes;
    if (this.rewriting !== null || length < limit + this.postponed) return;
    this.rewrite().catch((error: Error) => {
      if (!this.log.writable || error === NOT_OPEN) return;
      this.postponed = length + limit / 8 - limit;
      this.parts.logger.error('', error, `${COMPONENT}: the journal could not be compacted; it grows until it can`);
    });
  }

  private failed(cause: unknown): void {
    this.stopRewriting.abort(cause);
    const message = `${COMPONENT}: the disk failed (${errorCode(cause)}); writes are refused until the store can be written anew`;
    this.parts.logger.error('', cause as Error, message);
    this.retryLater();
  }

  private retryLater(): void {
    if (this.isClosing) return;
    this.cancelRetry = this.parts.timers.once(RETRY_INTERVAL, () => {
      this.recovering = this.recover()
        .catch(() => this.retryLater())
        .finally(() => {
          this.recovering = null;
        });
    });
  }

  private async recover(): Promise<void> {
    await this.rewrite();
    this.parts.logger.info('', `${COMPONENT}: the disk works again; the store is written anew and takes writes`);
  }
}
