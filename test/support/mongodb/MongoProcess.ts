import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A command that speaks MongoDB's protocol. */
export interface MongoCommand {
  kind: 'mongod' | 'ferretdb';
  /** Its path. */
  command: string;
}

const START_TIMEOUT = 60_000;
const READY = /waiting for connections/i;
const LONGEST_OUTPUT = 20_000;

const ARGUMENTS: Record<MongoCommand['kind'], (port: number, folder: string) => string[]> = {
  mongod: (port, folder) => ['--bind_ip', '127.0.0.1', '--port', `${port}`, '--dbpath', folder, '--nounixsocket'],
  ferretdb: (port, folder) => ['-listen', `127.0.0.1:${port}`, '-dir', folder],
};

/** One life of a server: from its start to its end. It never outlives this process. */
export class MongoProcess {
  private readonly exited: Promise<void>;
  private output = '';

  private constructor(private readonly child: ChildProcess) {
    this.exited = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', (error) => {
        this.output += error.message;
        resolve();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-LONGEST_OUTPUT);
      });
    }
    const endWithThis = (): void => this.signal('SIGKILL');
    // Before its folder is removed.
    process.prependOnceListener('exit', endWithThis);
    void this.exited.then(() => process.off('exit', endWithThis));
  }

  /** Resolves when it accepts connections; rejects with what it wrote when it ends before. The folder is made when missing. */
  static async start({ kind, command }: MongoCommand, port: number, folder: string): Promise<MongoProcess> {
    mkdirSync(folder, { recursive: true });
    // Its standard input stays open as long as this process lives: FerretDB ends with it.
    const server = new MongoProcess(spawn(command, ARGUMENTS[kind](port, folder), { stdio: 'pipe' }));
    await server.untilReady(kind);
    return server;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Stops it as Ctrl-Z does; resolves when none of its threads runs any more. */
  async pause(): Promise<void> {
    this.signal('SIGSTOP');
    while (!this.isStopped()) await sleep(1);
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.signal(signal);
    await this.exited;
  }

  /** Each thread stops when it next could run; systems without /proc do not tell. */
  private isStopped(): boolean {
    const threads = `/proc/${this.child.pid}/task`;
    if (!existsSync(threads)) return true;
    return readdirSync(threads).every((id) => /^State:\s+[TZX]/m.test(readFileSync(`${threads}/${id}/status`, 'utf8')));
  }

  private async untilReady(kind: string): Promise<void> {
    const ready = new Promise<boolean>((resolve) => {
      const look = (): void => {
        if (!READY.test(this.output)) return;
        this.child.stdout?.off('data', look);
        resolve(true);
      };
      this.child.stdout?.on('data', look);
      const timer = setTimeout(() => resolve(false), START_TIMEOUT);
      void this.exited.then(() => resolve(false)).finally(() => clearTimeout(timer));
    });
    if (await ready) return;
    await this.end('SIGKILL');
    throw new Error(`${kind} did not start: ${this.output.trim()}`);
  }
}
