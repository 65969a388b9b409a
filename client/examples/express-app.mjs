// An application with a login, a page that counts, and a logout everywhere. Run `npm start` first, then:
// node client/examples/express-app.mjs
// SESSIONS_URL: where the service is (http://localhost:8080). PORT: where the application listens (3000).

import express from 'express';
import { SessionsHttpClientV1 } from 'service-sessions-client';
import { sessions } from 'service-sessions-client/express';

const client = new SessionsHttpClientV1({ connection: { uri: process.env.SESSIONS_URL || 'http://localhost:8080' } });

const app = express();
app.disable('x-powered-by');
app.use(sessions({ client }));

const badRequest = { code: 'BAD_REQUEST', status: 400, message: 'Send JSON such as {"user": "ann"}' };
const unauthenticated = { code: 'UNAUTHENTICATED', status: 401, message: 'Log in first' };

app.post('/login', express.json(), wrongBody, async (request, response) => {
  const user = request.body?.user;
  if (typeof user !== 'string' || user.length < 1 || user.length > 256) return response.status(400).json(badRequest);
  // Here an application checks who it is. Then: a new id, the old session closed, the cookie set.
  await request.session.regenerate({ user_id: user, data: { count: 0 } });
  response.json({ user });
});

app.get('/', async (request, response) => {
  if (!request.session.active) return response.status(401).json(unauthenticated);
  // Counts every visit, also those at the same moment.
  const { count } = await request.session.change((data) => ({ count: (data?.count ?? 0) + 1 }));
  response.json({ user: request.session.userId, count });
});

app.post('/logout', async (request, response) => {
  await request.session.close();
  response.sendStatus(204);
});

app.post('/logout-everywhere', async (request, response) => {
  if (!request.session.active) return response.status(401).json(unauthenticated);
  response.json({ closed: await request.session.closeAll() });
});

// What the session service could not do comes here with its status: 503 when it cannot be asked.
app.use((error, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error.code === 'SESSION_CLOSED') return response.status(401).json(unauthenticated);
  const { status = 500, code = 'UNKNOWN', message } = error;
  if (status >= 500) console.error(`${code}: ${error.cause?.message ?? error.stack}`);
  response.status(status).json({ code, status, message: status === 500 ? 'Something went wrong' : message });
});

/** A body that is no JSON. */
function wrongBody(_error, _request, response, _next) {
  response.status(400).json(badRequest);
}

const server = app.listen(Number(process.env.PORT || 3000), (error) => {
  if (error) return fail(error);
  console.log(`Listening on http://localhost:${server.address().port}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);

/** Lets the requests under way end, then the process: after five seconds at the latest. */
function stop() {
  setTimeout(() => process.exit(0), 5000).unref();
  server.close(async () => {
    await client.close(null);
    process.exit(0);
  });
  server.closeIdleConnections();
}

function fail(error) {
  console.error(`The example cannot start: ${error.message}`);
  process.exit(1);
}
