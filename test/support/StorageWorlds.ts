import { SessionsDirectClientV1, SessionsHttpClientV1, SessionsMockClientV1 } from 'service-sessions-client';
import type { SessionV1 } from '../../src/data/version1/SessionV1.js';
import type { SessionsSource } from '../../src/embedded/SessionsSource.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ControllerOptions } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import { memoryStore } from './ApiStores.js';
import { serveCommandableHttp } from './CommandableHttpApi.js';
import { openController } from './DirectApi.js';
import { FakeClock } from './FakeClock.js';

/** What a storage works on, with what others may do to its sessions. */
export interface WholeSource extends SessionsSource {
  getSessionById(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;
  closeSession(correlationId: string | null, sessionId: string): Promise<SessionV1 | null>;
  closeSessions(correlationId: string | null, filter: { user_id: string }): Promise<number>;
  closeExpiredSessions(correlationId: string | null): Promise<number>;
  getSessions(
    correlationId: string | null,
    filter: { user_id: string; active?: boolean },
    paging: null,
  ): Promise<{ data: SessionV1[] }>;
}

/** A service without sessions, and a source that leads to it. */
export interface StorageWorld {
  readonly source: WholeSource;
  readonly clock: FakeClock;
  stop(): Promise<void>;
}

/** `options` are those of the controller. */
export type StartWorld = (options?: ControllerOptions) => Promise<StorageWorld>;

/** The controller of the process. */
export function controllerWorld(store: () => ApiStore): StartWorld {
  return async (options = {}) => {
    const { controller, clock, stop } = await startController(store(), options);
    return { source: controller, clock, stop };
  };
}

/** The direct client of a controller. */
export async function directClientWorld(options: ControllerOptions = {}): Promise<StorageWorld> {
  const { controller, clock, stop } = await startController(memoryStore(), options);
  return { source: new SessionsDirectClientV1({}, controller), clock, stop };
}

/** The HTTP client of a service on a port of its own. */
export async function httpClientWorld(options: ControllerOptions = {}): Promise<StorageWorld> {
  const { controller, clock, stop } = await startController(memoryStore(), options);
  const server = await serveCommandableHttp(controller);
  const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: server.port } });
  return {
    source: client,
    clock,
    async stop() {
      await client.close(null);
      await server.close();
      await stop();
    },
  };
}

/** The client that is its own service. */
export async function mockClientWorld(options: ControllerOptions = {}): Promise<StorageWorld> {
  const clock = new FakeClock();
  const client = new SessionsMockClientV1({ options }, { now: () => clock.now() });
  return { source: client, clock, stop: () => client.close(null) };
}

async function startController(store: ApiStore, options: ControllerOptions) {
  const clock = new FakeClock();
  const controller: SessionsController = await openController(await store.open(), options, clock);
  const stop = async (): Promise<void> => {
    await controller.close(null);
    await store.remove();
  };
  return { controller, clock, stop };
}

/** A world for each test of the suite that this is called in. */
export function worldOfEachTest(start: StartWorld, options: ControllerOptions = {}): () => StorageWorld {
  let world: StorageWorld;
  beforeEach(async () => {
    world = await start(options);
  });
  afterEach(() => world.stop());
  return () => world;
}

/** What a call is refused with; throws when it is not. */
export async function refusal(call: Promise<unknown>): Promise<Error & { code?: unknown }> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('The call was to be refused');
}
