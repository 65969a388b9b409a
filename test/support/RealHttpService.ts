import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ControllerOptions } from '../contracts/ApiUnderTest.js';
import { memoryStore } from './ApiStores.js';
import { type CommandableHttpServer, serveCommandableHttp } from './CommandableHttpApi.js';
import { openController } from './DirectApi.js';
import { FakeClock } from './FakeClock.js';

export interface RealHttpService {
  readonly port: number;
  readonly clock: FakeClock;
}

/** For each test of the suite that this is called in: the real service in memory, over commandable HTTP on a free port. */
export function realHttpService(options: ControllerOptions = {}): RealHttpService {
  let clock: FakeClock;
  let controller: SessionsController;
  let server: CommandableHttpServer;
  const store = memoryStore();
  beforeEach(async () => {
    clock = new FakeClock();
    controller = await openController(await store.open(), options, clock);
    server = await serveCommandableHttp(controller);
  });
  afterEach(async () => {
    await server.close();
    await controller.close(null);
    await store.remove();
  });
  return {
    get port() {
      return server.port;
    },
    get clock() {
      return clock;
    },
  };
}
