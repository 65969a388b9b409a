import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { originForm } from './RequestTarget.js';

/** A transport that goes on with connections of the endpoint in a protocol of its own, after the handshake of WebSocket. */
export interface HttpTakeOver {
  /** Where its clients ask for it, `/` first. */
  readonly path: string;
  /** Whether it takes the connection of this request; one that it does not is answered as if it had not asked. Absent = each. */
  takes?(request: IncomingMessage): boolean;
  /** Gets the connection, with what came after the request; from now on it is the transport's own. */
  takeOver(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The endpoint stops: the transport ends its connections, so that they do not hold up the stop. */
  stop(): void;
}

/**
 * The transports that take connections over. With the first of them Node gives every request that asks for any upgrade out of
 * its hands; those that nobody takes are put back and answered as if they had not asked: RFC 9110 7.8 lets a server ignore it,
 * and HTTP clients that would like to speak HTTP/2 ask with each first request (`Upgrade: h2c`).
 */
export class HttpTakeOvers {
  private readonly all = new Map<string, HttpTakeOver>();
  private readonly heard = new WeakSet<Server>();

  /** `mayUpgrade` says whether a request is one that a transport may get. */
  constructor(private readonly mayUpgrade: (request: IncomingMessage) => boolean) {}

  add(takeOver: HttpTakeOver): void {
    this.all.set(takeOver.path, takeOver);
  }

  /** Begins with a server, unless nobody takes anything over. */
  listen(server: Server): void {
    if (this.all.size === 0 || this.heard.has(server)) return;
    this.heard.add(server);
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const taker = this.takerOf(request);
      if (taker === undefined) putBack(server, request, socket, head);
      else taker.takeOver(request, socket, head);
    });
  }

  stop(): void {
    for (const takeOver of this.all.values()) takeOver.stop();
  }

  private takerOf(request: IncomingMessage): HttpTakeOver | undefined {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket' || !this.mayUpgrade(request)) return undefined;
    const [path = ''] = originForm(request.url ?? '').split('?', 1);
    const found = this.all.get(path);
    return found?.takes?.(request) === false ? undefined : found;
  }
}

/** Has the server read the request again, without its wish for an upgrade, and what follows it on the connection. */
function putBack(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    if (name.toLowerCase() === 'upgrade') continue;
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => option.toLowerCase() !== 'upgrade').join(', ');
}
