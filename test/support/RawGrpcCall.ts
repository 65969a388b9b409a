import { connect, type OutgoingHttpHeaders } from 'node:http2';

/** How a raw call ended. */
export interface RawEnd {
  /** Of HTTP; undefined where the stream was reset. */
  httpStatus: number | undefined;
  /** Of gRPC. */
  status: number | undefined;
  message: string;
  /** The messages of the reply with their prefixes. */
  body: Buffer;
  /** Why the stream ended. */
  resetCode: number | undefined;
}

/** A message with its prefix: flag and length. */
export function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag, 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Sends these bytes as a call, on a connection of its own; `reset` cuts the stream instead of ending it. */
export function rawCall(
  port: number,
  path: string,
  bytes: Uint8Array,
  headers: OutgoingHttpHeaders = {},
  reset?: number,
): Promise<RawEnd> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on('error', reject);
    const fixed = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ...fixed, ...headers });
    const seen: Record<string, unknown> = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received) => Object.assign(seen, received));
    stream.on('trailers', (received) => Object.assign(seen, received));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => {});
    stream.on('close', () => {
      session.destroy();
      const status = seen['grpc-status'];
      resolve({
        httpStatus: seen[':status'] as number | undefined,
        status: status === undefined ? undefined : Number(status),
        message: String(seen['grpc-message'] ?? '').replaceAll('%20', ' '),
        body: Buffer.concat(chunks),
        resetCode: stream.rstCode,
      });
    });
    stream.write(bytes);
    if (reset === undefined) stream.end();
    else session.ping(() => stream.close(reset));
  });
}
