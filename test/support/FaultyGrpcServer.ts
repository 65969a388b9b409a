import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type status,
} from '@grpc/grpc-js';
import { fromJSON, loadSync } from '@grpc/proto-loader';
import { TEST_CERTIFICATE, TEST_KEY } from './HttpTestCertificate.js';
import { ROOT } from './ServiceProcess.js';

/** Key of the bytes that stand for a message. */
const RAW = Symbol('raw');

type Message = Record<string | symbol, unknown>;

/** One call, and whatever a test makes of it. */
export class FaultyGrpcExchange {
  constructor(
    readonly method: string,
    private readonly call: ServerUnaryCall<Message, Message>,
    private readonly callback: sendUnaryData<Message>,
    private readonly socket: () => Socket | undefined,
  ) {}

  /** The fields that were set. */
  get request(): Message {
    return this.call.request;
  }

  /** Milliseconds that the caller gives. */
  get timeout(): number {
    return Number(this.call.getDeadline()) - Date.now();
  }

  get isCancelled(): boolean {
    return this.call.cancelled;
  }

  reply(message: Message): void {
    this.callback(null, message);
  }

  fail(code: status, details: string): void {
    this.callback({ code, details });
  }

  /** Replies with these bytes as the message, whatever they are. */
  raw(bytes: Buffer): void {
    this.callback(null, { [RAW]: bytes });
  }

  /** Breaks the connection. */
  reset(): void {
    this.socket()?.resetAndDestroy();
  }
}

export type FaultyGrpcAnswer = (exchange: FaultyGrpcExchange) => void;

export interface FaultyGrpcOptions {
  port?: number;
  isSecure?: boolean;
  /** False: the service knows no health, as the older one. */
  hasHealth?: boolean;
}

const LOADING = { keepCase: true, longs: Number };
const FILES = ['sessions_v1', 'commandable'].map((name) => join(ROOT, 'protos', `${name}.proto`));

const HEALTH = {
  HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
  HealthCheckResponse: { fields: { status: { type: 'int32', id: 1 } } },
  Health: { methods: { Check: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse' } } },
};

/** The services of the protos and that of health, as they are on the wire. */
export const GRPC_SERVICES = {
  ...loadSync(FILES, LOADING),
  ...fromJSON({ nested: { grpc: { nested: { health: { nested: { v1: { nested: HEALTH } } } } } } } as never, LOADING),
};

/** A server of gRPC that answers what a test says; the service works, as its health says. */
export class FaultyGrpcServer {
  answer: FaultyGrpcAnswer = (x) => x.reply({});
  health: FaultyGrpcAnswer = (x) => x.reply({ status: 1 });
  /** Those of health are not among them. */
  readonly calls: FaultyGrpcExchange[] = [];
  readonly sockets = new Set<Socket>();
  connections = 0;
  port = 0;
  private readonly listener = createServer();
  private readonly server = new Server();
  private waiting: { isDone: () => boolean; resolve: () => void }[] = [];

  static async start({ port = 0, isSecure = false, hasHealth = true }: FaultyGrpcOptions = {}) {
    const started = new FaultyGrpcServer();
    for (const name of ['sessions_v1.Sessions', 'commandable.Commandable']) started.serve(name);
    if (hasHealth) started.serve('grpc.health.v1.Health');
    const pair = { private_key: Buffer.from(TEST_KEY), cert_chain: Buffer.from(TEST_CERTIFICATE) };
    const credentials = isSecure ? ServerCredentials.createSsl(null, [pair]) : ServerCredentials.createInsecure();
    const injector = started.server.createConnectionInjector(credentials);
    started.listener.on('connection', (socket) => {
      started.connected(socket);
      injector.injectConnection(socket);
    });
    await new Promise<void>((resolve) => started.listener.listen(port, '127.0.0.1', resolve));
    started.port = (started.listener.address() as { port: number }).port;
    return started;
  }

  /** Resolves once it is so; looks whenever something happens here. */
  async until(isDone: () => boolean): Promise<void> {
    if (isDone()) return;
    await new Promise<void>((resolve) => this.waiting.push({ isDone, resolve }));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const closed = new Promise((resolve) => this.listener.close(resolve));
    this.server.forceShutdown();
    await closed;
  }

  private serve(name: string): void {
    const service = GRPC_SERVICES[name] as ServiceDefinition;
    const methods = Object.keys(service).map((method) => [
      method,
      (call: ServerUnaryCall<Message, Message>, callback: sendUnaryData<Message>) => {
        const exchange = new FaultyGrpcExchange(method, call, callback, () => [...this.sockets].at(-1));
        call.on('cancelled', () => this.changed());
        if (method === 'Check') return this.health(exchange);
        this.calls.push(exchange);
        this.answer(exchange);
        this.changed();
      },
    ]);
    const raw = Object.entries(service).map(([method, definition]) => {
      const serialize = definition.responseSerialize;
      const responseSerialize = (message: Message) => (message[RAW] as Buffer | undefined) ?? serialize(message);
      return [method, { ...definition, responseSerialize }];
    });
    this.server.addService(Object.fromEntries(raw), Object.fromEntries(methods));
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

  private changed(): void {
    for (const { isDone, resolve } of this.waiting) if (isDone()) resolve();
  }
}

/** For each test of the suite that this is called in: a server of its own. */
export function faultyGrpcServer(options: FaultyGrpcOptions = {}): () => FaultyGrpcServer {
  let server: FaultyGrpcServer;
  beforeEach(async () => {
    server = await FaultyGrpcServer.start(options);
  });
  afterEach(() => server.stop());
  return () => server;
}
