import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { MemoryDiscovery } from 'pip-services3-components-nodex';
import { SessionsClientError, SessionsHttpClientV1 } from 'service-sessions-client';
import { failureOf, wireSession } from '../../support/ClientTests.js';
import { faultyHttpServer } from '../../support/FaultyHttpServer.js';

const WRONG: [config: object, key: string][] = [
  [{ connection: { protocol: 'ftp' } }, 'connection.protocol'],
  [{ connection: { protocol: 5 } }, 'connection.protocol'],
  [{ connection: { host: 'a/b' } }, 'connection.host'],
  [{ connection: { host: 'a b' } }, 'connection.host'],
  [{ connection: { host: 'ann:secret@host' } }, 'connection.host'],
  [{ connection: { host: 'host:80' } }, 'connection.host'],
  [{ connection: { host: '[::1' } }, 'connection.host'],
  [{ connection: { host: '1:2:zz' } }, 'connection.host'],
  [{ connection: { port: 0 } }, 'connection.port'],
  [{ connection: { port: 65_536 } }, 'connection.port'],
  [{ connection: { port: 'eighty' } }, 'connection.port'],
  [{ connection: { port: 80.5 } }, 'connection.port'],
  [{ connection: { uri: 'sessions.example' } }, 'connection.uri'],
  [{ connection: { uri: 'ftp://sessions.example' } }, 'connection.uri'],
  [{ connection: { uri: 'http://' } }, 'connection.uri'],
  [{ connection: { uri: 'http://host/?a=1' } }, 'connection.uri'],
  [{ connection: { uri: 'http://host/#a' } }, 'connection.uri'],
  [{ connection: { uri: 'http://ann:secret@host/' } }, 'connection.uri'],
  [{ connection: { uri: 'http:ann:secret@host' } }, 'connection.uri'],
  [{ connection: { uri: new URL('http://host:81') } }, 'connection.uri'],
  [{ connection: { port: [80] } }, 'connection.port'],
  [{ connection: 'http://host' }, 'connection'],
  [{ connection: { hots: 'localhost' } }, 'connection.hots'],
  [{ base_route: 'v1?x' }, 'base_route'],
  [{ base_route: 'v1 sessions' }, 'base_route'],
  [{ credential: { ssl_ca_file: '/does/not/exist.pem' } }, 'credential.ssl_ca_file'],
  [{ credential: { ssl_ca_file: 'package.json' } }, 'credential.ssl_ca_file'],
  [{ options: { timeout: 0 } }, 'options.timeout'],
  [{ options: { timeout: -1 } }, 'options.timeout'],
  [{ options: { timeout: '5s' } }, 'options.timeout'],
  [{ options: { timeout: Number.NaN } }, 'options.timeout'],
  [{ options: { timeout: 2_147_483_648 } }, 'options.timeout'],
  [{ options: { connect_timeout: 0 } }, 'options.connect_timeout'],
  [{ options: { retries: 11 } }, 'options.retries'],
  [{ options: { retries: -1 } }, 'options.retries'],
  [{ options: { max_connections: 0 } }, 'options.max_connections'],
  [{ options: { correlation_id_place: 'body' } }, 'options.correlation_id_place'],
  [{ options: { correlation_id: 'body' } }, 'options.correlation_id'],
  [{ options: { cache: 'perhaps' } }, 'options.cache'],
  [{ options: { cache_ttl: 0 } }, 'options.cache_ttl'],
  [{ options: { cache_ttl: 60_001 } }, 'options.cache_ttl'],
  [{ options: { cache_size: 0 } }, 'options.cache_size'],
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
  ['a URI', (port) => ({ connection: { uri: `http://127.0.0.1:${port}` } })],
  [
    'a URI, which comes before the rest',
    (port) => ({ connection: { uri: `http://127.0.0.1:${port}/`, host: 'nobody.invalid', port: 1 } }),
  ],
  ['a name', (port) => ({ connection: { host: 'localhost', port } })],
  [
    'what the older client asked for',
    (port) => ({ connection: { host: '127.0.0.1', port }, credential: { internal_network: 'true' } }),
  ],
];

describe('The HTTP client is configured', () => {
  const server = faultyHttpServer();

  for (const [config, key] of WRONG) {
    it(`never with ${JSON.stringify(config)}`, () => {
      for (const make of [() => new SessionsHttpClientV1(config), () => new SessionsHttpClientV1().configure(config)]) {
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
      server().answer = (x) => x.json(wireSession());
      const client = new SessionsHttpClientV1(config(server().port));
      expect(await client.getSessionById(null, 's1')).to.include({ id: 's1' });
      await client.close();
    });
  }

  it('as a whole each time, and what is under way ends as it began', async () => {
    const held: (() => void)[] = [];
    server().answer = (x) => held.push(() => x.json(wireSession()));
    const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: server().port } });
    const call = client.getSessionById(null, 's1');
    await server().until(() => held.length === 1);
    client.configure({ connection: { host: 'nobody.invalid' } });
    held[0]?.();
    expect(await call).to.include({ id: 's1' });
    expect((await failureOf(client.getSessionById(null, 's1'))).code).to.equal('UNREACHABLE');
    await client.close();
  });

  it('not at all by what is wrong in a part', async () => {
    server().answer = (x) => x.json(wireSession());
    const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: server().port } });
    const wrong = { base_route: 'other', credential: { ssl_ca_file: '/does/not/exist.pem' } };
    expect(() => client.configure(wrong)).to.throw('ssl_ca_file');
    expect(await client.getSessionById(null, 's1')).to.include({ id: 's1' });
    expect(server().requests.map(({ path }) => path)).to.deep.equal(['/v1/sessions/get_session_by_id']);
    await client.close();
  });

  for (const host of ['::1', '[::1]']) {
    it(`with the address ${host}`, async () => {
      const error = await failureOf(
        new SessionsHttpClientV1({ connection: { host, port: 1 } }).getSessionById(null, 's1'),
      );
      expect(error.code).to.equal('UNREACHABLE');
      expect(error.message).to.include('http://[::1]:1 ');
    });
  }

  const byKey = (...discoveries: object[]) => {
    const client = new SessionsHttpClientV1({ connection: { discovery_key: 'sessions' } });
    const type = new Descriptor('pip-services', 'discovery', 'memory', 'default', '1.0');
    client.setReferences(References.fromTuples(...discoveries.flatMap((discovery) => [type, discovery])));
    return client;
  };
  const found = (connection: object) => new MemoryDiscovery(ConfigParams.fromValue({ sessions: connection }));

  for (const [title, connection] of [
    ['host and port', (port: number) => ({ protocol: 'http', host: '127.0.0.1', port })],
    ['URI', (port: number) => ({ uri: `http://127.0.0.1:${port}` })],
  ] as const) {
    it(`by what a discovery says, as ${title}, when it is opened and when it is not`, async () => {
      server().answer = (x) => x.json(wireSession());
      const client = byKey(new MemoryDiscovery(), found(connection(server().port)));
      expect(await client.getSessionById(null, 's1')).to.include({ id: 's1' });
      await client.open();
      expect(server().requests.map(({ path }) => path)).to.deep.equal(['/v1/sessions/get_session_by_id', '/heartbeat']);
      await client.close();
    });
  }

  it('by a discovery that is asked once for calls that come together, and again when it is opened', async () => {
    server().answer = (x) => x.json(wireSession());
    const discovery = found({ uri: `http://127.0.0.1:${server().port}` });
    let asked = 0;
    const client = byKey({
      resolveOne(correlationId: string, key: string) {
        asked++;
        return discovery.resolveOne(correlationId, key);
      },
    });
    await Promise.all(Array.from({ length: 10 }, () => client.getSessionById(null, 's1')));
    await client.getSessionById(null, 's1');
    expect(asked).to.equal(1);
    await client.open();
    expect(asked).to.equal(2);
    await client.close();
  });

  it('anew while a discovery is asked, whose answer then counts for the earlier calls only', async () => {
    server().answer = (x) => x.json(wireSession());
    let answer = (_: object) => {};
    const client = byKey({
      resolveOne: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const earlier = failureOf(client.getSessionById(null, 's1'));
    client.configure({ connection: { host: '127.0.0.1', port: server().port } });
    answer(await found({ uri: 'http://nobody.invalid' }).resolveOne('', 'sessions'));
    expect((await earlier).code).to.equal('UNREACHABLE');
    expect(await client.getSessionById(null, 's1')).to.include({ id: 's1' });
    await client.close();
  });

  it('by a discovery that does not know where, or fails, in vain', async () => {
    expect((await failureOf(byKey(new MemoryDiscovery()).open())).code).to.equal('UNREACHABLE');
    const cause = new Error('out of order');
    const failing = byKey({ resolveOne: () => Promise.reject(cause) });
    expect(await failureOf(failing.getSessionById('7', 's1'))).to.include({
      code: 'UNREACHABLE',
      cause,
      correlationId: '7',
    });
  });

  it('by a discovery that does not answer, for as long as a call may take', async () => {
    const client = byKey({ resolveOne: () => new Promise(() => {}) });
    expect((await failureOf(client.getSessionById(null, 's1', { timeout: 20 }))).code).to.equal('TIMEOUT');
  });

  it('by no discovery at all, in vain', async () => {
    expect(await failureOf(byKey().open())).to.deep.include({
      code: 'INVALID_CONFIG',
      details: { key: 'connection.discovery_key' },
    });
  });
});
