import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { SessionsSocketIoService } from '../../src/services/push/SessionsSocketIoService.js';
import { SessionsCommandableHttpServiceV1 } from '../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import type { ControllerOptions } from '../contracts/ApiUnderTest.js';
import { type ApiStore, memoryStore } from './ApiStores.js';
import { openController } from './DirectApi.js';
import { FakeClock } from './FakeClock.js';
import { HttpTestEndpoint } from './HttpTestEndpoint.js';
import { ManualTimers } from './ManualTimers.js';

export interface PushOptions {
  store?: () => ApiStore;
  controller?: ControllerOptions;
  /** Of the service. */
  service?: Record<string, unknown>;
  /** Of the endpoint. */
  endpoint?: Record<string, unknown>;
}

/** What a client got: the events with their first argument, in order. */
export type Told = [event: string, message: Record<string, unknown>];

/** A client, and all it was told. */
export class PushClient {
  readonly told: Told[] = [];

  constructor(readonly socket: Socket) {
    socket.onAny((event: string, message: Record<string, unknown>) => this.told.push([event, message]));
  }

  /** Sends a message, and answers what it was acknowledged with. */
  say(message: unknown): Promise<unknown> {
    return this.socket.emitWithAck('session_key', message);
  }

  /** All it was told until now: what the server has sent before this call has come when it resolves. */
  async heard(): Promise<Told[]> {
    await this.say(null);
    // The answer to that message itself, which is none of a session.
    const last = this.told.pop();
    if (last?.[0] !== 'session_rejected') throw new Error(`Unexpected: ${JSON.stringify(last)}`);
    return this.told;
  }
}

/** For each test of the suite that this is called in: the push service, with a clock and timers that the test winds. */
export class PushWorld {
  clock!: FakeClock;
  timers!: ManualTimers;
  controller!: SessionsController;
  http!: HttpTestEndpoint;
  service!: SessionsSocketIoService;
  private store!: ApiStore;
  private readonly clients: Socket[] = [];

  static forEachTest(options: PushOptions = {}): PushWorld {
    const world = new PushWorld();
    beforeEach(() => world.open(options));
    afterEach(() => world.close());
    return world;
  }

  /** A connected client, of the service of this world unless another address is given. */
  async connect(options: Partial<ManagerOptions & SocketOptions> = {}, address?: string): Promise<PushClient> {
    const socket = this.client(options, address);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return new PushClient(socket);
  }

  /** A client that is connecting. */
  client(options: Partial<ManagerOptions & SocketOptions> = {}, address = this.http.endpoint.address()): Socket {
    const socket = io(address, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    this.clients.push(socket);
    return socket;
  }

  /** A second controller over the same store, whose events this service does not hear. */
  async anotherController(): Promise<SessionsController> {
    return openController(await this.store.open(), {}, this.clock);
  }

  /** Moves the clock, and lets what is due by then be done. */
  async advance(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds);
    for (let turn = 0; turn < 3; turn++) {
      this.timers.run();
      // The store may have to read.
      for (let ticks = 0; ticks < 10; ticks++) await new Promise(setImmediate);
    }
  }

  /** Resolves once so many clients are connected and so many sessions joined: the server learns of ends a moment later. */
  async until(clients: number, sessions: number): Promise<void> {
    while (this.service.counts.clients !== clients || this.service.counts.sessions !== sessions) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  private async open({ store = memoryStore, controller = {}, service = {}, endpoint = {} }: PushOptions) {
    [this.clock, this.timers, this.store] = [new FakeClock(), new ManualTimers(), store()];
    this.controller = await openController(await this.store.open(), controller, this.clock);
    this.http = new HttpTestEndpoint(endpoint);
    this.service = new SessionsSocketIoService(this.clock, this.timers);
    this.service.configure(ConfigParams.fromValue(service));
    const references = References.fromTuples(
      new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
      this.controller,
      new Descriptor('pip-services', 'endpoint', 'http', 'default', '1.0'),
      this.http.endpoint,
      new Descriptor('test', 'logger', 'keeper', 'default', '1.0'),
      this.http.log,
    );
    const commandable = new SessionsCommandableHttpServiceV1();
    commandable.configure(new ConfigParams());
    for (const one of [commandable, this.service]) one.setReferences(references);
    await commandable.open(null);
    await this.service.open(null);
    await this.http.open();
  }

  private async close(): Promise<void> {
    for (const client of this.clients.splice(0)) client.disconnect();
    await this.http.close();
    await this.service.close(null);
    await this.controller.close(null);
    await this.store.remove();
  }
}
