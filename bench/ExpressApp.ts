import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { RedisStore } from 'connect-redis';
import express, { type Express, type Request } from 'express';
import session, { type Store } from 'express-session';
import { createClient } from 'redis';
import { SessionsHttpClientV1 } from 'service-sessions-client';
import { type RequestSession, sessions } from 'service-sessions-client/express';
import { SessionsStore } from 'service-sessions-client/express-session';
import { DATA } from './SampleData.js';

/**
 * An Express application in a process of its own, run as `node ExpressApp.js KIND SERVICE_PORT REDIS_PORT`: `POST /login`
 * begins a session, `GET /` answers from it. Each kind keeps its sessions elsewhere; `alone` has none.
 */
const KINDS: Record<string, (ports: Ports) => Promise<Express>> = {
  alone: async () => {
    const app = express();
    app.get('/', (_request, response) => void response.json({ user: 'ann', cart: DATA.cart }));
    return app;
  },
  middleware: async ({ service }) => withMiddleware(clientOf(service)),
  'near-cache': async ({ service }) => withMiddleware(clientOf(service, { options: { cache: true } })),
  'sessions-store': async ({ service }) => {
    const client = clientOf(service);
    return withStore(new SessionsStore({ client, user: (kept) => (kept as unknown as Kept).user }));
  },
  'connect-redis': async ({ redis }) => {
    const client = createClient({ url: `redis://127.0.0.1:${redis}` });
    await client.connect();
    return withStore(new RedisStore({ client }));
  },
};

interface Ports {
  service: number;
  redis: number;
}

/** What an application keeps in its session. */
interface Kept {
  user: string;
  content: typeof DATA;
}

function clientOf(port: number, more: object = {}) {
  return new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port }, ...more });
}

function withMiddleware(client: ReturnType<typeof clientOf>): Express {
  const app = express();
  app.use(sessions({ client }));
  // In a program with the types of express-session, too, those come first.
  const sessionOf = (request: { session: unknown }) => request.session as RequestSession;
  app.post('/login', async (request, response) => {
    await sessionOf(request).regenerate({ user_id: 'ann', data: DATA });
    response.json({ user: 'ann' });
  });
  app.get('/', (request, response) => {
    const { userId, data } = sessionOf(request);
    response.json({ user: userId, cart: (data as typeof DATA).cart });
  });
  return app;
}

function withStore(store: Store): Express {
  const app = express();
  app.use(session({ store, secret: 'of the benchmark', resave: false, saveUninitialized: false }));
  const keptOf = (request: Request) => request.session as unknown as Kept;
  app.post('/login', (request, response) => {
    Object.assign(request.session, { user: 'ann', content: DATA } satisfies Kept);
    response.json({ user: 'ann' });
  });
  app.get('/', (request, response) => {
    const { user, content } = keptOf(request);
    response.json({ user, cart: content.cart });
  });
  return app;
}

const [, , kind = '', service, redis] = process.argv;
const app = await KINDS[kind]?.({ service: Number(service), redis: Number(redis) });
if (app === undefined) throw new Error(`There is no application of the kind ${kind}`);
const server = app.listen(0, '127.0.0.1');
server.keepAliveTimeout = 60_000;
await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (server.address() as AddressInfo).port });
