/** What happened to a file since it was last synced. */
interface FileChange {
  /** Where the bytes go; null: the file is cut to `size`. */
  bytes: Buffer | null;
  position: number;
}

/** The unit in which a disk writes; smaller than that of real ones, so that small files have several. */
const SECTOR = 64;
/** Of long writes not every sector is left out in turn. */
const MOST_HOLES = 12;

/** A file of a model of a disk: what is on the disk, and what was done since. */
export class DiskFile {
  private durable: Buffer = Buffer.alloc(0);
  private changes: FileChange[] = [];
  private seen: Buffer | null = null;

  static durable(bytes: Buffer): DiskFile {
    const file = new DiskFile();
    file.durable = bytes;
    return file;
  }

  get isUnsynced(): boolean {
    return this.changes.length > 0;
  }

  /** As every process sees it. */
  bytes(): Buffer {
    this.seen ??= this.applied(this.changes);
    return this.seen;
  }

  /** Without what is not synced. */
  synced(): Buffer {
    return this.durable;
  }

  write(bytes: Buffer, position: number): void {
    this.change({ bytes: Buffer.from(bytes), position });
  }

  truncate(size: number): void {
    if (size !== this.bytes().length) this.change({ bytes: null, position: size });
  }

  sync(): void {
    this.durable = this.bytes();
    this.changes = [];
  }

  /** What a power cut may leave of it: nothing new, all of it, a beginning of it, all but a sector, a sector alone. */
  states(): Buffer[] {
    if (!this.isUnsynced) return [this.durable];
    const states = [this.durable, this.bytes()];
    this.changes.forEach(({ bytes, position }, index) => {
      const before = this.changes.slice(0, index);
      const after = this.changes.slice(index + 1);
      states.push(this.applied(before), this.applied([...before, ...after]));
      if (bytes === null) return;
      for (const part of partsOf(bytes, position)) states.push(this.applied([...before, ...part]));
    });
    return distinct(states);
  }

  private change(change: FileChange): void {
    this.changes.push(change);
    this.seen = null;
  }

  private applied(changes: readonly FileChange[]): Buffer {
    let content = this.durable;
    for (const { bytes, position } of changes) {
      const size = bytes === null ? position : Math.max(content.length, position + bytes.length);
      const next = Buffer.alloc(size);
      content.copy(next);
      bytes?.copy(next, position);
      content = next;
    }
    return content;
  }
}

/** What may be left of one write: its beginning, to the byte, or it with holes of whole sectors. */
function* partsOf(bytes: Buffer, position: number): Generator<FileChange[]> {
  const size: FileChange[] = [{ bytes: Buffer.alloc(0), position: position + bytes.length }];
  for (const length of [1, bytes.length >> 1, bytes.length - 2, bytes.length - 1]) {
    if (length > 0) yield [{ bytes: bytes.subarray(0, length), position }];
  }
  const sectors = sectorsOf(bytes, position);
  const step = Math.max(1, Math.ceil(sectors.length / MOST_HOLES));
  for (let hole = 0; hole < sectors.length; hole += step) {
    const one = sectors[hole] as FileChange;
    yield [...sectors.slice(0, hole), ...size, ...sectors.slice(hole + 1)];
    yield [...size, one];
    yield sectors.slice(0, hole + 1);
  }
  // The length is on the disk, the bytes are not.
  yield size;
}

function sectorsOf(bytes: Buffer, position: number): FileChange[] {
  const sectors: FileChange[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + SECTOR - ((position + from) % SECTOR));
    sectors.push({ bytes: bytes.subarray(from, to), position: position + from });
    from = to;
  }
  return sectors;
}

function distinct(states: readonly Buffer[]): Buffer[] {
  return [...new Map(states.map((state) => [state.toString('latin1'), state])).values()];
}
