import { isAscii } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { SessionRecord } from '../SessionRecord.js';
import type { SortedChunks } from '../table/SortedChunks.js';
import { dataDamaged } from './DataDamage.js';
import { type FileSystem, writeFully } from './FileSystem.js';
import { HeadScanner } from './HeadScanner.js';
import { byLine, type FileVisitor } from './LineReader.js';

/** How long and of which checksum a snapshot is. */
export interface SnapshotSum {
  bytes: number;
  sum: number;
}

/** As much text as is made and written in one go: well under a millisecond of work. */
const SLICE_CHARACTERS = 1 << 17;
/** Synced after so many bytes: a disk that is given hundreds of megabytes at once keeps the journal's own sync waiting. */
const SYNC_BYTES = 1 << 22;

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;

/**
 * Writes all records to a new file, one a line, and syncs it, giving way to other work between slices. `signal` ends it
 * before its time: then it rejects, as when the disk fails, and the file is left unfinished.
 */
export async function writeSnapshot(
  fileSystem: FileSystem,
  path: string,
  records: SortedChunks,
  signal: AbortSignal,
): Promise<SnapshotSum> {
  const file = await fileSystem.open(path, 'create');
  try {
    let position = 0;
    let synced = 0;
    let sum = 0;
    for (const text of slices(records)) {
      signal.throwIfAborted();
      const bytes = Buffer.from(text);
      sum = crc32(bytes, sum);
      await writeFully(file, bytes, position);
      position += bytes.length;
      if (position - synced < SYNC_BYTES) continue;
      await file.sync();
      synced = position;
    }
    await file.sync();
    return { bytes: position, sum };
  } finally {
    await file.close();
  }
}

/** The text of a snapshot in pieces. */
function* slices(records: SortedChunks): Generator<string> {
  let text = '[';
  let separator = '\n';
  for (const chunk of records) {
    for (const record of chunk) {
      text += separator + record.text;
      separator = ',\n';
      if (text.length < SLICE_CHARACTERS) continue;
      yield text;
      text = '';
    }
  }
  yield `${text}\n]\n`;
}

/** Counts bytes and checksum of all that is read. */
export class SnapshotMeter implements SnapshotSum {
  bytes = 0;
  sum = 0;

  readonly chunk = (bytes: Buffer): void => {
    this.bytes += bytes.length;
    this.sum = crc32(bytes, this.sum);
  };

  matches(expected: SnapshotSum | undefined): boolean {
    return expected !== undefined && expected.bytes === this.bytes && expected.sum === this.sum;
  }
}

/** Takes each session found in the data file; `line` is where it begins. */
export type SessionVisitor = (session: SessionRecord, line: number) => void;

/**
 * Reads what `writeSnapshot` wrote. It looks for no more damage than stops it from reading: the checksum tells the rest, and
 * has to be compared before anything is believed.
 */
export function snapshotVisitor(path: string, visit: SessionVisitor, chunk: (bytes: Buffer) => void): FileVisitor {
  const scanner = new HeadScanner();
  let isAllAscii = true;
  let line = 0;
  const onChunk = (bytes: Buffer): void => {
    isAllAscii &&= isAscii(bytes);
    scanner.encoding = isAllAscii ? 'latin1' : 'utf8';
    chunk(bytes);
  };
  return byLine((bytes, start, end) => {
    line += 1;
    if (bytes[start] !== OPEN_BRACE) {
      if (line === 1 && bytes[start] !== OPEN_BRACKET) throw dataDamaged(path, line, 'it does not begin a JSON array');
      return;
    }
    let session: SessionRecord;
    try {
      session = scanner.read(bytes, start, bytes[end - 1] === COMMA ? end - 1 : end);
    } catch {
      throw dataDamaged(path, line, 'it is not a session as JSON');
    }
    visit(session, line);
  }, onChunk);
}
