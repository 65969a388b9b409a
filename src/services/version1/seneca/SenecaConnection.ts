import type { Socket } from 'node:net';
import { LineCutter } from './LineCutter.js';
import { BEGINNING_LENGTH, refusalLine, type Sender, senderOf } from './SenecaEnvelope.js';

/** The most messages of a connection that are under way at the same time; further ones wait where they are. */
const MOST_AT_A_TIME = 100;
/** How long a client may take to take the answers that wait for it, in milliseconds. */
const ANSWERS_TIMEOUT = 60_000;
/** How long a client may take to end its connection, in milliseconds; what it sends meanwhile is not looked at. */
const LINGER = 1000;
const NOBODY: Sender = { id: null, origin: null };

export interface ConnectionHost {
  /** The most bytes of a line. */
  readonly messageLimit: number;
  /** How long a line may take to come, in milliseconds. */
  readonly messageTimeout: number;
  /** True while too much waits for clients to take it: then each connection has one message under way. */
  readonly isFull: boolean;

  /** So many more bytes, or fewer, wait for a client to take them. */
  waitForTaking(bytes: number): void;

  /** The line that a line is answered with; null for none. Never rejects. */
  answer(line: Buffer): Promise<string | null>;

  /** Has `due` called after so many milliseconds, in the place of what was to be called; Infinity calls it off. */
  wait(connection: SenecaConnection, milliseconds: number): void;
}

/** What a connection waits for with a deadline. */
type Wait = 'message' | 'answers' | 'end' | null;

/** A connection of a client: reads lines, writes their answers as these come, and reads no faster than its answers are taken. */
export class SenecaConnection {
  private readonly lines: LineCutter;
  private inFlight = 0;
  /** Bytes that the client has to take, as they were counted last. */
  private untaken = 0;
  private waiting: Wait = null;
  /** True once nothing more is read, whatever comes. */
  private deaf = false;
  /** True once what has come and is not begun is dropped. */
  private refused = false;
  private ended = false;

  constructor(
    private readonly socket: Socket,
    private readonly host: ConnectionHost,
  ) {
    this.lines = new LineCutter(host.messageLimit);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    socket.on('drain', () => {
      this.countUntaken();
      this.proceed();
    });
    socket.on('end', () => this.stop());
    // A client may go away at any time: `close` follows.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.countUntaken();
      this.waitFor(null);
    });
  }

  /** Reads no more; ends once what has come is answered. */
  stop(): void {
    this.deaf = true;
    this.proceed();
  }

  /** Ends at once. */
  destroy(): void {
    this.socket.destroy();
  }

  /** The time for what it waits for is over. */
  due(): void {
    if (this.waiting !== 'message') {
      this.destroy();
      return;
    }
    this.waiting = null;
    const sentence = `A message must come within ${this.host.messageTimeout} ms`;
    this.refuse(refusalLine(NOBODY, 'INVALID_DATA', { message: sentence }));
  }

  private read(chunk: Buffer): void {
    if (this.deaf) return;
    this.lines.add(chunk);
    this.proceed();
  }

  /** Does all that can be done now. */
  private proceed(): void {
    if (this.ended || this.socket.destroyed) return;
    const isBlocked = this.begin();
    if (this.ended) return;
    if (isBlocked && !this.deaf) this.socket.pause();
    else this.socket.resume();
    this.waitFor(this.waitOf(isBlocked));
    if (this.deaf && !isBlocked && this.inFlight === 0) this.end();
  }

  /** Begins the messages that have come; true where some of them have to wait. */
  private begin(): boolean {
    while (!this.isBlocked) {
      const line = this.refused ? null : this.lines.next();
      if (line === null) return false;
      // The time of the next one begins with it.
      if (this.waiting === 'message') this.waitFor(null);
      if (line === 'too long') {
        this.refuseTooLong();
        return false;
      }
      if (!isBlank(line)) this.perform(line);
    }
    return true;
  }

  private get isBlocked(): boolean {
    return this.inFlight >= (this.host.isFull ? 1 : MOST_AT_A_TIME) || this.socket.writableNeedDrain;
  }

  private perform(line: Buffer): void {
    this.inFlight++;
    this.host.answer(line).then((text) => {
      this.inFlight--;
      if (text !== null && this.socket.writable) this.socket.write(text);
      this.countUntaken();
      this.proceed();
    });
  }

  private countUntaken(): void {
    const untaken = this.socket.destroyed ? 0 : this.socket.writableLength;
    this.host.waitForTaking(untaken - this.untaken);
    this.untaken = untaken;
  }

  private refuseTooLong(): void {
    const sentence = `A message must have at most ${this.host.messageLimit} bytes`;
    const details = { limit: this.host.messageLimit };
    const sender = senderOf(this.lines.beginning(BEGINNING_LENGTH));
    this.refuse(refusalLine(sender, 'PAYLOAD_TOO_LARGE', { message: sentence, details }));
  }

  /** Says why, and ends after what is under way. */
  private refuse(line: string): void {
    this.socket.write(line);
    this.refused = true;
    this.deaf = true;
    if (this.inFlight === 0) this.end();
  }

  private end(): void {
    this.ended = true;
    this.socket.end();
    // Whoever is not done sending would get a reset and none of the answers.
    this.socket.resume();
    this.waitFor('end');
  }

  private waitOf(isBlocked: boolean): Wait {
    if (this.socket.writableNeedDrain) return 'answers';
    return this.lines.hasPart && !isBlocked && !this.deaf ? 'message' : null;
  }

  private waitFor(what: Wait): void {
    if (what === this.waiting) return;
    this.waiting = what;
    const times = { message: this.host.messageTimeout, answers: ANSWERS_TIMEOUT, end: LINGER };
    this.host.wait(this, what === null ? Number.POSITIVE_INFINITY : times[what]);
  }
}

/** Seneca's clients take lines that end with CR LF for the same. */
function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 13);
}
