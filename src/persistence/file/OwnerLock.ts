import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Sees to it that one process at most has a data file open: it listens on a local socket that is named after the file.
 * On Linux the name is an abstract one, which the kernel forgets with the process, however that ended: neither a file nor
 * a process id is left to be mistaken for an owner. Containers that do not share their network do not see each other's.
 */
export class OwnerLock {
  private constructor(private readonly server: Server) {}

  /** `path` without symbolic links. Rejects with a plain Error where another process has it. */
  static async take(path: string): Promise<OwnerLock> {
    const address = addressOf(path);
    const server = await listen(address).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      if (isAbstract(address) || (await isAlive(address))) {
        throw new Error(`Another process has the data file ${path} open; stop it, or give this one another path`);
      }
      // Where sockets are files, one of a process that was killed is left over.
      await unlink(address);
      return listen(address);
    });
    return new OwnerLock(server);
  }

  async release(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

function addressOf(path: string): string {
  const name = `service-sessions-${createHash('sha256').update(path).digest('hex').slice(0, 40)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

function isAbstract(address: string): boolean {
  return !address.startsWith('/');
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    // exclusive: workers of a cluster would otherwise share one socket, and each believe that it is the owner.
    server.listen({ path: address, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
