import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { freePort } from '../../../support/mongodb/LoopbackPorts.js';
import { databaseUri, MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { callOperation, type ServiceExit, ServiceProcess } from '../../../support/ServiceProcess.js';
import { startedServices } from '../../../support/StartedServices.js';
import { BAD_STARTS, ENCODED, PASSWORD, SECRETS } from './BadStarts.js';
import { type MongoConfig, mongoServiceArguments } from './MongoConfigs.js';

const CONNECT_TIMEOUT = 2000;
/** Of a process beside what it waits for. */
const STARTING = 4000;

interface TimedExit extends ServiceExit {
  took: number;
}

describe('A start on MongoDB with a bad configuration', () => {
  const services = startedServices();
  let listener: Server;
  let connections: Socket[];

  beforeEach(async () => {
    connections = [];
    listener = createServer((socket) => {
      socket.on('error', () => {});
      connections.push(socket);
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
  });
  afterEach(() => {
    for (const socket of connections) socket.destroy();
    listener.close();
  });

  const port = (): number => (listener.address() as AddressInfo).port;

  async function run(config: MongoConfig): Promise<TimedExit> {
    const startedAt = performance.now();
    const exit = await services.run({ args: mongoServiceArguments(services.path('config.yml'), config) });
    return { ...exit, took: performance.now() - startedAt };
  }

  for (const { what, config, says } of BAD_STARTS) {
    it(`ends with 78 and one sentence before it connects: ${what}`, async () => {
      const { code, stdout, stderr, took } = await run(config(port()));
      expectOneSentence(stderr, says);
      expectNoSecret(stdout, stderr);
      expect([code, connections.length], stderr).to.deep.equal([78, 0]);
      expect(took).to.be.below(STARTING);
    });
  }

  it('ends with 1 and one sentence after the time for it, where nobody listens', async () => {
    const nowhere = await freePort();
    const { code, stdout, stderr, took } = await run({
      'connection.uri': `mongodb://ann:${ENCODED}@127.0.0.1:${nowhere}/a`,
      'options.connect_timeout': CONNECT_TIMEOUT,
    });
    expectOneSentence(stderr, /no MongoDB server within 2000 ms \(options\.connect_timeout\): .*ECONNREFUSED/);
    expectNoSecret(stdout, stderr);
    expect(code).to.equal(1);
    expect(took).to.be.within(CONNECT_TIMEOUT, CONNECT_TIMEOUT + STARTING);
  });

  it('ends with 1 and one sentence after the time for it, where nobody answers', async () => {
    const { code, stdout, stderr, took } = await run({
      'connection.host': '127.0.0.1',
      'connection.port': port(),
      'credential.username': 'ann',
      'credential.password': PASSWORD,
      'options.connect_timeout': CONNECT_TIMEOUT,
    });
    expectOneSentence(stderr, /no MongoDB server within 2000 ms \(options\.connect_timeout\): /);
    expectNoSecret(stdout, stderr);
    expect([code, connections.length > 1], 'it is tried again').to.deep.equal([1, true]);
    expect(took).to.be.within(CONNECT_TIMEOUT, CONNECT_TIMEOUT + STARTING);
  });

  it('ends with 1 and one sentence after the time for it, where the host has no address', async () => {
    const { code, stderr, took } = await run({
      'connection.uri': `mongodb://ann:${ENCODED}@no-such-host.invalid/a`,
      'options.connect_timeout': CONNECT_TIMEOUT,
    });
    expectOneSentence(stderr, /no MongoDB server within 2000 ms/);
    expectNoSecret(stderr);
    expect(code).to.equal(1);
    expect(took).to.be.within(CONNECT_TIMEOUT, CONNECT_TIMEOUT + STARTING);
  });
});

describeOnMongo('A start on MongoDB', ownMongoUnavailable(), () => {
  const services = startedServices();
  let server: MongoServer;

  beforeEach(async () => {
    server = await MongoServer.start();
  });
  afterEach(() => server.stop());

  for (const [where, config] of [
    ['the URI', (port: number) => ({ 'connection.uri': `mongodb://ann:${ENCODED}@127.0.0.1:${port}/a` })],
    [
      'the credential',
      (port: number) => ({
        'connection.host': '127.0.0.1',
        'connection.port': port,
        'credential.username': 'ann',
        'credential.password': PASSWORD,
      }),
    ],
  ] as const) {
    it(`ends with 1 and one sentence at once when the password of ${where} is refused`, async () => {
      const startedAt = performance.now();
      const exit = await services.run({ args: mongoServiceArguments(services.path('c.yml'), config(server.port)) });
      expectOneSentence(exit.stderr, /the MongoDB server refuses the user: check credential\.username/);
      expectNoSecret(exit.stdout, exit.stderr);
      expect(exit.code).to.equal(1);
      expect(performance.now() - startedAt).to.be.below(STARTING);
    });
  }

  it('succeeds when the server comes within the time for it', async () => {
    await server.kill();
    const config = { 'connection.uri': databaseUri(server.uri, 'late'), 'options.connect_timeout': 8000 };
    const service = ServiceProcess.spawn({ args: mongoServiceArguments(services.path('c.yml'), config) });
    try {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await server.restart();
      await service.untilLine(/ is ready /, 8000);
      expect((await callOperation(service.url, 'open_session', { user_id: 'ann' })).status).to.equal(200);
    } finally {
      expect((await service.stop()).code).to.equal(0);
    }
  });
});

function expectOneSentence(stderr: string, says: RegExp): void {
  expect(stderr).to.match(says);
  expect(stderr.trimEnd().split('\n'), stderr).to.have.length(1);
  expect(stderr).to.match(/^service-sessions: /);
}

function expectNoSecret(...texts: string[]): void {
  for (const text of texts) for (const secret of SECRETS) expect(text).to.not.contain(secret);
}
