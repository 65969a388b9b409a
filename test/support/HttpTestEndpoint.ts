import { connect, type Socket } from 'node:net';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { Logger, LogLevel } from 'pip-services3-components-nodex';
import { HttpEndpoint } from '../../src/services/http/HttpEndpoint.js';
import type { HttpExchange } from '../../src/services/http/HttpExchange.js';

/** A line that something logged. */
export interface LoggedLine {
  level: LogLevel;
  correlationId: string;
  error: Error | null;
  message: string;
}

/** Keeps what is logged. */
export class LogKeeper extends Logger {
  readonly lines: LoggedLine[] = [];

  constructor() {
    super();
    this.setLevel(LogLevel.Trace);
  }

  protected write(level: LogLevel, correlationId: string, error: Error, message: string): void {
    this.lines.push({ level, correlationId, error, message });
  }
}

/** An endpoint of one test on a free port, with two routes: `POST /echo` answers the arguments, `GET /time` a text. */
export class HttpTestEndpoint {
  readonly log = new LogKeeper();
  readonly endpoint: HttpEndpoint;

  constructor(options: Record<string, unknown> = {}, stopTimeout?: number) {
    this.endpoint = new HttpEndpoint('test:endpoint', stopTimeout);
    this.endpoint.configure(
      ConfigParams.fromValue({ 'connection.host': '127.0.0.1', 'connection.port': 0, ...options }),
    );
    this.endpoint.setReferences(
      References.fromTuples(new Descriptor('test', 'logger', 'keeper', 'default', '1.0'), this.log),
    );
    this.post('/echo', (exchange) => exchange.readArguments((_, args) => exchange.sendJson(JSON.stringify(args))));
    this.endpoint.addRoute({ method: 'GET', path: '/time', run: (exchange) => exchange.sendJson('"now"') });
  }

  get port(): number {
    return Number(new URL(this.endpoint.address()).port);
  }

  post(path: string, run: (exchange: HttpExchange) => void | Promise<void>): void {
    this.endpoint.addRoute({ method: 'POST', path, run });
  }

  /** A route whose requests stay unanswered until the test answers them. */
  hold(path: string): HeldExchanges {
    const held = new HeldExchanges();
    this.endpoint.addRoute({ method: 'GET', path, run: (exchange) => held.add(exchange) });
    return held;
  }

  async open(): Promise<this> {
    await this.endpoint.open(null);
    return this;
  }

  close(): Promise<void> {
    return this.endpoint.close(null);
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.endpoint.address() + path, init);
  }

  /** Posts a body as JSON unless `headers` say otherwise. */
  send(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  }

  connect(): Promise<RawConnection> {
    return RawConnection.open(this.port);
  }
}

/** Requests that have come to a route and wait. */
export class HeldExchanges {
  readonly exchanges: HttpExchange[] = [];
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  add(exchange: HttpExchange): void {
    this.exchanges.push(exchange);
    for (const { count, resolve } of this.waiting) if (this.exchanges.length >= count) resolve();
  }

  /** Resolves once so many have come. */
  async come(count: number): Promise<void> {
    if (this.exchanges.length < count) await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
  }

  answerAll(): void {
    for (const exchange of this.exchanges) exchange.sendJson('"held"');
  }
}

/** A connection on which a test sends whatever bytes it likes. */
export class RawConnection {
  received = '';
  readonly closed: Promise<void>;
  private check: () => void = () => {};

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
      this.check();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        resolve();
        this.check();
      }),
    );
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new RawConnection(socket)));
      socket.once('error', reject);
    });
  }

  /** A socket that is connected already. */
  static over(socket: Socket): RawConnection {
    return new RawConnection(socket);
  }

  send(bytes: string): this {
    this.socket.write(bytes, 'latin1');
    return this;
  }

  /** The status of every answer received so far. */
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  /** The body of the last answer, parsed. */
  get lastBody(): Record<string, unknown> {
    return JSON.parse(this.received.slice(this.received.lastIndexOf('\r\n\r\n') + 4));
  }

  /** Resolves once this was received; rejects when the connection closes before. */
  until(text: string | RegExp): Promise<void> {
    const found = (): boolean => (typeof text === 'string' ? this.received.includes(text) : text.test(this.received));
    return new Promise((resolve, reject) => {
      this.check = () => {
        if (found()) resolve();
        else if (this.socket.destroyed) reject(new Error(`closed after ${JSON.stringify(this.received)}`));
      };
      this.check();
    });
  }

  /** Sends, and answers all that comes until the other side closes. */
  async exchange(bytes: string): Promise<string> {
    this.send(bytes);
    await this.closed;
    return this.received;
  }
}
