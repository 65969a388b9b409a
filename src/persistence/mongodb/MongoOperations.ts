import { Gate } from './Gate.js';
import { unavailable } from './MongoFaults.js';
import type { MongoLink } from './MongoLink.js';
import { MongoOperation } from './MongoOperation.js';

/** Runs operations on the server: not too many at once, none for too long. */
export class MongoOperations {
  private readonly gate: Gate;

  constructor(private readonly link: MongoLink) {
    this.gate = new Gate(link.settings.maxPoolSize, link.settings.maxWaiting);
  }

  /**
   * Rejects with OVERLOADED at once when too many wait, and with PERSISTENCE_UNAVAILABLE when the time for an operation is
   * over, whatever it is doing; what it has sent may then be done all the same.
   */
  run<T>(correlationId: string | null, work: (operation: MongoOperation) => Promise<T>): Promise<T> {
    const operation = new MongoOperation(correlationId, this.link);
    return new Promise<T>((resolve, reject) => {
      let isInside = false;
      let giveUpWaiting = (): void => {};
      const end = (): void => {
        clearTimeout(timer);
        operation.end();
        if (isInside) this.gate.leave();
        isInside = false;
      };
      const start = (): void => {
        isInside = true;
        work(operation).then(resolve, reject).finally(end);
      };
      const timer = setTimeout(() => {
        if (isInside) this.link.suspect();
        giveUpWaiting();
        end();
        const late = new Error(`No answer within ${this.link.settings.operationTimeout} ms`);
        const reason = unavailable(correlationId, late, this.link.hide);
        operation.giveUp(reason);
        reject(reason);
      }, this.link.settings.operationTimeout);
      if (this.gate.tryEnter()) {
        start();
        return;
      }
      try {
        giveUpWaiting = this.gate.wait(correlationId, start);
      } catch (error) {
        end();
        reject(error);
      }
    });
  }
}
