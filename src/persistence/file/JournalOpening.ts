import { type FileSystem, type OpenFile, writeFully } from './FileSystem.js';
import { JournalFile } from './JournalFile.js';
import { headerLine } from './JournalFormat.js';
import type { SnapshotSum } from './Snapshot.js';
import type { StorePaths } from './StorePaths.js';
import type { FoundJournal } from './StoreReader.js';

/**
 * Opens the journal that was found, without what is torn at its end. All that was read is synced first: of a process that
 * was killed, some of it may only have reached the system's memory, and what is served must stay.
 */
export async function resumeJournal(
  fileSystem: FileSystem,
  paths: StorePaths,
  found: FoundJournal,
): Promise<JournalFile> {
  const file = await fileSystem.open(paths.journal, 'update');
  return closedOnError(file, async () => {
    if (found.isTorn) await file.truncate(found.end.position);
    await file.sync();
    await fileSystem.syncFolder(paths.folder);
    return new JournalFile(file, found.end, found.header.snapshot.written);
  });
}

/** Begins a journal beside the file of an older service, which stays as it is. */
export async function beginJournal(
  fileSystem: FileSystem,
  paths: StorePaths,
  { bytes, sum }: SnapshotSum,
  adoptedAt: number,
): Promise<JournalFile> {
  const older = await fileSystem.open(paths.snapshot, 'read');
  await older.sync().finally(() => older.close());
  const header = headerLine({ snapshot: { bytes, sum, written: false }, n: 0, chain: 0, adoptedAt });
  const file = await fileSystem.open(paths.nextJournal, 'create');
  return closedOnError(file, async () => {
    await writeFully(file, header, 0);
    await file.sync();
    await fileSystem.rename(paths.nextJournal, paths.journal);
    await fileSystem.syncFolder(paths.folder);
    return new JournalFile(file, { position: header.length, n: 0, chain: 0 }, false);
  });
}

async function closedOnError<T>(file: OpenFile, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}
