import type { OpenFile } from './FileSystem.js';
import { NEWLINE } from './JournalFormat.js';

/** How much is read at once: large enough to cost little a line, small enough for the process to breathe in between. */
const CHUNK_BYTES = 1 << 20;

/** Is called for what a file holds, piece after piece. The buffers are used again: nothing of them may be kept. */
export interface FileVisitor {
  /** All bytes of the file, in order. */
  chunk?(bytes: Buffer): void;
  /**
   * Bytes not taken so far with new ones after them, `start` to `end`, of which it answers how many it has taken; what it
   * leaves comes again with more behind it. `last`: the file ends here.
   */
  take(bytes: Buffer, start: number, end: number, last: boolean): number;
}

/** Reads a file from a position to its end; answers how many bytes that were. A piece never taken may be as long as memory allows. */
export async function readThrough(file: OpenFile, from: number, visitor: FileVisitor): Promise<number> {
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let kept = 0;
  let position = from;
  for (;;) {
    if (buffer.length - kept < CHUNK_BYTES / 2) buffer = Buffer.concat([buffer.subarray(0, kept)], buffer.length * 2);
    const bytes = await file.read(buffer.subarray(kept), position);
    if (bytes > 0) visitor.chunk?.(buffer.subarray(kept, kept + bytes));
    position += bytes;
    const end = kept + bytes;
    const taken = visitor.take(buffer, 0, end, bytes === 0);
    if (bytes === 0) return position - from;
    buffer.copyWithin(0, taken, end);
    kept = end - taken;
  }
}

/** What a reader of lines does with each: its bytes are `start` to `end`, without the newline. */
export type LineVisitor = (bytes: Buffer, start: number, end: number, terminated: boolean) => void;

/** A visitor that takes whole lines; what stands after the last newline comes at the end of the file, not `terminated`. */
export function byLine(visit: LineVisitor, chunk?: (bytes: Buffer) => void): FileVisitor {
  let searched = 0;
  return {
    ...(chunk !== undefined && { chunk }),
    take(bytes, start, end, last) {
      let from = start;
      let newline = bytes.indexOf(NEWLINE, start + searched);
      while (newline >= 0 && newline < end) {
        visit(bytes, from, newline, true);
        from = newline + 1;
        newline = bytes.indexOf(NEWLINE, from);
      }
      if (last && from < end) visit(bytes, from, end, false);
      searched = end - from;
      return from - start;
    },
  };
}
