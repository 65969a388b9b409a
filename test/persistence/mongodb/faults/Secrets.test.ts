import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { secretsOf } from '../../../../src/persistence/mongodb/MongoClientOptions.js';
import { secretHider } from '../../../../src/persistence/mongodb/MongoFaults.js';
import { readMongoSettings } from '../../../../src/persistence/mongodb/MongoOptions.js';
import { SessionsMongoDbPersistence } from '../../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import { LogKeeper } from '../../../support/HttpTestEndpoint.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { freePort } from '../../../support/mongodb/LoopbackPorts.js';
import { MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { TcpProxy } from '../../../support/mongodb/TcpProxy.js';
import { callOperation } from '../../../support/ServiceProcess.js';
import { aSession } from '../../../support/Sessions.js';
import { startedServices } from '../../../support/StartedServices.js';
import { BAD_STARTS, ENCODED, PASSWORD, SECRETS } from './BadStarts.js';
import { type MongoConfig, mongoServiceArguments } from './MongoConfigs.js';

const FAST = { 'options.connect_timeout': 500, 'options.operation_timeout': 300 };

/** The server of the tests knows no users: of a secret that it does not ask for, it takes one. */
const secretUri = ({ uri }: TcpProxy): string => `${uri}&tlsCertificateKeyFilePassword=${ENCODED}`;

describeOnMongo('A password of MongoDB', ownMongoUnavailable(), () => {
  const services = startedServices();
  const log = new LogKeeper();
  let server: MongoServer;
  let proxy: TcpProxy;
  let persistence: SessionsMongoDbPersistence | undefined;

  beforeEach(async () => {
    log.lines.length = 0;
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterEach(async () => {
    await persistence?.close(null);
    await proxy.stop();
    await server.stop();
  });

  const open = async (config: MongoConfig): Promise<void> => {
    persistence = new SessionsMongoDbPersistence();
    persistence.setReferences(References.fromTuples(new Descriptor('test', 'logger', 'keeper', 'default', '1.0'), log));
    persistence.configure(ConfigParams.fromValue(config));
    await persistence.open(null);
  };

  it('is in no error of a start', async () => {
    const nowhere = await freePort();
    const configs: MongoConfig[] = [
      ...BAD_STARTS.map(({ config }) => config(server.port)),
      { 'connection.uri': `mongodb://ann:${ENCODED}@127.0.0.1:${server.port}/a`, ...FAST },
      { 'connection.uri': `mongodb://ann:${ENCODED}@127.0.0.1:${nowhere}/a`, ...FAST },
      { 'connection.uri': `mongodb://ann:${ENCODED}@no-such-host.invalid/a`, ...FAST },
      { 'connection.uri': `mongodb+srv://ann:${ENCODED}@no-such-host.invalid/a`, ...FAST },
      {
        'connection.port': server.port,
        'credential.username': 'ann',
        'credential.password': PASSWORD,
        ...FAST,
      },
    ];
    for (const config of configs) expectNoSecretIn(await failureOf(() => open(config)));
    proxy.freeze();
    expectNoSecretIn(await failureOf(() => open({ 'connection.uri': secretUri(proxy), ...FAST })));
    expectNoSecretIn(log.lines);
  });

  it('is in no error of an operation, and in no line of the log', async () => {
    await open({ 'connection.uri': secretUri(proxy), ...FAST });
    const calls = [
      () => persistence?.getOneById(null, 's'),
      () => persistence?.create(null, aSession({ id: `${Math.random()}` })),
      () => persistence?.closeExpired(null, Date.now(), 10),
      () => persistence?.check(null),
    ];
    const faults: (() => unknown)[] = [
      () => proxy.cutOn((command) => (command === 'hello' ? 'pass' : 'half')),
      () => proxy.cutOn((_, direction) => (direction === 'reply' ? 'none' : 'pass')),
      () => proxy.freeze(),
      () => {
        proxy.thaw();
        return server.kill();
      },
    ];
    for (const fault of faults) {
      await fault();
      for (const call of calls) expectNoSecretIn(await failureOf(async () => call()));
    }
    expect(log.lines.map(({ message }) => message).join('\n')).to.contain('The MongoDB server is lost');
    expectNoSecretIn(log.lines);
  });

  it('is in no output of the service, and not in its status', async () => {
    const config = { 'connection.uri': secretUri(proxy), ...FAST };
    const service = await services.start({ args: mongoServiceArguments(services.path('c.yml'), config) });
    const answers: unknown[] = [];
    const ask = async () => {
      for (const path of ['/status', '/ready']) answers.push(await (await fetch(service.url + path)).json());
      answers.push(await callOperation(service.url, 'open_session', { user_id: 'ann' }));
    };
    await ask();
    proxy.cutAll();
    await ask();
    proxy.freeze();
    await ask();
    proxy.thaw();
    await server.kill();
    await ask();
    expect(answers).to.have.length(12);
    const { stdout, stderr } = await service.stop();
    expect(stdout + stderr).to.match(/The MongoDB server (is lost|does not answer)/);
    expectNoSecretIn([answers, stdout, stderr]);
  });
});

describe('A password of MongoDB in words of the driver', () => {
  for (const [where, config] of [
    ['the URI', { 'connection.uri': `mongodb://ann:${ENCODED}@h/a` }],
    ['an option of the URI', { 'connection.uri': `mongodb://h/a?tls=true&tlsCertificateKeyFilePassword=${ENCODED}` }],
    ['a token in the URI', { 'connection.uri': `mongodb://h/a?authMechanismProperties=AWS_SESSION_TOKEN:${ENCODED}` }],
    ['the credential', { 'credential.username': 'ann', 'credential.password': PASSWORD }],
  ] as [string, MongoConfig][]) {
    it(`is hidden, plain and encoded: of ${where}`, () => {
      const hide = secretHider(secretsOf(readMongoSettings(ConfigParams.fromValue(config))));
      const said = `no ${PASSWORD}, ${ENCODED} at mongodb://ann:${ENCODED}@h or mongodb+srv://ann:other@h`;
      expect(hide(said)).to.equal('no ***, *** at mongodb://***@h or mongodb+srv://***@h');
    });
  }
});

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}

/** In nothing that hangs on it: own properties of every kind, what they hold, and what becomes of it as text. */
function expectNoSecretIn(value: unknown): void {
  const texts = [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value) ?? ''];
  collect(value, texts, new Set());
  for (const text of texts) for (const secret of SECRETS) expect(text).to.not.contain(secret);
}

function collect(value: unknown, texts: string[], seen: Set<unknown>): void {
  if (typeof value === 'string') texts.push(value);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const key of Reflect.ownKeys(value)) {
    texts.push(String(key));
    collect((value as Record<PropertyKey, unknown>)[key], texts, seen);
  }
}
