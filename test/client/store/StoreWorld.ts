import type { SessionData } from 'express-session';
import {
  type ClientClock,
  type ISessionsClientV1,
  SessionsHttpClientV1,
  type SessionV1,
} from 'service-sessions-client';
import { SessionsStore, type SessionsStoreOptions } from 'service-sessions-client/express-session';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import type { ControllerOptions } from '../../contracts/ApiUnderTest.js';
import { memoryStore } from '../../support/ApiStores.js';
import { type CommandableHttpServer, serveCommandableHttp } from '../../support/CommandableHttpApi.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';

/** An id as express-session makes them. */
export const ID = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ012_-9';
export const HOUR = 3_600_000;

/** A session with a cookie as express-session gives it to a store, besides whatever content. */
export function sessionWith(content: Record<string, unknown>, age: number | null = HOUR): SessionData {
  const expires = age === null ? null : new Date(Date.now() + age);
  const cookie = { originalMaxAge: age, expires, httpOnly: true, path: '/', toJSON: undefined };
  return { ...content, cookie } as never;
}

export interface StoreWorld {
  readonly client: ISessionsClientV1;
  readonly store: SessionsStore;
  /** The methods of the client that were called, in order, since this was last read. */
  calls(): string[];
  advance(milliseconds: number): void;
  /** The session at the service. */
  at(id?: string): Promise<SessionV1 | null>;
  /** Stops the service. */
  stop(): Promise<void>;
  /** Another store on the same service, as another process has it. */
  other(options?: Partial<SessionsStoreOptions>, clock?: ClientClock): SessionsStore;
}

/** For each test of the suite that this is called in: a store over the HTTP client and a real service. */
export function storeWorld(
  options: Partial<SessionsStoreOptions> = {},
  service: ControllerOptions = { accept_ids: true },
): StoreWorld {
  let clock: FakeClock;
  let persistence: ReturnType<typeof memoryStore>;
  let controller: SessionsController;
  let server: CommandableHttpServer;
  let client: ISessionsClientV1;
  let store: SessionsStore;
  let calls: string[] = [];
  const other = (given: Partial<SessionsStoreOptions> = options, storeClock?: ClientClock) =>
    new SessionsStore({ client: noting(client, calls), ...given }, storeClock);
  beforeEach(async () => {
    clock = new FakeClock();
    persistence = memoryStore();
    controller = await openController(await persistence.open(), service, clock);
    server = await serveCommandableHttp(controller);
    calls = [];
    client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: server.port } });
    store = other();
  });
  afterEach(async () => {
    await client.close(null);
    await server.close();
    await controller.close(null);
    await persistence.remove();
  });
  return {
    get client() {
      return client;
    },
    get store() {
      return store;
    },
    calls: () => calls.splice(0),
    advance: (milliseconds) => clock.advance(milliseconds),
    at: (id = ID) => client.getSessionById(null, id),
    other,
    stop: () => server.close(),
  };
}

/** The same client, whose calls are noted by name. */
export function noting<C extends ISessionsClientV1>(client: C, calls: string[]): C {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return Reflect.apply(member, target, args);
      };
    },
  });
}
