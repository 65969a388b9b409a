import { isSessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import type { SessionEventTypeV1, SessionEventV1 } from '../../../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import type { SessionsMongoDbPersistence } from '../../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import { openController } from '../../../support/DirectApi.js';
import { FakeClock } from '../../../support/FakeClock.js';
import { openMongo } from '../MongoStores.js';

/** What a call came to: an answer, or the code of an error of the table. */
export interface Outcome<T> {
  value?: T;
  code?: string;
  /** Milliseconds from the call to its end. */
  took: number;
}

/** A node of the service in this process, on a server that may fail. */
export class FaultyNode {
  readonly events: SessionEventV1[] = [];
  /** Of the calls so far, in milliseconds. */
  longest = 0;

  private constructor(
    readonly persistence: SessionsMongoDbPersistence,
    readonly controller: SessionsController,
    readonly clock: FakeClock,
  ) {
    controller.addListener((event) => this.events.push(event));
  }

  /** The options are those of the persistence. */
  static async open(uri: string, options: Record<string, string | number>, clock = new FakeClock()) {
    const persistence = await openMongo(uri, options);
    // Each validation is a write.
    const controller = await openController(persistence, { touch_interval: 0, retention: 86_400_000 }, clock);
    return new FaultyNode(persistence, controller, clock);
  }

  /** Calls and measures. Rejects with what is no error of the table. */
  async call<T>(work: (controller: SessionsController) => Promise<T>): Promise<Outcome<T>> {
    const startedAt = performance.now();
    const ended = (): { took: number } => {
      const took = performance.now() - startedAt;
      this.longest = Math.max(this.longest, took);
      return { took };
    };
    try {
      const value = await work(this.controller);
      return { value, ...ended() };
    } catch (error) {
      const times = ended();
      if (!isSessionError(error)) throw error;
      return { code: error.code, ...times };
    }
  }

  /** How often that was published of a session. */
  published(type: SessionEventTypeV1, id: string): number {
    return this.events.filter((event) => event.type === type && event.session_id === id).length;
  }

  async close(): Promise<void> {
    await this.controller.close(null);
    await this.persistence.close(null);
  }
}
