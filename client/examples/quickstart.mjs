// One session from its opening to its end. Run `npm start` first, then: node client/examples/quickstart.mjs
// SESSIONS_URL: where the service is (http://localhost:8080).

import { SessionsHttpClientV1 } from 'service-sessions-client';

const uri = process.env.SESSIONS_URL || 'http://localhost:8080';

async function main() {
  const client = new SessionsHttpClientV1({ connection: { uri } });
  await client.open(null);

  const opened = await client.openSession(null, { user_id: 'ann', user_name: 'Ann', data: { cart: [] } });
  console.log(
    `Opened a session for ${opened.user_id}; it expires at ${opened.expire_time?.toISOString() ?? 'no time'}.`,
  );

  const valid = await client.validateSession(null, opened.id);
  console.log(`It is ${valid?.active ? 'valid' : 'not valid'}, its data are ${JSON.stringify(valid?.data)}.`);

  // Only if nobody has written since: else SESSION_CONFLICT.
  const stored = await client.storeSessionData(null, opened.id, { cart: ['book'] }, { version: opened.version });
  console.log(`Stored ${JSON.stringify(stored?.data)} as version ${stored?.version}.`);

  const closed = await client.closeSession(null, opened.id);
  console.log(
    `Closed it (${closed?.close_reason}); now validating it answers ${await client.validateSession(null, opened.id)}.`,
  );

  await client.close(null);
}

main().catch((error) => {
  const hint = error.code === 'UNREACHABLE' ? ' Is the service running? `npm start` starts it.' : '';
  console.error(`The example failed (${error.code}): ${error.message}.${hint}`);
  process.exitCode = 1;
});
