// The example of the seed document, word for word but for the name of the package, the port, and the comma that it forgets.
// The README of client-sessions-node prints the same with SessionsCommandableHttpClientV1.
var sdk = new require('service-sessions-client');

// Client configuration
var config = {
  connection: {
    protocol: 'http',
    host: 'localhost',
    port: Number(process.argv[2]),
  },
};

// Create the client instance
var client = sdk.SessionsHttpClientV1(config);

async function main() {
  // Connect to the microservice
  try {
    await client.open(null);
  } catch (err) {
    console.error('Connection to the microservice failed');
    console.error(err);
  }

  // Opens user session
  const session = await client.openSession(
    null,
    '123', // User id
    'Test User', // User name
    '192.168.1.1', // Address
    'Test Client', // Client
    null, // Session data
  );

  // Get user sessions
  const sessions = await client.getSessions(null, null);

  console.log(session.user_id, session.open_time instanceof Date, sessions.data.length);
  await client.close(null);
}

main();
