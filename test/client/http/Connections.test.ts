import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { SessionsHttpClientV1 } from 'service-sessions-client';
import { failureOf, HastyTimers, httpClients, StandingClock, wireSession } from '../../support/ClientTests.js';
import { faultyHttpServer } from '../../support/FaultyHttpServer.js';
import { TEST_CERTIFICATE } from '../../support/HttpTestCertificate.js';
import { temporaryFolder } from '../../support/TemporaryFolder.js';

const TIMEOUT = 60_000;

describe('The HTTP client keeps connections', () => {
  const server = faultyHttpServer();
  const connect = httpClients();
  const connected = (options: object = {}) => {
    server().answer = (x) => x.json(wireSession());
    return connect(server(), options);
  };

  it('and needs one for calls that follow one another', async () => {
    const client = connected();
    for (let call = 0; call < 10; call++) await client.getSessionById(null, 's1');
    expect(server().connections).to.equal(1);
  });

  it('and needs no new one after an error of the service', async () => {
    const client = connected();
    server().answer = (x) => x.json({ code: 'SESSION_CLOSED', category: 'Conflict', message: 'm' }, 409);
    await failureOf(client.getSessionById(null, 's1'));
    await failureOf(client.getSessionById(null, 's1'));
    expect(server().connections).to.equal(1);
  });

  it('of which there are never more than it may have', async () => {
    const client = connected({ max_connections: 3 });
    await Promise.all(Array.from({ length: 50 }, () => client.getSessionById(null, 's1')));
    expect(server().connections).to.equal(3);
  });

  it('and gives them back when it is closed', async () => {
    const client = connected();
    await client.getSessionById(null, 's1');
    await client.close();
    await server().until(() => server().sockets.size === 0);
  });

  it('but not those that the server is about to close', async () => {
    const client = connected();
    server().answer = (x) => x.json(wireSession(), 200, { 'keep-alive': 'timeout=1' });
    await client.getSessionById(null, 's1');
    await client.getSessionById(null, 's1');
    expect(server().connections).to.equal(2);
    await server().until(() => server().sockets.size === 0);
  });

  it('for a time that ends before the one which the server announces', async () => {
    const client = connected();
    server().answer = (x) => x.json(wireSession(), 200, { 'keep-alive': 'timeout=2, max=100' });
    await client.getSessionById(null, 's1');
    expect(server().sockets.size).to.equal(1);
    await server().until(() => server().sockets.size === 0);
  });

  it('and calls again on a new one where the kept one turns out to be closed', async () => {
    const client = connect(server(), { timeout: TIMEOUT, retries: 1 }, { timers: new HastyTimers(TIMEOUT) });
    server().answer = (x) => (server().requests.length === 2 ? x.reset() : x.json(wireSession()));
    await client.getSessionById(null, 's1');
    expect(await client.getSessionById(null, 's1')).to.include({ id: 's1' });
    expect(server().connections).to.equal(2);
  });
});

describe('The HTTP client over TLS', () => {
  const server = faultyHttpServer({ isHttps: true });
  const folder = temporaryFolder();
  const trusting = (options: object = {}) => {
    writeFileSync(folder.path('ca.pem'), TEST_CERTIFICATE);
    server().answer = (x) => x.json(wireSession());
    return new SessionsHttpClientV1({
      connection: { protocol: 'https', host: 'localhost', port: server().port },
      credential: { ssl_ca_file: folder.path('ca.pem') },
      options: { retries: 0, ...options },
    });
  };

  it('reaches a service whose certificate is trusted, and keeps the connection', async () => {
    const client = trusting();
    await client.open();
    expect(await client.validateSession(null, 's1')).to.include({ id: 's1' });
    expect(server().connections).to.equal(1);
    await client.close();
    await server().until(() => server().sockets.size === 0);
  });

  it('sends nothing to a service whose certificate is not', async () => {
    const connection = { uri: `https://localhost:${server().port}` };
    const client = new SessionsHttpClientV1({ connection, options: { retries: 0 } });
    const error = await failureOf(client.validateSession(null, 's1'));
    expect(error.code).to.equal('UNREACHABLE');
    expect(error.cause).to.include({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server().requests).to.deep.equal([]);
  });

  it('sends nothing to a service whose certificate is of another name', async () => {
    const client = trusting();
    client.configure({
      connection: { uri: `https://127.0.0.1:${server().port}` },
      credential: { ssl_ca_file: folder.path('ca.pem') },
      options: { retries: 0 },
    });
    const error = await failureOf(client.validateSession(null, 's1'));
    expect(error.cause).to.include({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(server().requests).to.deep.equal([]);
  });

  it('is UNREACHABLE where the service does not answer the handshake in time', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const options = { connect_timeout: 30, timeout: TIMEOUT, retries: 0 };
    const client = new SessionsHttpClientV1({ connection: { uri: `https://127.0.0.1:${port}` }, options });
    const error = await failureOf(client.validateSession(null, 's1'));
    expect(error.code).to.equal('UNREACHABLE');
    expect(error.cause).to.include({ code: 'ETIMEDOUT' });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('is never taken for a service without it, nor the other way round', async () => {
    const plain = new SessionsHttpClientV1({
      connection: { host: '127.0.0.1', port: server().port },
      options: { retries: 0 },
    });
    expect((await failureOf(plain.validateSession(null, 's1'))).code).to.be.oneOf(['UNREACHABLE', 'BAD_REPLY']);
    const http = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as { port: number };
    const client = new SessionsHttpClientV1({
      connection: { uri: `https://127.0.0.1:${port}` },
      options: { retries: 0 },
    });
    expect((await failureOf(client.validateSession(null, 's1'))).code).to.be.oneOf(['UNREACHABLE', 'BAD_REPLY']);
    http.close();
  });
});

describe('The HTTP client with its near-cache', () => {
  const server = faultyHttpServer();
  const connect = httpClients();
  const connected = (options: object, clock = new StandingClock()) => {
    server().answer = (x) => x.json(wireSession());
    return connect(server(), options, { clock });
  };

  for (const [options, requests] of [
    [{}, 2],
    [{ cache: false, cache_ttl: 1000 }, 2],
    [{ cache: true }, 1],
    [{ cache_ttl: 500 }, 1],
    [{ cache_size: 5 }, 1],
  ] as const) {
    it(`asks ${requests} times for two validations with ${JSON.stringify(options)}`, async () => {
      const client = connected(options);
      for (let call = 0; call < 2; call++) expect(await client.validateSession(null, 's1')).to.include({ id: 's1' });
      expect(server().requests.length).to.equal(requests);
    });
  }

  it('asks again once the time is over, after an end through it, and after it was closed', async () => {
    const clock = new StandingClock();
    const client = connected({ cache_ttl: 1000 }, clock);
    const asked = async () => {
      const before = server().requests.length;
      await client.validateSession(null, 's1');
      return server().requests.length - before;
    };
    expect([await asked(), await asked()]).to.deep.equal([1, 0]);
    clock.time += 1000;
    expect([await asked(), await asked()]).to.deep.equal([1, 0]);
    await client.closeSession(null, 's1');
    expect([await asked(), await asked()]).to.deep.equal([1, 0]);
    await client.close();
    expect((await failureOf(client.validateSession(null, 's1'))).code).to.equal('NOT_OPEN');
    await client.open();
    expect(await asked()).to.equal(1);
  });
});
