import type { Server } from 'node:net';

/** Where to listen. */
export interface ListenOptions {
  'connection.host': string;
  'connection.port': number;
}

/** Resolves with the port once the server listens; rejects with one sentence where it cannot. */
export function listen(server: Server, component: string, options: ListenOptions): Promise<number> {
  const { 'connection.host': host, 'connection.port': port } = options;
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const where = `${component}: cannot listen on ${host}:${port}`;
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use by another program' : cause.code;
      reject(new Error(`${where}: ${why}`, { cause }));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
