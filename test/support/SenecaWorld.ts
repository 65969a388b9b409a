import type { SessionOperation } from '../../src/logic/SessionOperations.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { SessionsSenecaServiceV1 } from '../../src/services/version1/SessionsSenecaServiceV1.js';
import { memoryStore } from './ApiStores.js';
import { openController } from './DirectApi.js';
import { FakeClock } from './FakeClock.js';
import { ManualTimers } from './ManualTimers.js';
import { type SenecaServer, serveSeneca } from './SenecaApi.js';
import { SenecaLines } from './SenecaLines.js';

/** A controller that answers when a test says so. */
export class HeldController {
  /** What was asked for and is not answered. */
  readonly held: { operation: string; args: unknown; answer: (value: never) => void; fail: (error: Error) => void }[] =
    [];

  perform(operation: SessionOperation, _correlationId: string | null, args: unknown): Promise<never> {
    return new Promise((answer, fail) => {
      this.held.push({ operation: operation.name, args, answer, fail });
    });
  }
}

/** The service of a test, its clients, and its time. */
export interface SenecaWorld extends SenecaServer {
  clock: FakeClock;
  timers: ManualTimers;
  lines(): Promise<SenecaLines>;
}

/** For each test of the suite that this is called in: services, none of which outlives the test. */
export function senecaWorlds() {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const serve = async (
    controller: Pick<SessionsController, 'perform'>,
    options: Record<string, unknown> = {},
  ): Promise<SenecaWorld> => {
    const [clock, timers] = [new FakeClock(), new ManualTimers()];
    const server = await serveSeneca(controller, options, new SessionsSenecaServiceV1(clock, timers));
    ends.push(() => server.close());
    const lines = async () => {
      const connection = await SenecaLines.connect(server.port);
      ends.push(() => connection.close());
      return connection;
    };
    return { ...server, clock, timers, lines };
  };
  return {
    serve,
    /** One with a controller over an empty store in memory. */
    async serveSessions(options: Record<string, unknown> = {}) {
      const controller = await openController(await memoryStore().open(), {}, new FakeClock());
      ends.push(() => controller.close(null));
      return { controller, ...(await serve(controller, options)) };
    },
    /** Is ended with the test, the latest first. */
    atEnd: (end: () => unknown) => ends.push(end),
  };
}
