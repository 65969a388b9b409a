import type { handleUnaryCall } from '@grpc/grpc-js';
import { systemClock } from '../../toolkit/Clock.js';
import { Deadlines } from '../../toolkit/Deadlines.js';
import { processTimers } from '../../toolkit/Timers.js';
import { TurnBatch } from './TurnBatch.js';

/** The stream of a call, as far as it is looked at. */
export interface ReplyStream {
  /** Bytes that were written and that the client has not let out yet. */
  readonly writableLength: number;
  readonly closed: boolean;
  /** Its connection; absent once it is over. */
  readonly session?: { destroy(): void } | undefined;
  /** Ends it with a code of HTTP/2. */
  close(code: number): void;
  once(event: 'close', listener: () => void): unknown;
}

/** How long a client may take to take a reply, in milliseconds. */
const TIMEOUT = 60_000;
const MOST = 128 * 1024 * 1024;
/** What a stream holds beside its reply, in bytes: about. */
const STREAM_SIZE = 4096;
/** The code CANCEL of HTTP/2. */
const CANCEL = 8;

/**
 * Replies that clients do not take. By its flow control a client may ask on one connection for a thousand sessions and take none
 * of them, and it may have many connections. Nearly all replies are let out within the turn after the one that they are given
 * in; only those that are not are kept.
 */
export class UntakenReplies {
  private readonly fresh = new TurnBatch<ReplyStream>((streams) => setImmediate(() => this.keepWaiting(streams)));
  /** How many bytes each holds, about. */
  private readonly sizes = new Map<ReplyStream, number>();
  private bytes = 0;
  private readonly deadlines: Deadlines<ReplyStream>;

  /** @param most the most bytes of replies that wait for all clients together */
  constructor(
    private readonly most = MOST,
    private readonly clock = systemClock,
    timers = processTimers,
  ) {
    this.deadlines = new Deadlines((stream) => this.end(stream), clock, timers);
  }

  /** How many bytes wait, about. */
  get size(): number {
    return this.bytes;
  }

  /** Answers calls as `handler` does, and looks after its replies. */
  watching<Q, R>(handler: handleUnaryCall<Q, R>): handleUnaryCall<Q, R> {
    return (call, callback) =>
      handler(call, (error, reply) => {
        callback(error, reply);
        const { stream } = (call as { call?: { stream?: ReplyStream } }).call ?? {};
        if (stream !== undefined) this.fresh.add(stream);
      });
  }

  private keepWaiting(streams: readonly ReplyStream[]): void {
    const deadline = this.clock.now() + TIMEOUT;
    for (const stream of streams) if (isWaiting(stream)) this.keep(stream, deadline);
    while (this.bytes > this.most) this.endLargest();
  }

  private keep(stream: ReplyStream, deadline: number): void {
    const size = stream.writableLength + STREAM_SIZE;
    this.sizes.set(stream, size);
    this.bytes += size;
    this.deadlines.set(stream, deadline);
    stream.once('close', () => this.forget(stream));
  }

  private forget(stream: ReplyStream): void {
    this.bytes -= this.sizes.get(stream) ?? 0;
    this.sizes.delete(stream);
    this.deadlines.delete(stream);
  }

  private end(stream: ReplyStream): void {
    this.forget(stream);
    if (isWaiting(stream)) stream.close(CANCEL);
  }

  /** Ends the connection that most waits for: others may be slow, this one holds back what belongs to all. */
  private endLargest(): void {
    const sums = new Map<ReplyStream['session'], number>();
    for (const [{ session }, size] of this.sizes) sums.set(session, (sums.get(session) ?? 0) + size);
    const [largest] = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a));
    for (const stream of this.sizes.keys()) if (stream.session === largest) this.forget(stream);
    largest?.destroy();
  }
}

function isWaiting(stream: ReplyStream): boolean {
  return !stream.closed && stream.writableLength > 0;
}
