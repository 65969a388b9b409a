import { IncomingMessage, type Server } from 'node:http';
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
 * The transports that take connections over. Where anybody does, Node gives every request that asks for any upgrade out of its
 * hands. Those that nobody takes are to be answered as if they had not asked: RFC 9110 7.8 lets a server ignore it, and HTTP
 * clients that would like to speak HTTP/2 ask with each first request (`Upgrade: h2c`). So requests say themselves whether
 * they are such; one that was given out of hand could not be put back without mixing up the answers of its connection.
 */
export class HttpTakeOvers {
  private readonly all = new Map<string, HttpTakeOver>();
  private readonly heard = new WeakSet<Server>();

  /** `mayUpgrade` says whether a request is one that a transport may get. */
  constructor(private readonly mayUpgrade: (request: IncomingMessage) => boolean) {}

  /** The class of the requests of a server whose connections may be taken over. */
  get requestClass(): typeof IncomingMessage {
    return requestClassOf((request) => this.takerOf(request) !== undefined);
  }

  add(takeOver: HttpTakeOver): void {
    this.all.set(takeOver.path, takeOver);
  }

  /** Begins with a server, unless nobody takes anything over. */
  listen(server: Server): void {
    if (this.all.size === 0 || this.heard.has(server)) return;
    this.heard.add(server);
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const taker = this.all.get(pathOf(request));
      if (taker === undefined) socket.destroy();
      else taker.takeOver(request, socket, head);
    });
  }

  stop(): void {
    for (const takeOver of this.all.values()) takeOver.stop();
  }

  private takerOf(request: IncomingMessage): HttpTakeOver | undefined {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket' || !this.mayUpgrade(request)) return undefined;
    const found = this.all.get(pathOf(request));
    return found?.takes?.(request) === false ? undefined : found;
  }
}

function pathOf(request: IncomingMessage): string {
  return originForm(request.url ?? '').split('?', 1)[0] ?? '';
}

/** Requests that ask Node for an upgrade only where they are taken. */
function requestClassOf(isTaken: (request: IncomingMessage) => boolean): typeof IncomingMessage {
  return class Request extends IncomingMessage {
    private asks: boolean | null = null;
    private decided: boolean | undefined;

    /** Node sets what the parser found, and once the headers are there reads what is to become of it. */
    get upgrade(): boolean | null {
      if (this.asks !== true || this.method === 'CONNECT') return this.asks;
      this.decided ??= isTaken(this);
      return this.decided;
    }

    set upgrade(asks: boolean | null) {
      this.asks = asks;
    }
  };
}
