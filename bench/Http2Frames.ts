/** The types of frames that a caller meets (RFC 9113 section 6). */
export const FRAME = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, PING: 6, GOAWAY: 7, WINDOW_UPDATE: 8 } as const;

/** Of DATA and HEADERS; of SETTINGS and PING the same bit says that it is an answer. */
export const END_STREAM = 1;
export const ACK = 1;
const END_HEADERS = 4;

export const FRAME_HEAD = 9;
const LARGEST_WINDOW = 2 ** 31 - 1;
const FIRST_WINDOW = 65_535;
const INITIAL_WINDOW_SIZE = 4;

export function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, payload]);
}

/** How a caller begins: with windows so large that no round of load fills them. */
export function opening(): Buffer {
  const window = Buffer.alloc(6);
  window.writeUInt16BE(INITIAL_WINDOW_SIZE, 0);
  window.writeUInt32BE(LARGEST_WINDOW, 2);
  const more = Buffer.alloc(4);
  more.writeUInt32BE(LARGEST_WINDOW - FIRST_WINDOW);
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
  return Buffer.concat([preface, frame(FRAME.SETTINGS, 0, window), frame(FRAME.WINDOW_UPDATE, 0, more)]);
}

/** The heads of calls of a path on one connection: the first teaches the server what the later ones only point at (RFC 7541). */
export function heads(path: string): { first: Buffer; later: Buffer } {
  const fields: [name: string, value: string][] = [
    [':path', path],
    [':authority', '127.0.0.1'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ['user-agent', 'grpc-bench'],
    ['grpc-accept-encoding', 'identity,deflate,gzip'],
  ];
  const [POST, HTTP, FIRST_OF_TABLE] = [0x83, 0x86, 0x80 + 62];
  const literals = fields.map(([name, value]) => Buffer.concat([Buffer.of(0x40), text(name), text(value)]));
  const pointers = fields.map((_, index) => FIRST_OF_TABLE + fields.length - 1 - index);
  return {
    first: frame(FRAME.HEADERS, END_HEADERS, Buffer.concat([Buffer.of(POST, HTTP), ...literals])),
    later: frame(FRAME.HEADERS, END_HEADERS, Buffer.of(POST, HTTP, ...pointers)),
  };
}

/** A whole call: its head, and its message as gRPC frames it. The number of its stream is put in with `setStream`. */
export function call(head: Buffer, message: Uint8Array): Buffer {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, frame(FRAME.DATA, END_STREAM, Buffer.concat([length, message]))]);
}

/** Numbers the frames of a call. */
export function setStream(frames: Buffer, stream: number): void {
  for (let at = 0; at < frames.length; at += FRAME_HEAD + frames.readUIntBE(at, 3))
    frames.writeUInt32BE(stream, at + 5);
}

/** Of less than 127 bytes, as it is. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'latin1')]);
}
