import type { handleUnaryCall } from '@grpc/grpc-js';

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

export interface UntakenOptions {
  /** How long a client may take to take a reply, in milliseconds. */
  readonly timeout?: number;
  /** The most bytes of replies that wait for all clients together. */
  readonly most?: number;
}

interface Untaken {
  readonly size: number;
  /** In milliseconds of `performance.now`. */
  readonly since: number;
}

const TIMEOUT = 60_000;
const MOST = 128 * 1024 * 1024;
/** How often it looks for replies that have waited too long, in milliseconds. */
const CHECK_INTERVAL = 1000;
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
  private readonly timeout: number;
  private readonly most: number;
  /** Given in this turn; null for none. */
  private fresh: ReplyStream[] | null = null;
  /** The longest waiting first. */
  private readonly waiting = new Map<ReplyStream, Untaken>();
  private bytes = 0;
  private check: NodeJS.Timeout | undefined;

  constructor({ timeout = TIMEOUT, most = MOST }: UntakenOptions = {}) {
    this.timeout = timeout;
    this.most = most;
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
        if (stream !== undefined) this.add(stream);
      });
  }

  /** A reply was written to this stream. */
  add(stream: ReplyStream): void {
    if (this.fresh === null) {
      this.fresh = [];
      setImmediate(() => setImmediate(() => this.endTurn()));
    }
    this.fresh.push(stream);
  }

  start(): void {
    this.check = setInterval(() => this.endOverdue(), Math.min(CHECK_INTERVAL, this.timeout)).unref();
  }

  stop(): void {
    clearInterval(this.check);
  }

  private endTurn(): void {
    const since = performance.now();
    for (const stream of this.fresh ?? []) if (isWaiting(stream)) this.keep(stream, since);
    this.fresh = null;
    while (this.bytes > this.most) this.endLargest();
  }

  private keep(stream: ReplyStream, since: number): void {
    const size = stream.writableLength + STREAM_SIZE;
    this.waiting.set(stream, { size, since });
    this.bytes += size;
    stream.once('close', () => this.forget(stream));
  }

  private forget(stream: ReplyStream): void {
    this.bytes -= this.waiting.get(stream)?.size ?? 0;
    this.waiting.delete(stream);
  }

  private endOverdue(): void {
    const latest = performance.now() - this.timeout;
    for (const [stream, { since }] of this.waiting) {
      if (since > latest) return;
      this.forget(stream);
      if (isWaiting(stream)) stream.close(CANCEL);
    }
  }

  /** Ends the connection that most waits for: others may be slow, this one holds back what belongs to all. */
  private endLargest(): void {
    const sizes = new Map<ReplyStream['session'], number>();
    for (const [{ session }, { size }] of this.waiting) sizes.set(session, (sizes.get(session) ?? 0) + size);
    const [largest] = [...sizes].reduce((a, b) => (b[1] > a[1] ? b : a));
    for (const stream of this.waiting.keys()) if (stream.session === largest) this.forget(stream);
    largest?.destroy();
  }
}

function isWaiting(stream: ReplyStream): boolean {
  return !stream.closed && stream.writableLength > 0;
}
