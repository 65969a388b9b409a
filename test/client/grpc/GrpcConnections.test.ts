import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import type { ISessionsClientV1 } from 'service-sessions-client';
import { failureOf } from '../../support/ClientTests.js';
import { FaultyGrpcServer, faultyGrpcServer } from '../../support/FaultyGrpcServer.js';
import { GRPC_CLIENTS, type GrpcClientKind, grpcClients } from '../../support/GrpcClients.js';
import { TEST_CERTIFICATE } from '../../support/HttpTestCertificate.js';
import { SilentProxy } from '../../support/SilentProxy.js';
import { temporaryFolder } from '../../support/TemporaryFolder.js';

/** Longer than a test waits: what ends sooner does not end by it. */
const TIMEOUT = 60_000;

const read = (client: ISessionsClientV1) => client.getSessionById(null, 's1');

for (const kind of GRPC_CLIENTS) {
  describe(`The ${kind.name} client keeps its connection`, () => keptConnections(kind));
  describe(`The ${kind.name} client over TLS`, () => tlsConnections(kind));
  describe(`The ${kind.name} client without a service`, () => missingServices(kind));
}

function keptConnections(kind: GrpcClientKind): void {
  const server = faultyGrpcServer();
  const connect = grpcClients(kind);
  const connected = (options: object = {}) => {
    server().answer = kind.session;
    return connect(server(), options);
  };

  it('for calls that follow one another, and for those at the same time', async () => {
    const client = connected();
    await client.open();
    for (let call = 0; call < 5; call++) await read(client);
    await Promise.all(Array.from({ length: 50 }, () => read(client)));
    expect(server().connections).to.equal(1);
  });

  it('after an error of the service, and gives it back when it is closed', async () => {
    const client = connected();
    server().answer = kind.error('SESSION_CLOSED', 409);
    await failureOf(read(client));
    await failureOf(read(client));
    expect(server().connections).to.equal(1);
    await client.close();
    await server().until(() => server().sockets.size === 0);
    await client.open();
    expect(server().connections).to.equal(2);
  });

  it('and makes another as soon as the service that was away is back', async () => {
    const client = connected({ timeout: TIMEOUT });
    await read(client);
    const { port } = server();
    await server().stop();
    for (let call = 0; call < 5; call++) {
      expect(await failureOf(read(client))).to.include({ code: 'UNREACHABLE', status: undefined });
    }
    const back = await FaultyGrpcServer.start({ port });
    back.answer = kind.session;
    try {
      expect(await read(client)).to.include({ id: 's1' });
    } finally {
      await back.stop();
    }
  });

  it('while its first call takes longer than a connection may', async () => {
    let answer = () => {};
    const client = connected({ connect_timeout: 20, timeout: TIMEOUT });
    server().answer = (x) => {
      if (server().calls.length === 1) answer = () => kind.session(x);
    };
    const first = read(client);
    expect((await failureOf(client.getSessionById(null, 's1', { timeout: 60 }))).code).to.equal('TIMEOUT');
    answer();
    expect(await first).to.include({ id: 's1' });
    server().answer = kind.session;
    await read(client);
    expect(server().connections).to.equal(1);
  });

  it('until a ping is not answered', async () => {
    const proxy = await SilentProxy.start(server().port);
    server().answer = kind.session;
    const client = connect(proxy, { timeout: TIMEOUT, keepalive_time: 20, keepalive_timeout: 20 });
    await read(client);
    proxy.isSilent = true;
    expect((await failureOf(read(client))).code).to.equal('UNREACHABLE');
    proxy.isSilent = false;
    expect(await read(client)).to.include({ id: 's1' });
    await client.close();
    proxy.stop();
  });
}

function tlsConnections(kind: GrpcClientKind): void {
  const server = faultyGrpcServer({ isSecure: true });
  const plain = faultyGrpcServer();
  const connect = grpcClients(kind);
  const folder = temporaryFolder();
  const secured = (host: string, port: number, credential: object = {}) => {
    server().answer = kind.session;
    return connect({ port }, {}, {}, { connection: { protocol: 'https', host, port }, credential });
  };
  const trusted = () => {
    writeFileSync(folder.path('ca.pem'), TEST_CERTIFICATE);
    return { ssl_ca_file: folder.path('ca.pem') };
  };

  it('reaches a service whose certificate is trusted', async () => {
    const client = secured('localhost', server().port, trusted());
    await client.open();
    expect(await client.validateSession(null, 's1')).to.include({ id: 's1' });
    expect(server().connections).to.equal(1);
  });

  it('sends nothing to a service whose certificate is not, or is of another name', async () => {
    for (const client of [secured('localhost', server().port), secured('127.0.0.1', server().port, trusted())]) {
      const error = await failureOf(read(client));
      expect(error).to.include({ code: 'UNREACHABLE' });
      expect(error.message).to.match(/certificate|altname/i);
    }
    expect(server().calls).to.deep.equal([]);
  });

  it('is never taken for a service without it, nor the other way round', async () => {
    for (const client of [connect(server()), secured('localhost', plain().port, trusted())]) {
      expect((await failureOf(read(client))).code).to.be.oneOf(['UNREACHABLE', 'BAD_REPLY']);
    }
    expect([...server().calls, ...plain().calls]).to.deep.equal([]);
  });
}

function missingServices(kind: GrpcClientKind): void {
  const connect = grpcClients(kind);
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  const listening = async (server: Server): Promise<{ port: number }> => {
    servers.push(server);
    server.on('connection', (socket: Socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server.address() as AddressInfo;
  };
  const silent = () => createTcpServer((socket) => socket.resume());
  const allClosed = () => Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  it('is UNREACHABLE at once where nothing listens', async () => {
    const client = connect({ port: 9 }, { timeout: TIMEOUT });
    for (const call of [client.open('c-1'), client.storeSessionData('c-1', 's1', 1)]) {
      const error = await failureOf(call);
      expect(error).to.include({ code: 'UNREACHABLE', category: 'NoResponse', correlationId: 'c-1' });
      expect(error.message).to.match(/^http:\/\/127\.0\.0\.1:9 does not answer: .*ECONNREFUSED/);
    }
    expect(client.isOpen()).to.equal(false);
  });

  it('is UNREACHABLE where the name is none', async () => {
    const client = connect({ port: 9 }, { timeout: TIMEOUT }, {}, { connection: { host: 'sessions.invalid' } });
    expect((await failureOf(read(client))).code).to.equal('UNREACHABLE');
  });

  for (const protocol of ['http', 'https']) {
    it(`is UNREACHABLE where a connection by ${protocol} does not stand in time`, async () => {
      const { port } = await listening(silent());
      const options = { connect_timeout: 30, timeout: TIMEOUT };
      const connection = { protocol, host: '127.0.0.1', port };
      const client = connect({ port }, options, {}, { connection });
      expect((await failureOf(read(client))).code).to.equal('UNREACHABLE');
      expect((await failureOf(read(client))).code).to.equal('UNREACHABLE');
      expect(sockets).to.have.length(2);
      await allClosed();
    });

    it(`leaves no connection by ${protocol} behind that stands after it was closed`, async () => {
      const { port } = await listening(silent());
      const client = connect({ port }, { timeout: TIMEOUT }, {}, { connection: { protocol, host: '127.0.0.1', port } });
      const failure = failureOf(read(client));
      await client.close();
      expect((await failure).code).to.equal('ABORTED');
      while (sockets.length === 0) await new Promise(setImmediate);
      await allClosed();
    });
  }

  it('knows an HTTP server for what it is', async () => {
    const http = createHttpServer((_, response) => response.end('hello'));
    const error = await failureOf(read(connect(await listening(http), { timeout: TIMEOUT })));
    expect(error).to.include({ code: 'BAD_REPLY' });
    expect(error.message).to.match(/^http:\/\/127\.0\.0\.1:\d+ answered with what is no HTTP\/2$/);
    const http2 = createHttp2Server((_, response) => {
      response.statusCode = 404;
      response.end('not here');
    });
    const client = connect(await listening(http2), { timeout: TIMEOUT });
    for (const call of [client.open(), read(client)]) {
      const other = await failureOf(call);
      expect(other).to.include({ code: 'BAD_REPLY' });
      expect(other.message).to.match(/404/);
    }
  });
}
