const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/** Cuts a stream of bytes into lines; holds no more than one line of the limit and what has come after it in one piece. */
export class LineCutter {
  /** The line that has begun stands at its beginning. */
  private held = NOTHING;
  private length = 0;
  private rest: Buffer = NOTHING;

  /** `limit` is the most bytes of a line, without its end. */
  constructor(private readonly limit: number) {}

  /** True while a line has begun whose end has not come. */
  get hasPart(): boolean {
    return this.length > 0;
  }

  /** How the line that has begun begins: at least `length` bytes, where so many have come. */
  beginning(length: number): Buffer {
    return this.held.subarray(0, Math.min(length, this.length));
  }

  add(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
  }

  /** The next line without its end; null until more has come; `'too long'` for one over the limit, after which there is none. */
  next(): Buffer | 'too long' | null {
    const end = this.rest.indexOf(NEWLINE);
    const part = end < 0 ? this.rest : this.rest.subarray(0, end);
    this.rest = end < 0 ? NOTHING : this.rest.subarray(end + 1);
    const isWhole = end >= 0 && this.length === 0 && part.length <= this.limit;
    if (isWhole) return part;
    this.hold(part);
    if (this.length > this.limit) return 'too long';
    return end < 0 ? null : this.taken();
  }

  /** Copies, for a chunk of a few bytes takes some hundred of them; into twice the room, so that a byte is copied a few times at most. */
  private hold(part: Buffer): void {
    const length = this.length + part.length;
    if (length > this.held.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.held.length));
      this.held.copy(larger, 0, 0, this.length);
      this.held = larger;
    }
    part.copy(this.held, this.length);
    this.length = length;
  }

  private taken(): Buffer {
    const line = this.held.subarray(0, this.length);
    this.held = NOTHING;
    this.length = 0;
    return line;
  }
}
