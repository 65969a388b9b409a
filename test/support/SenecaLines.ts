import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A line of the service. */
export interface SenecaReplyLine {
  id: string | null;
  kind: string;
  origin: string | null;
  res?: Record<string, unknown> | null;
  error?: Record<string, unknown> & { code: string; status: number; message: string };
}

/** A tcp connection to the service that writes whatever a test wants, and reads lines. */
export class SenecaLines {
  readonly replies: SenecaReplyLine[] = [];
  /** All that has come. */
  text = '';
  private waiting: (() => void)[] = [];

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.read(text));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.wake());
  }

  static async connect(port: number): Promise<SenecaLines> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new SenecaLines(socket);
  }

  write(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Sends a message in the envelope of Seneca. */
  send(message: unknown, envelope: object = {}): void {
    const line = { id: 'm/t', kind: 'act', origin: 'o/1/2', time: {}, act: message, sync: true, ...envelope };
    this.write(`${JSON.stringify(line)}\n`);
  }

  /** Sends one and answers the next reply. */
  async ask(message: unknown, envelope: object = {}): Promise<SenecaReplyLine> {
    const count = this.replies.length;
    this.send(message, envelope);
    await this.until(count + 1);
    return this.replies[count] as SenecaReplyLine;
  }

  /** Resolves when so many replies have come; rejects when the connection ends before. */
  async until(count: number): Promise<void> {
    while (this.replies.length < count) {
      if (this.socket.closed) throw new Error(`The connection ended after ${this.replies.length} of ${count} replies`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Resolves when the service has ended the connection. */
  async ended(): Promise<void> {
    this.socket.once('end', () => this.socket.end());
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  close(): void {
    this.socket.destroy();
  }

  private read(text: string): void {
    this.text += text;
    const lines = this.text.split('\n');
    for (const line of lines.slice(this.replies.length, -1)) this.replies.push(JSON.parse(line));
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

/** A message of the pattern. */
export const message = (cmd: string, args: object = {}): object => ({ role: 'sessions', version: 1, cmd, ...args });
