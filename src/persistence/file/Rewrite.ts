import { type FileSystem, type OpenFile, writeFully } from './FileSystem.js';
import { type JournalEnd, JournalFile } from './JournalFile.js';
import { headerLine } from './JournalFormat.js';
import type { Cut } from './JournalLog.js';
import { type SnapshotSum, writeSnapshot } from './Snapshot.js';
import type { StorePaths } from './StorePaths.js';

/** As much of the journal as is copied in one go, and as little as is left for when writes are held up. */
const COPY_BYTES = 1 << 16;

/** A journal that a rewrite has made, and what stands at its start. */
export interface NewJournal {
  journal: JournalFile;
  snapshot: SnapshotSum;
  headerBytes: number;
}

/**
 * Writes a store's two files anew. First both are made beside the old ones, in any time that takes; what the old journal
 * gets meanwhile is copied after. Then, while no record is on its way, they take the places of the old ones.
 *
 * Each sync here has its reason: names as well as contents must be on the disk before a rename makes them count, and the
 * first rename before the second. Whatever is lost in a power cut, either the old pair is whole, or the new snapshot
 * stands beside a new journal that still has its first name, which opening the store puts right.
 */
export class Rewrite {
  private next: OpenFile | null = null;
  private end: JournalEnd = { position: 0, n: 0, chain: 0 };
  private snapshot: SnapshotSum = { bytes: 0, sum: 0 };
  private headerBytes = 0;
  private copied = 0;

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly paths: StorePaths,
    /** The journal in use, null where there is none to copy from. */
    private readonly source: JournalFile | null,
    private readonly adoptedAt: number | null,
  ) {}

  /** Makes both files. Ends with a rejection once `signal` is aborted. */
  async prepare({ records, end }: Cut, signal: AbortSignal): Promise<void> {
    const { fileSystem, paths } = this;
    this.snapshot = await writeSnapshot(fileSystem, paths.nextSnapshot, records, signal);
    this.next = await fileSystem.open(paths.nextJournal, 'create');
    const header = headerLine({
      snapshot: { ...this.snapshot, written: true },
      n: end.n,
      chain: end.chain,
      adoptedAt: this.adoptedAt,
    });
    await writeFully(this.next, header, 0);
    this.headerBytes = header.length;
    this.end = { ...end, position: header.length };
    this.copied = end.position;
    await this.copyUntil(COPY_BYTES, signal);
    await this.next.sync();
    await fileSystem.syncFolder(paths.folder);
    signal.throwIfAborted();
  }

  /** Copies what is left; no record may be on its way. Until it has resolved nothing has changed for the old files. */
  async complete(): Promise<void> {
    if (this.source === null) return;
    if (this.copied < this.source.end.position) {
      await this.copyUntil(0, null);
      await this.next?.sync();
    }
    this.end = { ...this.source.end, position: this.end.position };
  }

  /** Puts the new files into the places of the old ones. After a rejection see `endTakeOver`. */
  async takeOver(): Promise<NewJournal> {
    const { fileSystem, paths } = this;
    await fileSystem.rename(paths.nextSnapshot, paths.snapshot);
    await fileSystem.syncFolder(paths.folder);
    await fileSystem.rename(paths.nextJournal, paths.journal);
    await fileSystem.syncFolder(paths.folder);
    return this.result();
  }

  /** Closes and removes what was made, as far as that can be done. */
  async discard(): Promise<void> {
    await this.close();
    await this.fileSystem.remove(this.paths.nextJournal).catch(() => {});
    await this.fileSystem.remove(this.paths.nextSnapshot).catch(() => {});
  }

  /** Closes what was made and leaves the rest to `endTakeOver`. */
  async close(): Promise<void> {
    await this.next?.close().catch(() => {});
  }

  private result(): NewJournal {
    const { end, headerBytes, snapshot } = this;
    return { journal: new JournalFile(this.next as OpenFile, end, true), snapshot, headerBytes };
  }

  private async copyUntil(left: number, signal: AbortSignal | null): Promise<void> {
    if (this.source === null || this.next === null) return;
    const buffer = Buffer.allocUnsafe(COPY_BYTES);
    while (this.source.end.position - this.copied > left) {
      signal?.throwIfAborted();
      const wanted = Math.min(COPY_BYTES, this.source.end.position - this.copied);
      const bytes = await this.source.file.read(buffer.subarray(0, wanted), this.copied);
      if (bytes === 0) throw new Error('The journal is shorter than what was written to it');
      await writeFully(this.next, buffer.subarray(0, bytes), this.end.position);
      this.end.position += bytes;
      this.copied += bytes;
    }
  }
}

/**
 * Ends a `takeOver` that was interrupted: where the snapshot has been replaced but the journal not, replaces the journal.
 * What was made is durable first, so that no power cut can keep the second rename and lose the first.
 */
export async function finishTakeOver(fileSystem: FileSystem, paths: StorePaths): Promise<void> {
  await fileSystem.syncFolder(paths.folder);
  await fileSystem.rename(paths.nextJournal, paths.journal);
}

/**
 * After a `takeOver` that failed: where its first rename was made the second has to be, before anything is written over.
 * `nextSnapshot` then has no other reason to be missing.
 */
export async function endTakeOver(fileSystem: FileSystem, paths: StorePaths): Promise<void> {
  const isFirstMade = !(await fileSystem.exists(paths.nextSnapshot));
  if (isFirstMade && (await fileSystem.exists(paths.nextJournal))) await finishTakeOver(fileSystem, paths);
  await fileSystem.syncFolder(paths.folder);
}
