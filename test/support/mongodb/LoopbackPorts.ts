import { createServer } from 'node:net';

// Below the ports that systems give to outgoing connections (Linux 32768, others 49152): a client that tries again and again
// to reach a port of that range while nobody listens there can be given this very port, and then connects to itself.
const FIRST = 20_000;
const LAST = 31_999;

/** A port of the loopback where nobody listens, and that no outgoing connection will be given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
