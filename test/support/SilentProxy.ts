import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Carries bytes to a port, or keeps them to itself; ends no connection. */
export class SilentProxy {
  port = 0;
  isSilent = false;
  private readonly sockets: Socket[] = [];
  private readonly listener = createServer();

  static async start(target: number): Promise<SilentProxy> {
    const proxy = new SilentProxy();
    proxy.listener.on('connection', (socket) => {
      const other = connect(target, '127.0.0.1');
      proxy.sockets.push(socket, other);
      for (const [from, to] of [
        [socket, other],
        [other, socket],
      ] as const) {
        from.on('data', (bytes: Buffer) => proxy.isSilent || to.write(bytes));
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    await new Promise<void>((resolve) => proxy.listener.listen(0, '127.0.0.1', resolve));
    proxy.port = (proxy.listener.address() as AddressInfo).port;
    return proxy;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
  }
}
