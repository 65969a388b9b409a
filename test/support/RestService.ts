import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ControllerOptions } from '../contracts/ApiUnderTest.js';
import { memoryStore } from './ApiStores.js';
import { openController } from './DirectApi.js';
import { FakeClock } from './FakeClock.js';
import { RestCaller, type RestReply, type RestServer, serveRest } from './RestApi.js';

/** What a call answered: its body parsed, null for none. */
export interface RestAnswer extends Pick<RestReply, 'status' | 'headers' | 'text'> {
  body: Record<string, unknown> | null;
}

/** For tests: REST and commandable HTTP in memory, and calls below `/v1/sessions`. */
export class RestService {
  clock!: FakeClock;
  controller!: SessionsController;
  server!: RestServer;
  private store = memoryStore();
  private caller!: RestCaller;

  constructor(
    private readonly options: ControllerOptions,
    private readonly endpointOptions: object,
  ) {}

  async start(): Promise<void> {
    this.clock = new FakeClock();
    this.store = memoryStore();
    this.controller = await openController(await this.store.open(), this.options, this.clock);
    this.server = await serveRest(this.controller, this.endpointOptions);
    this.caller = new RestCaller(this.server.port);
  }

  async stop(): Promise<void> {
    this.caller.close();
    await this.server.close();
    await this.controller.close(null);
    await this.store.remove();
  }

  /** `body` is sent as JSON, a text or bytes as they are; headers go before those that follow from it. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<RestAnswer> {
    const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const type = bytes === undefined ? {} : { 'content-type': 'application/json' };
    const target = { method, path: `/v1/sessions${path}`, headers: { ...type, ...headers } };
    const reply = await this.caller.send({ ...target, body: bytes });
    return { ...reply, body: reply.text === '' ? null : JSON.parse(reply.text) };
  }

  /** The ids on a page of the list, and its total. */
  async list(query: string): Promise<{ total: unknown; ids: string[] }> {
    const { text } = await this.call('GET', query);
    const { total, data } = JSON.parse(text) as { total: unknown; data: { id: string }[] };
    return { total, ids: data.map(({ id }) => id) };
  }

  /** Opens a session; answers its id. */
  async open(session: object = {}): Promise<string> {
    return String((await this.call('POST', '', { user_id: 'ann', ...session })).body?.['id']);
  }
}

/** One for each test of the suite that this is called in. */
export function restService(options: ControllerOptions = {}, endpointOptions: object = {}): RestService {
  const service = new RestService(options, endpointOptions);
  beforeEach(() => service.start());
  afterEach(() => service.stop());
  return service;
}
