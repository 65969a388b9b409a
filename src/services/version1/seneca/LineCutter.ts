const NEWLINE = 10;

/** Cuts a stream of bytes into lines; holds no more than one line of the limit and what has come after it in one piece. */
export class LineCutter {
  private readonly parts: Buffer[] = [];
  private length = 0;
  private rest: Buffer = Buffer.alloc(0);

  /** `limit` is the most bytes of a line, without its end. */
  constructor(private readonly limit: number) {}

  /** True while a line has begun whose end has not come. */
  get hasPart(): boolean {
    return this.length > 0;
  }

  /** How the line that has begun begins: at least `length` bytes, where so many have come. */
  beginning(length: number): Buffer {
    return Buffer.concat(this.parts).subarray(0, length);
  }

  add(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
  }

  /** The next line without its end; null until more has come; `'too long'` for one over the limit, after which there is none. */
  next(): Buffer | 'too long' | null {
    const end = this.rest.indexOf(NEWLINE);
    const part = end < 0 ? this.rest : this.rest.subarray(0, end);
    this.rest = this.rest.subarray(end < 0 ? this.rest.length : end + 1);
    if (part.length > 0) this.parts.push(part);
    this.length += part.length;
    if (this.length > this.limit) return 'too long';
    if (end < 0) return null;
    const line = this.parts.length === 1 ? part : Buffer.concat(this.parts);
    this.parts.length = 0;
    this.length = 0;
    return line;
  }
}
