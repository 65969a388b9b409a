import {
  type ISessionsClientV1,
  SessionsClientError,
  SessionsDirectClientV1,
  SessionsHttpClientV1,
  SessionsMockClientV1,
  SessionsNullClientV1,
} from 'service-sessions-client';
import { SessionsCommandableGrpcClientV1, SessionsGrpcClientV1 } from 'service-sessions-client/grpc';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { memoryStore } from './ApiStores.js';
import { serveCommandableHttp } from './CommandableHttpApi.js';
import { openController } from './DirectApi.js';
import { FakeClock } from './FakeClock.js';
import { GrpcTestServer } from './GrpcTestServer.js';

/** A client of one test, not opened yet, on sessions of its own. */
export interface ClientOfATest {
  client: ISessionsClientV1;
  stop(): Promise<void>;
}

type ClientClass = (new (config?: object) => ISessionsClientV1) & ((config?: object) => ISessionsClientV1);

export interface ClientKind {
  name: string;
  type: ClientClass;
  /** False for the client that keeps no sessions. */
  keepsSessions: boolean;
  start(): Promise<ClientOfATest>;
}

/** One of each client. Where they open sessions, callers may bring ids. */
export const EVERY_CLIENT: readonly ClientKind[] = [
  {
    name: 'HTTP',
    type: SessionsHttpClientV1,
    keepsSessions: true,
    start: () => startServed(SessionsHttpClientV1, serveCommandableHttp),
  },
  {
    name: 'gRPC',
    type: SessionsGrpcClientV1,
    keepsSessions: true,
    start: () => startServed(SessionsGrpcClientV1, GrpcTestServer.start),
  },
  {
    name: 'commandable gRPC',
    type: SessionsCommandableGrpcClientV1,
    keepsSessions: true,
    start: () => startServed(SessionsCommandableGrpcClientV1, GrpcTestServer.start),
  },
  { name: 'direct', type: SessionsDirectClientV1, keepsSessions: true, start: startDirect },
  {
    name: 'mock',
    type: SessionsMockClientV1,
    keepsSessions: true,
    start: async () => alone(new SessionsMockClientV1({ 'options.accept_ids': true })),
  },
  {
    name: 'null',
    type: SessionsNullClientV1,
    keepsSessions: false,
    start: async () => alone(new SessionsNullClientV1()),
  },
];

async function startServed(
  type: ClientClass,
  serve: (controller: SessionsController) => Promise<{ port: number; close(): Promise<void> }>,
): Promise<ClientOfATest> {
  const { controller, stop } = await startController();
  const server = await serve(controller);
  const client = new type({ connection: { host: '127.0.0.1', port: server.port } });
  return {
    client,
    async stop() {
      await client.close(null);
      await server.close();
      await stop();
    },
  };
}

async function startDirect(): Promise<ClientOfATest> {
  const { controller, stop } = await startController();
  return { client: new SessionsDirectClientV1({}, controller), stop };
}

async function startController() {
  const store = memoryStore();
  const controller = await openController(await store.open(), { accept_ids: true }, new FakeClock());
  const stop = async (): Promise<void> => {
    await controller.close(null);
    await store.remove();
  };
  return { controller, stop };
}

function alone(client: ISessionsClientV1): ClientOfATest {
  return { client, stop: () => client.close(null) };
}

/** The error that a call of a client ends with, which is a SessionsClientError; throws when it ends without. */
export async function clientError(call: Promise<unknown>, title = 'The call'): Promise<SessionsClientError> {
  const error: unknown = await call.then(
    (answer) => new Error(`${title} was to end with an error, but answered ${JSON.stringify(answer)}`),
    (caught: unknown) => caught,
  );
  if (error instanceof SessionsClientError) return error;
  throw error;
}

type Options = { signal?: AbortSignal; timeout?: number };
type Method = (client: ISessionsClientV1, id: string, options: Options, correlationId?: string) => Promise<unknown>;

/** Every method that asks the service, and both shapes of `openSession`, with options last. */
export const EVERY_METHOD: Readonly<Record<string, Method>> = {
  open: (c, _, options, cid = 'c-1') => c.open(cid, options),
  getSessions: (c, _, options, cid = 'c-1') => c.getSessions(cid, null, null, options),
  getSessionById: (c, id, options, cid = 'c-1') => c.getSessionById(cid, id, options),
  openSession: (c, _, options, cid = 'c-1') => c.openSession(cid, { user_id: 'bob' }, options),
  'openSession of the older shape': (c, _, options, cid = 'c-1') =>
    c.openSession(cid, 'bob', null, null, null, { a: 1 }, { b: 1 }, options),
  validateSession: (c, id, options, cid = 'c-1') => c.validateSession(cid, id, null, options),
  storeSessionData: (c, id, options, cid = 'c-1') => c.storeSessionData(cid, id, 'stored', options),
  patchSessionData: (c, id, options, cid = 'c-1') => c.patchSessionData(cid, id, { patched: 1 }, options),
  updateSessionUser: (c, id, options, cid = 'c-1') => c.updateSessionUser(cid, id, 'updated', options),
  closeSession: (c, id, options, cid = 'c-1') => c.closeSession(cid, id, options),
  closeSessions: (c, _, options, cid = 'c-1') => c.closeSessions(cid, { user_id: 'ann' }, null, options),
  closeExpiredSessions: (c, _, options, cid = 'c-1') => c.closeExpiredSessions(cid, options),
  deleteSessionById: (c, id, options, cid = 'c-1') => c.deleteSessionById(cid, id, options),
};
