// What an application of the older client does, in the shapes that its documents and its types print. It runs twice: as it
// stands, and with nothing but the name of the package changed. Writes what each step gave, as JSON.
const { ConfigParams, FilterParams, PagingParams, References } = require('pip-services3-commons-nodex');
const sdk = require('client-sessions-node');

const port = Number(process.argv[2]);
const steps = [];

async function step(name, work) {
  // Sessions of one millisecond stand in lists by their ids, which are random: each step has one of its own.
  for (const last = Date.now(); Date.now() === last; );
  try {
    steps.push({ name, answer: shown(await work()) });
  } catch (error) {
    const { code, status, category, correlation_id, message } = error;
    steps.push({ name, error: { isError: error instanceof Error, code, status, category, correlation_id, message } });
  }
}

/** Absence has one shape, times have another value in each run. */
function shown(value) {
  if (value === undefined || value === null || value === '') return null;
  if (value instanceof Date) return '<time>';
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? '<time>' : value;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
}

async function configured() {
  const config = ConfigParams.fromTuples(
    ...['connection.protocol', 'http', 'connection.host', '127.0.0.1', 'connection.port', port],
    ...['options.timeout', 20000, 'options.connect_timeout', 20000, 'options.retries', 1],
  );
  const client = new sdk.SessionsCommandableHttpClientV1();
  client.configure(config);
  client.setReferences(new References());
  await client.open('c0');
  await step('reads through a client that was configured by ConfigParams', () =>
    client.getSessionById('c0', 'unknown'),
  );
  await client.close('c0');
  await step('knows whether it is open', () => client.isOpen());
}

async function sessions(client) {
  let session;
  await step('opens a session', async () => {
    session = await client.openSession(null, '123', 'Test User', '192.168.1.1', 'Test Client', null, null);
    return session;
  });
  await step('opens a session with content', () =>
    client.openSession('c1', '123', 'Test User', '192.168.1.1', 'Test Client', { roles: ['admin'] }, 'abc'),
  );
  await step('opens a session with the user only', () => client.openSession(null, '124'));
  await step('opens a session with six arguments', () =>
    client.openSession(null, '125', 'Test User', '192.168.1.1', 'Test Client', { cart: [] }),
  );
  await step('opens a session without user', () =>
    client.openSession(null, '126', 'Test User', null, null, undefined, { cart: [] }),
  );
  await step('reads it', () => client.getSessionById('c2', session.id));
  for (const data of [{ key: 'value', list: [1, null] }, 'text', 0, false, null]) {
    await step(`stores ${JSON.stringify(data)}`, () => client.storeSessionData('c3', session.id, data));
  }
  await step('updates the user', () => client.updateSessionUser('c4', session.id, { name: 'Ann' }));
  await step('stores nothing for an unknown one', () => client.storeSessionData(null, 'unknown', 1));
  await step('updates nothing for an unknown one', () => client.updateSessionUser(null, 'unknown', 1));
  return session;
}

async function lists(client, session) {
  await step('lists with nothing but a correlation id', () => client.getSessions(null));
  await step('lists without paging', () => client.getSessions(null, null));
  await step('lists without filter and paging', () => client.getSessions(null, null, null));
  const filters = {
    user: FilterParams.fromTuples('user_id', '123'),
    active: FilterParams.fromTuples('user_id', '123', 'active', true),
    times: FilterParams.fromTuples('user_id', '123', 'from_time', new Date(0), 'to_time', new Date(Date.now() + 60000)),
    value: FilterParams.fromValue({ user_name: 'Test User', id: session.id }),
    text: FilterParams.fromString('user_id=123;active=true'),
    none: new FilterParams(),
  };
  for (const [name, filter] of Object.entries(filters)) {
    await step(`lists by ${name}`, () => client.getSessions('c5', filter, null));
  }
  const pagings = {
    total: new PagingParams(0, 10, true),
    'part without total': new PagingParams(1, 1, false),
    defaults: new PagingParams(),
    'too many': new PagingParams(0, 500, true),
    tuples: PagingParams.fromTuples('skip', 1, 'take', 2, 'total', true),
  };
  for (const [name, paging] of Object.entries(pagings)) {
    await step(`lists a page: ${name}`, () => client.getSessions('c6', filters.user, paging));
  }
}

async function ends(client, session) {
  await step('refuses a session without a user', () => client.openSession('c7', ''));
  await step('closes it', () => client.closeSession('c8', session.id));
  await step('closes it again', () => client.closeSession('c8', session.id));
  await step('refuses to store in it', () => client.storeSessionData('c 1&?', session.id, 1));
  await step('refuses to update it', () => client.updateSessionUser('c9', session.id, 1));
  await step('closes nothing for an unknown one', () => client.closeSession(null, 'unknown'));
  await step('closes expired ones', async () => Number(await client.closeExpiredSessions('c9')));
  await step('deletes it', () => client.deleteSessionById(null, session.id));
  await step('deletes it again', () => client.deleteSessionById(null, session.id));
  await step('finds it no more', () => client.getSessionById(null, session.id));
}

async function main() {
  const client = new sdk.SessionsCommandableHttpClientV1({ connection: { protocol: 'http', host: '127.0.0.1', port } });
  await client.open(null);
  const session = await sessions(client);
  await lists(client, session);
  await ends(client, session);
  await client.close(null);
  await configured();
  process.stdout.write(JSON.stringify(steps));
  process.exit(0);
}

main();
