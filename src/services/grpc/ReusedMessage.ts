/** A message that calls are replied with again and again: its bytes are made once, and then are all that is kept of it. */
export class ReusedMessage {
  private content: object | Buffer;

  constructor(message: object) {
    this.content = message;
  }

  /** Its bytes, which `write` makes. */
  written(write: (message: object) => Buffer): Buffer {
    const { content } = this;
    if (Buffer.isBuffer(content)) return content;
    const bytes = write(content);
    this.content = bytes;
    return bytes;
  }
}

/** Writes messages as `write` does. */
export function writingOnce(write: (message: object) => Buffer): (message: object) => Buffer {
  return (message) => (message instanceof ReusedMessage ? message.written(write) : write(message));
}
