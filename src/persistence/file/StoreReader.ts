import type { SessionRecord } from '../SessionRecord.js';
import type { SessionTable } from '../table/SessionTable.js';
import { dataDamaged, REPLACED } from './DataDamage.js';
import type { FileSystem, OpenFile } from './FileSystem.js';
import type { JournalEnd } from './JournalFile.js';
import { type JournalHeader, NEWLINE, readHeaderLine, readLine } from './JournalFormat.js';
import { applyOperation } from './JournalOperations.js';
import { byLine, readThrough } from './LineReader.js';
import { OlderArray } from './OlderArray.js';
import { SnapshotMeter, type SnapshotSum, snapshotVisitor } from './Snapshot.js';
import type { StorePaths } from './StorePaths.js';

/** A journal as it was found. */
export interface FoundJournal {
  header: JournalHeader;
  headerBytes: number;
  end: JournalEnd;
  /** What stands behind `end` is the beginning of a record that was never durable. */
  isTorn: boolean;
  /** It still has the name it was made under: the process was stopped between the two renames of a rewrite. */
  isUnfinished: boolean;
}

/** What the files of a store hold, besides the sessions. */
export interface FoundStore {
  /** Null where there is no data file, or one without anything in it. */
  snapshot: SnapshotSum | null;
  /** Null beside the data file of an older service, and where there is none. */
  journal: FoundJournal | null;
}

/** Longer than any header. */
const HEADER_BYTES = 4096;

/** A journal's first line and where it stands. */
interface Header {
  path: string;
  header: JournalHeader;
  bytes: number;
}

/**
 * Reads a store into an empty table. Changes no file. Rejects with DATA_DAMAGED where it is not sure that these are all
 * sessions as they were; the table is of no use then.
 */
export async function readStore(fileSystem: FileSystem, paths: StorePaths, table: SessionTable): Promise<FoundStore> {
  const hasJournal = await fileSystem.exists(paths.journal);
  if (!(await fileSystem.exists(paths.snapshot))) {
    if (hasJournal) throw dataDamaged(paths.snapshot, null, `it is missing, but ${paths.journal} continues it`);
    return { snapshot: null, journal: null };
  }
  if (!hasJournal) {
    const { snapshot, isBlank } = await readSnapshot(fileSystem, paths, table, false);
    return { snapshot: isBlank ? null : snapshot, journal: null };
  }
  const current = await readHeader(fileSystem, paths.journal);
  if (current === null) throw dataDamaged(paths.journal, 1, 'it is not the first line of a journal');
  const next = (await fileSystem.exists(paths.nextJournal)) ? await readHeader(fileSystem, paths.nextJournal) : null;
  // What a rewrite has left is rare: then it is worth reading the snapshot once more to know whose it is, and how to read it.
  const isNext = next !== null && (await measure(fileSystem, paths)).matches(next.header.snapshot);
  const fitting = isNext ? next : current;
  const { snapshot } = await readSnapshot(fileSystem, paths, table, fitting.header.snapshot.written);
  if (!snapshot.matches(fitting.header.snapshot)) {
    throw dataDamaged(paths.snapshot, null, `it is not as line 1 of ${paths.journal} says it was`, REPLACED);
  }
  return { snapshot, journal: await readRecords(fileSystem, fitting, table, isNext) };
}

async function measure(fileSystem: FileSystem, { snapshot: path }: StorePaths): Promise<SnapshotMeter> {
  const meter = new SnapshotMeter();
  await reading(fileSystem, path, (file) =>
    readThrough(file, 0, { chunk: meter.chunk, take: (_bytes, start, end) => end - start }),
  );
  return meter;
}

async function readHeader(fileSystem: FileSystem, path: string): Promise<Header | null> {
  return reading(fileSystem, path, async (file) => {
    const buffer = Buffer.alloc(HEADER_BYTES);
    const start = buffer.subarray(0, await file.read(buffer, 0));
    const end = start.indexOf(NEWLINE);
    const header = end < 0 ? null : readHeaderLine(start.subarray(0, end));
    return header === null ? null : { path, header, bytes: end + 1 };
  });
}

async function readSnapshot(
  fileSystem: FileSystem,
  { snapshot: path, journal }: StorePaths,
  table: SessionTable,
  isWritten: boolean,
): Promise<{ snapshot: SnapshotMeter; isBlank: boolean }> {
  const meter = new SnapshotMeter();
  const visit = (session: SessionRecord, line: number): void => {
    const { size } = table;
    table.apply({ before: null, after: session });
    if (table.size > size) return;
    const remedy = isWritten ? REPLACED : 'remove one of the two or restore the file from a backup';
    throw dataDamaged(path, line, 'it holds an id that stands in the file before', remedy);
  };
  const older = isWritten ? null : new OlderArray(path, visit, meter.chunk);
  await reading(fileSystem, path, (file) => readThrough(file, 0, older ?? snapshotVisitor(path, visit, meter.chunk)));
  if (isWritten && table.size === 0 && meter.bytes === 0) {
    throw dataDamaged(path, null, `it is empty, but ${journal} continues it`);
  }
  return { snapshot: meter, isBlank: older?.blank ?? false };
}

async function readRecords(
  fileSystem: FileSystem,
  { path, header, bytes: headerBytes }: Header,
  table: SessionTable,
  isUnfinished: boolean,
): Promise<FoundJournal> {
  const end: JournalEnd = { position: headerBytes, n: header.n, chain: header.chain };
  let line = 1;
  let isTorn = false;
  const visitor = byLine((buffer, start, stop, terminated) => {
    line += 1;
    // Only the last record can have been on its way: with another one behind it, this one was durable.
    if (isTorn) throw dataDamaged(path, line - 1, BAD_RECORD);
    const bytes = buffer.subarray(start, stop);
    const record = terminated ? readLine(bytes, end.n + 1, end.chain) : null;
    if (record === null) {
      // What was never synced ends early or has holes in it. A whole line that is wrong has been changed.
      if (terminated && !bytes.includes(0)) throw dataDamaged(path, line, BAD_RECORD);
      isTorn = true;
      return;
    }
    for (const operation of record.operations) replay(table, operation, path, line);
    end.position += stop - start + 1;
    end.n += 1;
    end.chain = record.sum;
  });
  await reading(fileSystem, path, (file) => readThrough(file, headerBytes, visitor));
  return { header, headerBytes, end, isTorn, isUnfinished };
}

const BAD_RECORD = 'the record is damaged, or one before it is missing';

function replay(table: SessionTable, operation: unknown, path: string, line: number): void {
  try {
    applyOperation(table, operation);
  } catch (error) {
    throw dataDamaged(path, line, (error as Error).message);
  }
}

async function reading<T>(fileSystem: FileSystem, path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await fileSystem.open(path, 'read');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
