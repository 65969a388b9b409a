import type { ChannelCredentials } from '@grpc/grpc-js';

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;
type Socket = Parameters<Connector['connect']>[0];

/**
 * The connections that a client of the library makes. It forgets those that are not made when it is closed: they would stay open,
 * one for each time that a service which hangs was called. The library tells of them here alone; where it does not, they stay.
 */
export class GrpcAttempts {
  private readonly sockets = new Set<Socket>();
  private isOver = false;

  constructor(readonly credentials: ChannelCredentials) {
    const create = credentials._createSecureConnector as ChannelCredentials['_createSecureConnector'] | undefined;
    if (create === undefined) return;
    credentials._createSecureConnector = (...given) => this.watched(create.apply(credentials, given));
  }

  /** Ends those on which nothing has come yet, and those that begin later. */
  end(): void {
    this.isOver = true;
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  private watched(connector: Connector): Connector {
    const connect = connector.connect.bind(connector);
    return Object.assign(connector, { connect: (socket: Socket) => connect(this.added(socket)) });
  }

  private added(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.isOver) socket.destroy();
    return socket;
  }
}
