import type { OpenFile } from './FileSystem.js';
import { NEWLINE } from './JournalFormat.js';

/** How much is read at once: large enough to cost little a line, small enough for the process to breathe in between. */
const CHUNK_BYTES = 1 << 20;
/** Room before it for what is left of the chunk before. */
const ROOM_BYTES = 1 << 16;

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

/**
 * Reads a file from a position to its end. A piece never taken may be as long as memory allows. While one chunk is looked
 * at, the next one is read.
 */
export async function readThrough(file: OpenFile, from: number, visitor: FileVisitor): Promise<void> {
  let [buffer, other] = [newBuffer(0), newBuffer(0)];
  let position = from;
  let kept: Buffer = buffer.bytes.subarray(0, 0);
  let reading = file.read(buffer.bytes.subarray(buffer.room), position);
  try {
    for (let length = -1; length !== 0; [buffer, other] = [other, buffer]) {
      length = await reading;
      position += length;
      if (kept.length > buffer.room) buffer = withRoom(buffer, length, kept.length);
      const { bytes, room } = buffer;
      const start = room - kept.length;
      kept.copy(bytes, start);
      if (length > 0) {
        if (kept.length > ROOM_BYTES) other = newBuffer(kept.length * 2);
        reading = file.read(other.bytes.subarray(other.room), position);
        visitor.chunk?.(bytes.subarray(room, room + length));
      }
      const taken = visitor.take(bytes, start, room + length, length === 0);
      kept = bytes.subarray(start + taken, room + length);
    }
  } finally {
    // Whoever closes the file next must not do that under a read.
    await reading.catch(() => {});
  }
}

/** Chunks are read behind its room. */
interface ChunkBuffer {
  bytes: Buffer;
  room: number;
}

/** A longer piece is read in longer chunks, so that it is not copied too often. */
function newBuffer(pieceBytes: number): ChunkBuffer {
  const room = Math.max(ROOM_BYTES, pieceBytes);
  return { bytes: Buffer.allocUnsafe(room + Math.max(CHUNK_BYTES, pieceBytes)), room };
}

function withRoom({ bytes, room }: ChunkBuffer, length: number, wanted: number): ChunkBuffer {
  const larger = newBuffer(wanted);
  bytes.copy(larger.bytes, larger.room, room, room + length);
  return larger;
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
