import {
  type HttpClientSurroundings,
  type ISessionsClientV1,
  SessionsDirectClientV1,
  SessionsHttpClientV1,
  SessionsMockClientV1,
} from 'service-sessions-client';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ApiUnderTest, ControllerOptions } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import { clientApi, type RunningClient } from './ClientApi.js';
import { serveCommandableHttp } from './CommandableHttpApi.js';
import { openController } from './DirectApi.js';
import type { FakeClock } from './FakeClock.js';
import { GrpcTestServer } from './GrpcTestServer.js';

/** A client that has been connected with a controller. */
interface Connected {
  client: ISessionsClientV1;
  /** Ends the client and what lies between it and the controller. */
  close(): Promise<void>;
}

type Connect = (controller: SessionsController, clock: FakeClock) => Promise<Connected>;

/** The direct client on a controller over a store. */
export function directClientApi(store: () => ApiStore): ApiUnderTest {
  return connectedClientApi(true, store, async (controller) => {
    const client = new SessionsDirectClientV1({}, controller);
    return { client, close: () => client.close(null) };
  });
}

/** The HTTP client, on the service on an endpoint of its own. */
export function httpClientApi(store: () => ApiStore, options: object = {}): ApiUnderTest {
  return connectedClientApi(false, store, async (controller, clock) => {
    const server = await serveCommandableHttp(controller);
    const connection = { protocol: 'http', host: '127.0.0.1', port: server.port };
    const client = new SessionsHttpClientV1(
      { connection, options },
      { clock: { now: () => clock.now(), elapsed: () => clock.now() } },
    );
    return {
      client,
      async close() {
        await client.close(null);
        await server.close();
      },
    };
  });
}

/** A client of gRPC, on both services of gRPC on an endpoint of their own. */
export function grpcClientApi(store: () => ApiStore, type: GrpcClientClass, options: object = {}): ApiUnderTest {
  return connectedClientApi(false, store, async (controller, clock) => {
    const server = await GrpcTestServer.start(controller);
    const client = new type(
      { connection: { host: '127.0.0.1', port: server.port }, options },
      { clock: { now: () => clock.now(), elapsed: () => clock.now() } },
    );
    return {
      client,
      async close() {
        await client.close(null);
        await server.close();
      },
    };
  });
}

type GrpcClientClass = new (config: object, surroundings: HttpClientSurroundings) => ISessionsClientV1;

function connectedClientApi(isInProcess: boolean, store: () => ApiStore, connect: Connect): ApiUnderTest {
  return clientApi(isInProcess, async (options, clock) => {
    const running = new ConnectedClientApi(store(), clock, connect);
    await running.open(options);
    return running;
  });
}

class ConnectedClientApi implements RunningClient {
  readonly events: SessionEventV1[] = [];
  private controller!: SessionsController;
  private connected!: Connected;

  constructor(
    private readonly store: ApiStore,
    private readonly clock: FakeClock,
    private readonly connect: Connect,
  ) {}

  get client(): ISessionsClientV1 {
    return this.connected.client;
  }

  async open(options: ControllerOptions): Promise<void> {
    this.controller = await openController(await this.store.open(), options, this.clock);
    this.controller.addListener((event) => this.events.push(event));
    this.connected = await this.connect(this.controller, this.clock);
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
    await this.connected.close();
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
