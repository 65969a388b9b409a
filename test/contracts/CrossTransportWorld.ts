import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ApiStore } from '../support/ApiStores.js';
import { commandableHttpConnection } from '../support/CommandableHttpApi.js';
import { openController } from '../support/DirectApi.js';
import { FakeClock } from '../support/FakeClock.js';
import { commandableGrpcConnection, grpcConnection } from '../support/GrpcConnections.js';
import { GrpcTestServer } from '../support/GrpcTestServer.js';
import { serveRest } from '../support/RestApi.js';
import { restConnection } from '../support/RestContractApi.js';
import { callSeneca, closeSeneca, senecaClient, serveSeneca } from '../support/SenecaApi.js';
import type { ApiConnection } from '../support/ServedApi.js';
import { ApiCaller, type ControllerOptions } from './ApiUnderTest.js';

export const TRANSPORTS = ['commandable HTTP', 'REST', 'gRPC', 'commandable gRPC', 'Seneca'] as const;
export type Transport = (typeof TRANSPORTS)[number];

interface Server {
  port: number;
  close(): Promise<void>;
}

/** One controller behind all transports, with a caller of each. */
export class CrossTransportWorld {
  readonly clock = new FakeClock();
  private readonly callers = new Map<Transport, ApiCaller>();
  /** In the order of their start. */
  private readonly parts: { close(): Promise<void> }[] = [];

  private constructor(private readonly store: ApiStore) {}

  static async start(store: ApiStore, options: ControllerOptions = {}): Promise<CrossTransportWorld> {
    const world = new CrossTransportWorld(store);
    await world.open(await openController(await store.open(), options, world.clock));
    return world;
  }

  over(transport: Transport): ApiCaller {
    return this.callers.get(transport) as ApiCaller;
  }

  /** The same call over every transport, one after the other; answers what each answered. */
  async everywhere<T>(call: (caller: ApiCaller) => Promise<T>): Promise<[Transport, T][]> {
    const answers: [Transport, T][] = [];
    for (const transport of TRANSPORTS) answers.push([transport, await call(this.over(transport))]);
    return answers;
  }

  async stop(): Promise<void> {
    for (const part of this.parts.reverse()) await part.close();
    await this.store.remove();
  }

  private async open(controller: SessionsController): Promise<void> {
    this.parts.push({ close: () => controller.close(null) });
    // Commandable HTTP is served beside REST.
    const http = this.keep<Server>(await serveRest(controller));
    const grpc = this.keep<Server>(await GrpcTestServer.start(controller));
    const seneca = this.keep<Server>(await serveSeneca(controller));
    this.connect('commandable HTTP', commandableHttpConnection(http.port));
    this.connect('REST', restConnection(http.port));
    this.connect('gRPC', grpcConnection(grpc.port));
    this.connect('commandable gRPC', commandableGrpcConnection(grpc.port));
    this.connect('Seneca', await senecaConnection(seneca.port));
  }

  private keep<T extends { close(): Promise<void> }>(part: T): T {
    this.parts.push(part);
    return part;
  }

  private connect(transport: Transport, connection: ApiConnection): void {
    const { callText } = this.keep(connection);
    const api = { events: [], callText, restart: () => Promise.reject(new Error('never')), stop: connection.close };
    this.callers.set(transport, new ApiCaller(api, this.clock));
  }
}

async function senecaConnection(port: number): Promise<ApiConnection> {
  const client = await senecaClient(port);
  return {
    callText: (operation, json, correlationId) => callSeneca(client, operation, json, correlationId),
    close: () => closeSeneca(client),
  };
}
