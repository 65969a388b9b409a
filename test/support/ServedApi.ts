import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ApiUnderTest, ControllerOptions, RunningApi } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import { openController } from './DirectApi.js';
import type { FakeClock } from './FakeClock.js';

/** A transport that serves a controller, and a caller of it. */
export interface ApiConnection {
  callText: RunningApi['callText'];
  /** Ends both; the controller stays open. */
  close(): Promise<void>;
}

/** A controller over a store behind a transport: `connect` serves it on a free port. */
export function servedApi(
  store: () => ApiStore,
  connect: (controller: SessionsController) => Promise<ApiConnection>,
  about: Partial<ApiUnderTest> = {},
): ApiUnderTest {
  return {
    isInProcess: false,
    ...about,
    async start(options, clock) {
      const api = new ServedApi(store(), clock, connect);
      await api.open(options);
      return api;
    },
  };
}

/** A server, and a caller of its port that ends before it. */
export async function connected(
  serving: Promise<{ readonly port: number; close(): Promise<void> }>,
  connectionTo: (port: number) => ApiConnection,
): Promise<ApiConnection> {
  const server = await serving;
  const connection = connectionTo(server.port);
  return {
    callText: connection.callText,
    async close() {
      await connection.close();
      await server.close();
    },
  };
}

class ServedApi implements RunningApi {
  readonly events: SessionEventV1[] = [];
  private controller!: SessionsController;
  private connection!: ApiConnection;

  constructor(
    private readonly store: ApiStore,
    private readonly clock: FakeClock,
    private readonly connect: (controller: SessionsController) => Promise<ApiConnection>,
  ) {}

  async open(options: ControllerOptions): Promise<void> {
    this.controller = await openController(await this.store.open(), options, this.clock);
    this.controller.addListener((event) => this.events.push(event));
    this.connection = await this.connect(this.controller);
  }

  callText(operation: string, json: string, correlationId: string | null): Promise<unknown> {
    return this.connection.callText(operation, json, correlationId);
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
    await this.connection.close();
    await this.controller.close(null);
  }
}
