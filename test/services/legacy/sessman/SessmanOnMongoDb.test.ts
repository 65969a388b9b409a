import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { SessionsSessmanHttpService } from '../../../../src/services/legacy/sessman/SessionsSessmanHttpService.js';
import { MongoNodes } from '../../../persistence/mongodb/nodes/MongoNodes.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { MongoServer, mongoUnavailable, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { ServedController } from '../../../support/ServedController.js';
import { startedServices } from '../../../support/StartedServices.js';
import { callSessman } from './SessmanService.js';

describeOnMongo('A sessman.json', ownMongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(60_000);
  const services = startedServices();
  let server: MongoServer;
  before(async () => {
    server = await MongoServer.start();
  });
  after(() => server.stop());

  const env = (more: Record<string, string> = {}) => ({
    MONGO_ENABLED: 'true',
    HTTP_PORT: '0',
    SESSMAN_ENABLED: 'true',
    SESSMAN_CONFIG_PATH: './sessman.json',
    ...more,
  });
  const write = (more = '') => {
    const server_url = `"server_url": "127.0.0.1:${server.port}"`;
    writeFileSync(services.path('sessman.json'), `{ // as in the document\n${server_url}, ${more}\n}`);
  };

  async function expectSessionIn(url: string, database: string): Promise<Record<string, unknown>> {
    const { status, body } = await callSessman(Number(new URL(url).port), '/sessman/new?user=ann', {
      body: '{"data":{"cart":[]}}',
    });
    expect(status).to.equal(200);
    const client = new MongoClient(server.uri);
    try {
      const sessions = client.db(database).collection<{ _id: string }>('sessions');
      const document = await sessions.findOne({ _id: String(body['session_id']) });
      expect(document).to.deep.include({ user_id: 'ann', data: { cart: [] } });
    } finally {
      await client.close();
    }
    return body;
  }

  it('of the working folder leads the default configuration to server and database, and says how long sessions live', async () => {
    write('"database": "sessman", "session_ttl": 60,');
    const service = await services.start({ env: env() });
    const { expires } = await expectSessionIn(service.url, 'sessman');
    expect(Date.parse(String(expires)) - Date.now()).to.be.within(0, 60_000);
  });

  it('says less than the environment', async () => {
    write('"database": "sessman", "session_ttl": 60');
    const more = { MONGO_SERVICE_HOST: '127.0.0.1', MONGO_SERVICE_PORT: String(server.port), MONGO_DB: 'mine' };
    const service = await services.start({ env: env({ ...more, SESSMAN_SESSION_TTL: '600' }) });
    const { expires } = await expectSessionIn(service.url, 'mine');
    expect(Date.parse(String(expires)) - Date.now()).to.be.within(500_000, 600_000);
  });

  it('that is wrong stops the start with 78 and one sentence without the password', async () => {
    write('"username": "u", "password": "hunter2", "datbase": "sessman"');
    const { code, stdout, stderr } = await services.run({ env: env() });
    expect([code, stdout]).to.deep.equal([78, '']);
    expect(stderr).to.match(/^service-sessions: [^\n]*sessman\.json has the unknown key "datbase"[^\n]*\n$/);
    expect(stderr).to.not.contain('hunter2');
  });

  it('that leads to no server fails without telling its password or the API key', async () => {
    writeFileSync(
      services.path('sessman.json'),
      '{"username": "u", "password": "hunter2", "server_url": "127.0.0.1:1", "database": "sessman"}',
    );
    const more = { SESSMAN_API_KEY: 'correct-horse', LOG_LEVEL: 'trace' };
    const config = ['-c', services.path('config.yml')];
    writeFileSync(services.path('config.yml'), IMPATIENT);
    const { code, stdout, stderr } = await services.run({ args: config, env: env(more) });
    expect(code).to.equal(1);
    expect(stdout + stderr)
      .to.contain('no MongoDB server within 300 ms')
      .and.not.match(/hunter2|correct-horse/);
  });
});

const IMPATIENT = `
- descriptor: "pip-services:logger:console:default:1.0"
  level: trace
- descriptor: "service-sessions:persistence:mongodb:default:1.0"
  options:
    connect_timeout: 300
- descriptor: "service-sessions:controller:default:default:1.0"
- descriptor: "service-sessions:service:sessman:default:1.0"
  config_path: sessman.json
  options:
    api_key: "{{SESSMAN_API_KEY}}"
  connection:
    port: 0
`;

describeOnMongo('The calls of sessman on two nodes on MongoDB', mongoUnavailable(), () => {
  let nodes: MongoNodes;
  let served: ServedController[];
  const call = (node: number, target: string, body = '') =>
    callSessman((served[node] as ServedController).port, `/sessman/${target}`, { body });

  beforeEach(async () => {
    nodes = await MongoNodes.start();
    served = [];
    for (const index of [0, 1]) {
      const row = [new SessionsSessmanHttpService(), { 'options.session_ttl': 60 }] as const;
      served.push(await ServedController.start(nodes.controller(index), [row]));
    }
  });
  afterEach(async () => {
    for (const node of served) await node.close();
    await nodes.stop();
  });

  it('show on one what the other has written, and the same words for what is not there', async () => {
    const id = String((await call(0, 'new?userid=ann', '{"data":{"a.b":[1]}}')).body['session_id']);
    const get = (node: number, user = 'ann') => call(node, `get?userid=${user}&sessionid=${id}`);
    expect((await get(1)).body['data']).to.deep.equal({ 'a.b': [1] });
    nodes.advance(30_000);
    expect((await call(1, `update?sessionid=${id}`)).body['data']).to.deep.equal({ 'a.b': [1] });
    nodes.advance(59_999);
    expect((await get(0)).status).to.equal(200);
    const unknown = await call(0, 'get?userid=ann&sessionid=none');
    expect((await get(0, 'bob')).text).to.equal(unknown.text);
    nodes.advance(1);
    for (const node of [0, 1]) {
      expect(await get(node)).to.include({ status: 404, text: unknown.text });
      const updated = await call(node, `update?sessionid=${id}`, '{"data":{}}');
      expect(updated).to.include({ status: 404, text: unknown.text });
    }
  });
});
