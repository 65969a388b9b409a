import type { ISessionsController } from '../../src/logic/ISessionsController.js';
import type { SessionAnswer } from '../../src/logic/SessionAnswer.js';
import type { SessionOperation } from '../../src/logic/SessionOperations.js';

/** A controller whose operations stay under way until the test ends them. */
export class HeldController {
  /** The names of those that were begun. */
  readonly begun: string[] = [];
  private readonly ends: ((answer: SessionAnswer) => void)[] = [];
  private waiting: (() => void)[] = [];

  perform(operation: SessionOperation): Promise<SessionAnswer> {
    this.begun.push(operation.name);
    const running = new Promise<SessionAnswer>((resolve) => this.ends.push(resolve));
    for (const wake of this.waiting.splice(0)) wake();
    return running;
  }

  /** Resolves once so many were begun. */
  async come(count: number): Promise<void> {
    while (this.begun.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Ends all that are under way: there is no such session. */
  endAll(): void {
    for (const end of this.ends.splice(0)) end(null);
  }

  /** For services, which call nothing else. */
  get served(): ISessionsController {
    return this as unknown as ISessionsController;
  }
}
