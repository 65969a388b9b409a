import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TEST_CERTIFICATE, TEST_KEY } from './HttpTestCertificate.js';

/** One request, and whatever a test makes of it. */
export class FaultyExchange {
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    readonly body: string,
  ) {}

  get method(): string {
    return this.request.method ?? '';
  }

  get path(): string {
    return this.request.url ?? '';
  }

  get headers(): IncomingMessage['headers'] {
    return this.request.headers;
  }

  /** The arguments that came. */
  get args(): Record<string, unknown> {
    return JSON.parse(this.body);
  }

  /** Answers as a service does. */
  answer(status: number, body: string | Buffer, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  }

  json(value: unknown, status = 200, headers: Record<string, string> = {}): void {
    this.answer(status, JSON.stringify(value), headers);
  }

  /** Writes these bytes on the connection, whatever they are. */
  raw(bytes: string | Buffer): this {
    this.request.socket.write(bytes, 'latin1');
    return this;
  }

  /** Ends the connection in an orderly way. */
  end(): void {
    this.request.socket.end();
  }

  /** Breaks the connection. */
  reset(): void {
    this.request.socket.resetAndDestroy();
  }
}

export type FaultyAnswer = (exchange: FaultyExchange) => void;

/** A server that answers what a test says. */
export class FaultyHttpServer {
  /** What it answers: `{}` unless a test says otherwise. */
  answer: FaultyAnswer = (exchange) => exchange.json({});
  readonly requests: FaultyExchange[] = [];
  /** How many connections have been made. */
  connections = 0;
  /** Those that stand. */
  readonly sockets = new Set<Socket>();
  private readonly waiting: { isDone: () => boolean; resolve: () => void }[] = [];

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => this.connected(socket));
  }

  static async start({ isHttps = false, port = 0 } = {}): Promise<FaultyHttpServer> {
    const listener: RequestListener = (request, response) => faulty.requested(request, response);
    const server = isHttps
      ? createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, listener)
      : createServer(listener);
    const faulty = new FaultyHttpServer(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return faulty;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves once it is so, which is looked at whenever a request or a connection comes or goes. */
  async until(isDone: () => boolean): Promise<void> {
    if (!isDone()) await new Promise<void>((resolve) => this.waiting.push({ isDone, resolve }));
  }

  /** Ends it with all its connections. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connected(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.changed();
    });
    this.changed();
  }

  private requested(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const exchange = new FaultyExchange(request, response, Buffer.concat(chunks).toString());
      this.requests.push(exchange);
      this.answer(exchange);
      this.changed();
    });
  }

  private changed(): void {
    for (const { isDone, resolve } of this.waiting) if (isDone()) resolve();
  }
}

/** For each test of the suite that this is called in: a server of its own. */
export function faultyHttpServer(options: { isHttps?: boolean } = {}): () => FaultyHttpServer {
  let server: FaultyHttpServer;
  beforeEach(async () => {
    server = await FaultyHttpServer.start(options);
  });
  afterEach(() => server.stop());
  return () => server;
}
