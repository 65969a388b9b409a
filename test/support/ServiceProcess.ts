import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = join(ROOT, 'bin', 'main.js');
const START_TIMEOUT = 60_000;

export interface ServiceCommand {
  /** Arguments of bin/main.js. */
  args?: readonly string[];
  /** The whole environment beside PATH; nothing is inherited. */
  env?: Readonly<Record<string, string>>;
  /** The working folder; default: the checkout. */
  cwd?: string;
  /** Instead of node and bin/main.js. */
  command?: readonly string[];
  /** Leads a process group of its own, as what a terminal starts does. */
  leadsGroup?: boolean;
}

export interface ServiceExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The real service as a process of its own. */
export class ServiceProcess {
  /** Resolves when the process has ended and its output is complete. */
  readonly exited: Promise<ServiceExit>;
  private out = '';
  private err = '';
  private readonly child: ChildProcess;

  private constructor(start: ServiceCommand) {
    const { args = [], env = {}, cwd = ROOT, command = [process.execPath, MAIN], leadsGroup = false } = start;
    const [program = '', ...first] = command;
    this.child = spawn(program, [...first, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: leadsGroup,
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve({ code, signal, stdout: this.out, stderr: this.err }));
    });
  }

  /** Starts it and waits for its ready line; rejects with its output when it ends before. */
  static async start(command: ServiceCommand): Promise<ServiceProcess> {
    const service = new ServiceProcess(command);
    await service.untilReady();
    return service;
  }

  /** Runs it to its end. */
  static run(command: ServiceCommand): Promise<ServiceExit> {
    return new ServiceProcess(command).exited;
  }

  /** Starts it without waiting for anything. */
  static spawn(command: ServiceCommand): ServiceProcess {
    return new ServiceProcess(command);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** What it has written to standard output so far. */
  get stdout(): string {
    return this.out;
  }

  /** The line that says that it is ready, or undefined before. */
  get readyLine(): string | undefined {
    return /^.* is ready .*$/m.exec(this.out)?.[0];
  }

  /** Where it answers, from its ready line. */
  get url(): string {
    const url = /https?:\/\/\S+?:\d+/.exec(this.readyLine ?? '')?.[0] ?? '';
    return url.replace('0.0.0.0', '127.0.0.1');
  }

  /** The port of its address of this scheme, such as `grpc`, from its ready line; NaN where it has none. */
  portOf(scheme: string): number {
    return Number(new RegExp(`\\b${scheme}://\\S+?:(\\d+)`).exec(this.readyLine ?? '')?.[1]);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** As a terminal does at Ctrl-C: to every process of its group that is left. */
  killGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Stops reading what it writes: writing becomes an error to it. */
  closeOutput(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Ends it, if it has not ended, by SIGTERM and waits. */
  async stop(): Promise<ServiceExit> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.kill('SIGTERM');
    return this.exited;
  }

  /** Resolves when what it wrote to standard output has a line that fits; rejects when it ends before. */
  untilLine(pattern: RegExp, timeout = START_TIMEOUT): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => failed('did not write it in time'), timeout);
      const failed = (what: string): void => {
        clearTimeout(timer);
        this.kill('SIGKILL');
        reject(new Error(`The service ${what}: ${pattern}\n${this.out}${this.err}`));
      };
      const look = (): void => {
        if (!pattern.test(this.out)) return;
        clearTimeout(timer);
        this.child.stdout?.off('data', look);
        resolve();
      };
      this.child.stdout?.on('data', look);
      this.exited.then(({ code, signal }) => failed(`ended with ${code ?? signal}`), reject);
      look();
    });
  }

  private untilReady(): Promise<void> {
    return this.untilLine(/ is ready .*\n/);
  }
}

/** One operation over commandable HTTP: the status and, where there is a body, its JSON. */
export async function callOperation(url: string, operation: string, args: object = {}) {
  const response = await fetch(`${url}/v1/sessions/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>) };
}
