import { connect, type Socket } from 'node:net';
import { ACK, call, END_STREAM, FRAME, FRAME_HEAD, frame, heads, opening, setStream } from './Http2Frames.js';
import type { Tally } from './Tally.js';

const GRPC_HEAD = 5;
/** The key of field 1, which in each reply is the error. */
const ERROR_FIELD = 0x0a;

/**
 * One connection with calls over and over, `streams` at a time, over a raw socket: a library's client would cost more than the
 * servers that are to be measured.
 */
export class GrpcConnection {
  /** The message of the latest good answer. */
  answer: Buffer = Buffer.alloc(0);
  private readonly socket: Socket;
  private readonly calls: Buffer[];
  private readonly sentAt = new Map<number, number>();
  private readonly answered = new Set<number>();
  private received: Buffer = Buffer.alloc(0);
  private lastStream = -1;

  constructor(
    port: number,
    private readonly path: string,
    private readonly messages: readonly Uint8Array[],
    private readonly tally: Tally,
    private readonly end: number,
  ) {
    this.calls = messages.map((message) => call(heads(path).later, message));
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
  }

  /** Resolves when the time is over and the last call is answered. */
  run(streams: number): Promise<void> {
    return new Promise((resolve) => {
      this.socket.on('connect', () => this.begin(streams));
      this.socket.on('data', (chunk: Buffer) => this.read(chunk));
      this.socket.on('error', () => this.tally.errors++);
      this.socket.on('close', () => resolve());
    });
  }

  private begin(streams: number): void {
    const first = call(heads(this.path).first, this.messages[0] as Uint8Array);
    this.socket.write(opening());
    this.socket.write(Buffer.concat([this.numbered(first), ...Array.from({ length: streams - 1 }, () => this.next())]));
  }

  private next(): Buffer {
    return this.numbered(Buffer.from(this.calls[Math.floor(Math.random() * this.calls.length)] as Buffer));
  }

  private numbered(frames: Buffer): Buffer {
    this.lastStream += 2;
    setStream(frames, this.lastStream);
    this.sentAt.set(this.lastStream, performance.now());
    return frames;
  }

  private read(chunk: Buffer): void {
    const bytes = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const replies: Buffer[] = [];
    let at = 0;
    while (at + FRAME_HEAD <= bytes.length) {
      const frameEnd = at + FRAME_HEAD + bytes.readUIntBE(at, 3);
      if (frameEnd > bytes.length) break;
      this.take(bytes.subarray(at, frameEnd), replies);
      at = frameEnd;
    }
    this.received = bytes.subarray(at);
    if (replies.length > 0) this.socket.write(Buffer.concat(replies));
    if (this.sentAt.size === 0) this.socket.destroy();
  }

  private take(bytes: Buffer, replies: Buffer[]): void {
    const [type, flags, stream] = [bytes[3], bytes[4] as number, bytes.readUInt32BE(5)];
    const payload = bytes.subarray(FRAME_HEAD);
    if (type === FRAME.DATA) this.takeMessage(stream, payload);
    else if (type === FRAME.SETTINGS && !(flags & ACK)) replies.push(frame(FRAME.SETTINGS, ACK, Buffer.alloc(0)));
    else if (type === FRAME.PING && !(flags & ACK)) replies.push(frame(FRAME.PING, ACK, payload));
    else if (type === FRAME.RST_STREAM || (type === FRAME.HEADERS && flags & END_STREAM)) this.ended(stream, replies);
    else if (type === FRAME.GOAWAY) this.socket.destroy(new Error('The server has gone away'));
  }

  private takeMessage(stream: number, payload: Buffer): void {
    if (payload.length <= GRPC_HEAD || payload[GRPC_HEAD] === ERROR_FIELD) return;
    this.answered.add(stream);
    this.answer = payload;
  }

  private ended(stream: number, replies: Buffer[]): void {
    const now = performance.now();
    if (this.answered.delete(stream)) this.tally.good++;
    else this.tally.errors++;
    this.tally.latencies.push(now - (this.sentAt.get(stream) ?? now));
    this.sentAt.delete(stream);
    if (now < this.end) replies.push(this.next());
  }
}
