import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { MemoryDiscovery } from 'pip-services3-components-nodex';
import { SessionsClientError } from 'service-sessions-client';
import { failureOf, StandingClock } from '../../support/ClientTests.js';
import { faultyGrpcServer } from '../../support/FaultyGrpcServer.js';
import { GRPC_CLIENTS, type GrpcClientKind, grpcClients } from '../../support/GrpcClients.js';

const WRONG: [config: object, key: string][] = [
  [{ connection: { protocol: 'grpc' } }, 'connection.protocol'],
  [{ connection: { host: 'ann:secret@host' } }, 'connection.host'],
  [{ connection: { port: 0 } }, 'connection.port'],
  [{ connection: { uri: 'localhost:8090' } }, 'connection.uri'],
  [{ connection: { uri: 'http://localhost:8090/v1' } }, 'connection.uri'],
  [{ connection: { uri: 'http://ann:secret@host/' } }, 'connection.uri'],
  [{ base_route: 'v1/sessions' }, 'base_route'],
  [{ credential: { ssl_ca_file: '/does/not/exist.pem' } }, 'credential.ssl_ca_file'],
  [{ credential: { ssl_ca_file: 'package.json' } }, 'credential.ssl_ca_file'],
  [{ options: { timeout: 0 } }, 'options.timeout'],
  [{ options: { message_limit: 0 } }, 'options.message_limit'],
  [{ options: { message_limit: '4MiB' } }, 'options.message_limit'],
  [{ options: { keepalive_time: -1 } }, 'options.keepalive_time'],
  [{ options: { keepalive_timeout: 0 } }, 'options.keepalive_timeout'],
  [{ options: { max_connections: 5 } }, 'options.max_connections'],
  [{ options: { timeuot: 1 } }, 'options.timeuot'],
];

/** Configurations of a service at a port, in all the forms that they have. */
const RIGHT: [title: string, config: (port: number) => object][] = [
  ['an object', (port) => ({ connection: { protocol: 'http', host: '127.0.0.1', port } })],
  ['dotted keys', (port) => ({ 'connection.host': '127.0.0.1', 'connection.port': String(port) })],
  [
    'the parameters of the toolkit',
    (port) => ConfigParams.fromTuples('connection.host', '127.0.0.1', 'connection.port', port),
  ],
  ['a URI', (port) => ({ connection: { uri: `http://127.0.0.1:${port}/` } })],
  ['a name, and no pings', (port) => ({ connection: { host: 'localhost', port }, options: { keepalive_time: 0 } })],
];

for (const kind of GRPC_CLIENTS) {
  describe(`The ${kind.name} client is configured`, () => configurations(kind));
}

function configurations(kind: GrpcClientKind): void {
  const server = faultyGrpcServer();
  const connect = grpcClients(kind);

  for (const [config, key] of WRONG) {
    it(`never with ${JSON.stringify(config)}`, () => {
      for (const make of [() => new kind.type(config), () => new kind.type().configure(config)]) {
        expect(make)
          .to.throw(SessionsClientError)
          .that.deep.includes({ code: 'INVALID_CONFIG', details: { key }, category: 'Misconfiguration' });
        expect(make).to.throw(key);
        expect(make).not.to.throw('secret');
      }
    });
  }

  for (const [title, config] of RIGHT) {
    it(`by ${title}`, async () => {
      server().answer = kind.session;
      const client = new kind.type(config(server().port));
      expect(await client.getSessionById(null, 's1')).to.include({ id: 's1' });
      await client.close();
    });
  }

  it('for port 8090 of this machine where nobody says otherwise', async () => {
    const discovery = new MemoryDiscovery(ConfigParams.fromValue({ sessions: { host: '127.0.0.1' } }));
    const type = new Descriptor('pip-services', 'discovery', 'memory', 'default', '1.0');
    const found = new kind.type({ connection: { discovery_key: 'sessions' }, options: { timeout: 1 } });
    found.setReferences(References.fromTuples(type, discovery));
    // Whether something listens there is not asked: nobody waits that long.
    for (const client of [new kind.type({ options: { timeout: 1 } }), found]) {
      const error = await failureOf(client.getSessionById(null, 's1'));
      if (error.code === 'UNREACHABLE') expect(error.message).to.match(/:8090 /);
      await client.close();
    }
  });

  it('as a whole each time, and what is under way ends as it began', async () => {
    let answer = () => {};
    server().answer = (x) => {
      answer = () => kind.session(x);
    };
    const client = connect(server());
    const call = client.getSessionById(null, 's1');
    await server().until(() => server().calls.length === 1);
    client.configure({ connection: { host: '127.0.0.1', port: 9 } });
    answer();
    expect(await call).to.include({ id: 's1' });
    expect((await failureOf(client.getSessionById(null, 's1'))).code).to.equal('UNREACHABLE');
  });

  it('to keep validated sessions near, and asks again once their time is over', async () => {
    const clock = new StandingClock();
    server().answer = kind.session;
    const client = connect(server(), { cache_ttl: 1000 }, { clock });
    for (let call = 0; call < 3; call++) await client.validateSession(null, 's1');
    expect(server().calls).to.have.length(1);
    clock.time += 1000;
    expect(await client.validateSession(null, 's1')).to.include({ id: 's1' });
    expect(server().calls).to.have.length(2);
  });
}
