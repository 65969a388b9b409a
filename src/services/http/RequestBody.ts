import type { IncomingMessage } from 'node:http';

/** How much is read and thrown away after a body was refused, so that the client sees the answer before the end. */
const DISCARD_LIMIT = 8 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** What becomes of a body: exactly one of the first two is called, at most once, and none when the client goes away. */
export interface BodyReader {
  bodyRead(body: Buffer): void;
  bodyTooLarge(): void;
  /** The body goes on without an end although it was refused. */
  bodyEndless(): void;
}

/** The length that the headers announce: 0 for no body, -1 where only the end of the body tells. */
export function announcedLength({ headers }: IncomingMessage): number {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  return headers['transfer-encoding'] === undefined ? 0 : -1;
}

/**
 * Reads a whole body of at most `limit` bytes. A body of announced length is complete with its last byte: waiting for
 * the event `end` as well would cost two turns of the stream.
 */
export function readBody(request: IncomingMessage, length: number, limit: number, reader: BodyReader): void {
  if (length === 0) {
    reader.bodyRead(EMPTY);
    return;
  }
  const chunks: Buffer[] = [];
  let received = 0;
  let refused = false;
  const refuse = (): void => {
    if (!refused) reader.bodyTooLarge();
    refused = true;
    chunks.length = 0;
  };
  if (length > limit) refuse();
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > limit) refuse();
    if (refused) {
      if (received > limit + DISCARD_LIMIT) reader.bodyEndless();
    } else if (received === length) {
      reader.bodyRead(chunks.length === 0 ? chunk : Buffer.concat([...chunks, chunk]));
    } else {
      chunks.push(chunk);
    }
  });
  if (length === -1) request.on('end', () => refused || reader.bodyRead(Buffer.concat(chunks)));
}
