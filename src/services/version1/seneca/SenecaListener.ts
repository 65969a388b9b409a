import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../toolkit/Clock.js';
import { Deadlines } from '../../../toolkit/Deadlines.js';
import type { Timers } from '../../../toolkit/Timers.js';
import { type ListenOptions, listen } from '../../endpoint/Listening.js';
import { type ConnectionHost, SenecaConnection } from './SenecaConnection.js';

/** How often the operating system asks after a client that says nothing, in milliseconds. */
const KEEP_ALIVE = 60_000;
/** The most bytes of answers that wait for clients to take them before messages are begun one at a time. */
const MOST_UNTAKEN = 64 * 1024 * 1024;

export interface ListenerOptions extends Pick<ConnectionHost, 'messageLimit' | 'messageTimeout' | 'answer'> {
  /** Instead of 64 MiB: bytes of answers that may wait for clients. */
  readonly mostUntaken?: number;
  /** The most connections at the same time; one more is closed. */
  readonly maxConnections: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Listens for Seneca clients over tcp. */
export class SenecaListener implements ConnectionHost {
  readonly messageLimit: number;
  readonly messageTimeout: number;
  private readonly server: Server;
  private readonly connections = new Set<SenecaConnection>();
  private readonly deadlines: Deadlines<SenecaConnection>;
  private untaken = 0;

  constructor(private readonly options: ListenerOptions) {
    this.messageLimit = options.messageLimit;
    this.messageTimeout = options.messageTimeout;
    this.deadlines = new Deadlines((connection) => connection.due(), options.clock, options.timers);
    const settings = { allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE };
    this.server = createServer(settings, (socket) => this.accept(socket));
    this.server.maxConnections = options.maxConnections;
  }

  /** How many connections are open. */
  get size(): number {
    return this.connections.size;
  }

  get isFull(): boolean {
    return this.untaken > (this.options.mostUntaken ?? MOST_UNTAKEN);
  }

  waitForTaking(bytes: number): void {
    this.untaken += bytes;
  }

  /** Resolves with the port once it listens; rejects with one sentence where it cannot. */
  listen(component: string, options: ListenOptions): Promise<number> {
    return listen(this.server, component, options);
  }

  /** Takes no more connections and messages; what is not answered and ended after `timeout` milliseconds is cut. */
  async close(timeout: number): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const connection of this.connections) connection.stop();
    const overdue = setTimeout(() => this.destroyAll(), timeout);
    await closed;
    clearTimeout(overdue);
    this.deadlines.clear();
  }

  answer(line: Buffer): Promise<string | null> {
    return this.options.answer(line);
  }

  wait(connection: SenecaConnection, milliseconds: number): void {
    this.deadlines.set(connection, this.options.clock.now() + milliseconds);
  }

  private accept(socket: Socket): void {
    const connection = new SenecaConnection(socket, this);
    this.connections.add(connection);
    socket.once('close', () => {
      this.connections.delete(connection);
      this.deadlines.delete(connection);
    });
  }

  private destroyAll(): void {
    for (const connection of this.connections) connection.destroy();
  }
}
