import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OlderCall, OlderConnection, OlderKind, OlderOutcome } from './OlderClientProcess.js';

const PROGRAM = fileURLToPath(new URL('./OlderClientProcess.js', import.meta.url));

/** The published client of the older service, in a process of its own. One call after the other. */
export class OlderClient {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private complaints = '';

  /** `folder` is where it is installed. */
  constructor(folder: string) {
    this.child = spawn(process.execPath, [PROGRAM, folder], { stdio: 'pipe' });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints += text;
    });
    if (this.child.stdout === null) throw new Error('The older client has no output');
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** From now on calls go by a client of this kind to this port. */
  async connect(kind: OlderKind, port: number): Promise<void> {
    await this.exchange({ kind, port });
  }

  /** The answer of a method; null for absence. */
  async call<T>(method: string, ...args: unknown[]): Promise<T> {
    const outcome = await this.outcome(method, args);
    if (outcome.error !== undefined) throw new Error(`${method}: ${JSON.stringify(outcome.error)}`);
    return outcome.answer as T;
  }

  /** The error that a method ends with. */
  async refusal(method: string, ...args: unknown[]): Promise<Required<OlderOutcome>['error']> {
    const outcome = await this.outcome(method, args);
    if (outcome.error === undefined) throw new Error(`${method} answered ${JSON.stringify(outcome.answer)}`);
    return outcome.error;
  }

  /** Ends it; resolves when it has ended. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin?.end();
    await ended;
  }

  /** What became of a call of a method. */
  outcome(method: string, args: readonly unknown[]): Promise<OlderOutcome> {
    return this.exchange({ method, args: [...args] });
  }

  private async exchange(order: OlderCall | OlderConnection): Promise<OlderOutcome> {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`The older client has ended: ${this.complaints}`);
    return JSON.parse(value) as OlderOutcome;
  }
}
