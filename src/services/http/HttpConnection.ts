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
 * The open sockets of a server. Node counts a connection that never sent a byte as busy, and one in its TLS handshake not
 * at all: both would hold up a stop. And its time-out for clients that take nothing costs two timers a request.
 */
export class HttpConnections {
  /** With each, how many bytes had been handed to it at the last look while some were waiting; -1 for none. */
  private readonly sockets = new Map<Socket, number>();

  add(socket: Socket): void {
    this.sockets.set(socket, -1);
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** Ends the connections whose clients have left an answer waiting since the last look. */
  endStuck(): void {
    for (const [socket, seen] of this.sockets) {
      const handed = socket.writableLength > 0 ? socket.bytesWritten : -1;
      if (handed >= 0 && handed === seen) socket.destroy();
      else this.sockets.set(socket, handed);
    }
  }

  /** Ends the connections on which nothing was ever sent. */
  endSilent(): void {
    for (const socket of this.sockets.keys()) if (socket.bytesRead === 0) socket.destroy();
  }

  endAll(): void {
    for (const socket of this.sockets.keys()) socket.destroy();
  }
}
