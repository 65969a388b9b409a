import { connect, type Socket } from 'socket.io-client';

export interface Logout {
  session_key: string;
  reason: string;
}

/** A front end that waits to be told when its session ends. */
export class Watcher {
  /** All that came. */
  readonly logouts: Logout[] = [];
  private arrived: () => void = () => {};
  private readonly first = new Promise<void>((resolve) => {
    this.arrived = resolve;
  });

  private constructor(private readonly socket: Socket) {
    socket.on('logout', (logout: Logout) => {
      this.logouts.push(logout);
      this.arrived();
    });
  }

  /** One that is connected, and has joined nothing. */
  static async connect(url: string): Promise<Watcher> {
    const socket = connect(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    const watcher = new Watcher(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return watcher;
  }

  /** What the server acknowledges: whether it joined. */
  async join(session_key: string, user: string): Promise<boolean> {
    const { joined } = (await this.socket.emitWithAck('session_key', { session_key, user })) as { joined: boolean };
    return joined;
  }

  /** Waits for the first logout, and until everything that the server sent by then has come. */
  async told(): Promise<Logout[]> {
    await this.first;
    await this.join('nobody', 'nobody');
    return this.logouts;
  }

  disconnect(): void {
    this.socket.disconnect();
  }
}
