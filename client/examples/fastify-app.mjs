// An application with a login, a page that counts, and a logout everywhere. Run `npm start` first, then:
// node client/examples/fastify-app.mjs
// SESSIONS_URL: where the service is (http://localhost:8080). PORT: where the application listens (3000).

import Fastify from 'fastify';
import { SessionsHttpClientV1 } from 'service-sessions-client';
import { sessions } from 'service-sessions-client/fastify';

const client = new SessionsHttpClientV1({ connection: { uri: process.env.SESSIONS_URL || 'http://localhost:8080' } });

const app = Fastify();
await app.register(sessions, { client });

const badRequest = { code: 'BAD_REQUEST', status: 400, message: 'Send JSON such as {"user": "ann"}' };
const unauthenticated = { code: 'UNAUTHENTICATED', status: 401, message: 'Log in first' };

// What the session service could not do comes here with its status: 503 when it cannot be asked.
app.setErrorHandler((error, request, reply) => {
  if (error.code === 'SESSION_CLOSED') return reply.code(401).send(unauthenticated);
  if (request.routeOptions.url === '/login' && error.code?.startsWith('FST_ERR_CTP_'))
    return reply.code(400).send(badRequest);
  const { code = 'UNKNOWN', message } = error;
  const status = error.statusCode ?? error.status ?? 500;
  if (status >= 500) console.error(`${code}: ${error.cause?.message ?? error.stack}`);
  return reply.code(status).send({ code, status, message: status === 500 ? 'Something went wrong' : message });
});

// Only the login looks at a body; elsewhere none does harm, whatever its type.
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

app.post('/login', async (request, reply) => {
  const user = readJson(request)?.user;
  if (typeof user !== 'string' || user.length < 1 || user.length > 256) return reply.code(400).send(badRequest);
  // Here an application checks who it is. Then: a new id, the old session closed, the cookie set.
  await request.session.regenerate({ user_id: user, data: { count: 0 } });
  return { user };
});

app.get('/', async (request, reply) => {
  if (!request.session.active) return reply.code(401).send(unauthenticated);
  // Counts every visit, also those at the same moment.
  const { count } = await request.session.change((data) => ({ count: (data?.count ?? 0) + 1 }));
  return { user: request.session.userId, count };
});

app.post('/logout', async (request, reply) => {
  await request.session.close();
  return reply.code(204).send();
});

app.post('/logout-everywhere', async (request, reply) => {
  if (!request.session.active) return reply.code(401).send(unauthenticated);
  return { closed: await request.session.closeAll() };
});

/** Undefined unless the body is JSON. */
function readJson(request) {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);

/** Lets the requests under way end, then the process: after five seconds at the latest. */
async function stop() {
  setTimeout(() => process.exit(0), 5000).unref();
  await app.close();
  await client.close(null);
  process.exit(0);
}

try {
  await app.listen({ port: Number(process.env.PORT || 3000) });
  console.log(`Listening on http://localhost:${app.server.address().port}`);
} catch (error) {
  console.error(`The example cannot start: ${error.message}`);
  process.exitCode = 1;
  await app.close();
}
