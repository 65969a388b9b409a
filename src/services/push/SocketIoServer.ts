import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Server as Engine } from 'engine.io';
import type { Server } from 'socket.io';

/** The largest message of a client in bytes: it has nothing to send but keys. */
const LARGEST_MESSAGE = 16_384;
/** How long a client may take to end its connection when the service stops, in milliseconds. */
const LINGER = 200;
/** The parameters of the protocol. Others would choose another form of it, JSONP, that pages of any origin can read. */
const PARAMETERS = ['EIO', 'transport', 'sid', 't'];

/** The client as the package has it, for pages: name -> type. The others of the package speak another protocol. */
export const CLIENT_SCRIPTS: Record<string, string> = {
  'socket.io.js': 'text/javascript; charset=utf-8',
  'socket.io.min.js': 'text/javascript; charset=utf-8',
  'socket.io.esm.min.js': 'text/javascript; charset=utf-8',
  'socket.io.js.map': 'application/json; charset=utf-8',
  'socket.io.min.js.map': 'application/json; charset=utf-8',
  'socket.io.esm.min.js.map': 'application/json; charset=utf-8',
};

/** Reads one of them. */
export function clientScript(name: string): Promise<Buffer> {
  return readFile(new URL(`client-dist/${name}`, import.meta.resolve('socket.io/package.json')));
}

/** Socket.io without a server of its own: it gets its requests and connections handed. The one place that loads it. */
export class SocketIoServer {
  /** The WebSocket connections. */
  private readonly connections = new Set<Duplex>();

  private constructor(
    readonly io: Server,
    private readonly engine: Engine,
  ) {}

  static async load(): Promise<SocketIoServer> {
    const [socketIo, engineIo] = await Promise.all([import('socket.io'), import('engine.io')]);
    const engine = new engineIo.Server({ maxHttpBufferSize: LARGEST_MESSAGE, httpCompression: false });
    return new SocketIoServer(new socketIo.Server().bind(engine as never), engine);
  }

  /** How many clients are connected, those on their way from one transport to the other once. */
  get clients(): number {
    return this.engine.clientsCount;
  }

  /** Answers a request of a client that polls. */
  poll(request: IncomingMessage, response: ServerResponse): void {
    this.engine.handleRequest(withParameters(request), response as never);
  }

  /** Goes on with a connection whose client asked for WebSocket. */
  takeOver(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.connections.add(socket);
    socket.once('close', () => this.connections.delete(socket));
    // A client may be gone before anybody else listens.
    socket.on('error', () => socket.destroy());
    this.engine.handleUpgrade(withParameters(request), socket, head);
  }

  /** Ends the connections of all clients; they take it for an outage and connect again, to whatever is there by then. */
  async close(): Promise<void> {
    await this.io.close();
    for (const socket of this.connections) socket.end();
    setTimeout(() => this.destroyAll(), LINGER).unref();
  }

  private destroyAll(): void {
    for (const socket of this.connections) socket.destroy();
  }
}

/** Whether a request begins a connection, and does not go on with one. */
export function isHandshake(request: IncomingMessage): boolean {
  return !new URLSearchParams(queryOf(request)).get('sid');
}

/** The engine takes these for granted where they are there; by itself it would take all, and fail on some addresses. */
function withParameters(request: IncomingMessage): never {
  const given = new URLSearchParams(queryOf(request));
  const known: Record<string, string> = {};
  for (const name of PARAMETERS) if (given.has(name)) known[name] = given.get(name) as string;
  return Object.assign(request, { _query: known }) as never;
}

function queryOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}
