import type { Socket } from 'node:net';
import type { HttpExchange } from './HttpExchange.js';

const STATE = Symbol('connection');
type TrackedSocket = Socket & { [STATE]?: HttpConnection };

/** A client's connection: what is under way on it. It carries one request after the other, sent ahead or not. */
export class HttpConnection {
  /** Requests that have come and are not answered. */
  pending = 0;
  /** The request whose body is still coming: at most one, the last. */
  reading: HttpExchange | null = null;
  /** True once its last answer was given because of what the client sent. */
  ending = false;

  private constructor() {}

  static of(socket: Socket): HttpConnection {
    const tracked = socket as TrackedSocket;
    return tracked[STATE] ?? HttpConnection.begin(tracked);
  }

  private static begin(socket: TrackedSocket): HttpConnection {
    const connection = new HttpConnection();
    socket[STATE] = connection;
    // Neither the request nor the response reliably tells that the client has gone; its socket does.
    socket.once('close', () => connection.reading?.abandon());
    return connection;
  }
}

/**
 * The open sockets of a server. Node counts a connection that never sent a byte as busy and one in its TLS handshake not
 * at all; both would hold up a stop.
 */
export class HttpConnections {
  private readonly sockets = new Set<Socket>();

  add(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** Ends the connections on which nothing was ever sent. */
  endSilent(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  endAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
