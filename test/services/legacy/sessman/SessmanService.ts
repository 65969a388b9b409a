import { request } from 'node:http';
import type { SessionEventV1 } from '../../../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import type { ISessionsPersistence } from '../../../../src/persistence/ISessionsPersistence.js';
import { SessionsSessmanHttpService } from '../../../../src/services/legacy/sessman/SessionsSessmanHttpService.js';
import type { ControllerOptions } from '../../../contracts/ApiUnderTest.js';
import type { ApiStore } from '../../../support/ApiStores.js';
import { openController } from '../../../support/DirectApi.js';
import { FakeClock } from '../../../support/FakeClock.js';
import { ServedController } from '../../../support/ServedController.js';

/** What a call answers. */
export interface SessmanReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body as it came. */
  text: string;
  /** The body as JSON. */
  body: Record<string, unknown>;
}

export interface SessmanRequest {
  method?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

export interface SessmanService {
  readonly clock: FakeClock;
  readonly controller: SessionsController;
  readonly persistence: ISessionsPersistence;
  readonly served: ServedController;
  readonly events: SessionEventV1[];
  /** Calls it; a target such as `new?userid=ann`. By POST where nothing else is said. */
  call(target: string, how?: SessmanRequest): Promise<SessmanReply>;
  /** Opens a session by a call, and answers its id. */
  open(userId: string, data?: unknown): Promise<string>;
}

export interface SessmanSetting {
  controller?: ControllerOptions;
  service?: Record<string, string | number>;
  endpoint?: Record<string, string | number>;
}

/** For each test of the suite that this is called in: the calls of sessman over a store of its own, on a clock that stands. */
export function sessmanService(stored: () => ApiStore, setting: SessmanSetting = {}): SessmanService {
  const running = {} as { -readonly [K in keyof SessmanService]: SessmanService[K] };
  let store: ApiStore;
  running.call = (target, how) => callSessman(running.served.port, `/sessman/${target}`, how);
  running.open = async (userId, data) => {
    const body = data === undefined ? '' : JSON.stringify({ data });
    return String((await running.call(`new?userid=${encodeURIComponent(userId)}`, { body })).body['session_id']);
  };
  beforeEach(async () => {
    store = stored();
    running.persistence = await store.open();
    running.clock = new FakeClock();
    running.controller = await openController(running.persistence, setting.controller ?? {}, running.clock);
    running.events = [];
    running.controller.addListener((event) => running.events.push(event));
    const service = new SessionsSessmanHttpService();
    running.served = await ServedController.start(
      running.controller,
      [[service, setting.service ?? {}]],
      setting.endpoint,
    );
  });
  afterEach(async () => {
    await running.served.close();
    await running.controller.close(null);
    await store.remove();
  });
  return running;
}

/** Unlike `fetch`, lets any method have a body, and sends an address as it is. */
export function callSessman(
  port: number,
  path: string,
  { method = 'POST', body = '', headers = {} }: SessmanRequest = {},
): Promise<SessmanReply> {
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: { ...length, ...headers } };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type'] === 'application/json' && text !== '';
        const parsed = isJson ? JSON.parse(text) : {};
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
