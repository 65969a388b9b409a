import { crc32 } from 'node:zlib';
import { type OpenFile, writeFully } from './FileSystem.js';
import { LINE_TAIL, lineEnd, lineStart } from './JournalFormat.js';
import { CLOSE_LIST, type LogEntry, operationTexts } from './JournalOperations.js';

/** As much of a record as is made into bytes in one go. */
const SLICE_CHARACTERS = 1 << 17;
/** And as many operations: one that ends many sessions is short but takes its time to make. */
const SLICE_OPERATIONS = 512;
const NO_SUM = lineEnd(0);

/** Where a journal ends: what the next record goes on from. */
export interface JournalEnd {
  position: number;
  /** The number of the last record. */
  n: number;
  /** Its checksum. */
  chain: number;
}

/** The journal as it is written to. */
export class JournalFile {
  constructor(
    readonly file: OpenFile,
    /** The end of what is durable. */
    private reached: JournalEnd,
    /** True where the snapshot holds the sessions letter by letter as they are in memory. */
    private readonly isExact: boolean,
  ) {}

  get end(): JournalEnd {
    return this.reached;
  }

  /**
   * Appends one record of all these entries; durable when it resolves. After a rejection the file must not be used again:
   * what stands behind `end` is unknown, and a later sync may succeed without having kept anything.
   */
  async append(entries: readonly LogEntry[]): Promise<void> {
    const n = this.reached.n + 1;
    let { position, chain } = this.reached;
    let text = lineStart(n);
    let operations = 0;
    let separator = '';
    for (const entry of entries) {
      for (const operation of operationTexts(entry, this.isExact)) {
        text += operation === CLOSE_LIST ? operation : separator + operation;
        separator = ',';
        operations += 1;
        if (text.length < SLICE_CHARACTERS && operations < SLICE_OPERATIONS) continue;
        const slice = Buffer.from(text);
        chain = crc32(slice, chain);
        await writeFully(this.file, slice, position);
        position += slice.length;
        text = '';
        operations = 0;
      }
    }
    const rest = Buffer.from(text + LINE_TAIL + NO_SUM);
    const body = rest.length - NO_SUM.length;
    chain = crc32(rest.subarray(0, body), chain);
    rest.write(lineEnd(chain), body, 'latin1');
    await writeFully(this.file, rest, position);
    await this.file.sync();
    this.reached = { position: position + rest.length, n, chain };
  }

  /** Takes away what a failed append may have left, as far as the disk allows that, and closes the file. */
  async abandon(): Promise<void> {
    await this.file.truncate(this.reached.position).catch(() => {});
    await this.file.close().catch(() => {});
  }
}
