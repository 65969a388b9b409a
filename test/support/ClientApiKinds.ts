import { SessionsDirectClientV1, SessionsMockClientV1 } from 'service-sessions-client';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ApiUnderTest, ControllerOptions } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import { clientApi, type RunningClient } from './ClientApi.js';
import { openController } from './DirectApi.js';
import type { FakeClock } from './FakeClock.js';

/** The direct client on a controller over a store. */
export function directClientApi(store: () => ApiStore): ApiUnderTest {
  return clientApi(true, async (options, clock) => {
    const running = new DirectClientApi(store(), clock);
    await running.open(options);
    return running;
  });
}

class DirectClientApi implements RunningClient {
  readonly events: SessionEventV1[] = [];
  client!: SessionsDirectClientV1;
  private controller!: SessionsController;

  constructor(
    private readonly store: ApiStore,
    private readonly clock: FakeClock,
  ) {}

  async open(options: ControllerOptions): Promise<void> {
    this.controller = await openController(await this.store.open(), options, this.clock);
    this.controller.addListener((event) => this.events.push(event));
    this.client = new SessionsDirectClientV1({}, this.controller);
    await this.client.open(null);
  }

  async restart(options: ControllerOptions): Promise<void> {
    await this.close();
    await this.store.close();
    await this.open(options);
  }

  async stop(): Promise<void> {
    await this.close();
    await this.store.remove();
  }

  private async close(): Promise<void> {
    await this.client.close(null);
    await this.controller.close(null);
  }
}

/** The mock client, which is its own service. */
export function mockClientApi(): ApiUnderTest {
  return clientApi(false, async (options, clock) => {
    const client = new SessionsMockClientV1({ options }, { now: () => clock.now() });
    const events: SessionEventV1[] = [];
    client.addListener((event) => events.push(event));
    return {
      client,
      events,
      async restart(other) {
        await client.close(null);
        client.configure({ options: other });
        await client.open(null);
      },
      stop: () => client.close(null),
    };
  });
}
