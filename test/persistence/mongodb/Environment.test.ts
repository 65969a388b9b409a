import { join } from 'node:path';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { orSkip, unpackedPackage } from '../../compatibility/OlderPackage.js';
import { describeOnMongo } from '../../support/mongodb/DescribeOnMongo.js';
import { databaseUri, MongoServer, ownMongoUnavailable } from '../../support/mongodb/MongoServers.js';
import { callOperation, type ServiceProcess } from '../../support/ServiceProcess.js';
import { startedServices } from '../../support/StartedServices.js';

describeOnMongo('The environment of the older service', ownMongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(60_000);
  const services = startedServices();
  let server: MongoServer;

  before(async () => {
    server = await MongoServer.start();
  });
  after(() => server.stop());

  /** Where a session is found that this service opens. */
  async function expectSessionIn(service: ServiceProcess, database: string, collection: string): Promise<void> {
    const { body } = await callOperation(service.url, 'open_session', { user_id: 'ann', data: { cart: [] } });
    const client = new MongoClient(server.uri);
    try {
      const sessions = client.db(database).collection<{ _id: string }>(collection);
      const document = await sessions.findOne({ _id: String(body?.['id']) });
      expect(document).to.deep.include({ user_id: 'ann', active: true, data: { cart: [] } });
    } finally {
      await client.close();
    }
    await service.stop();
  }

  const address = () => ({
    HTTP_ENABLED: 'true',
    HTTP_PORT: '0',
    MONGO_ENABLED: 'true',
    MONGO_SERVICE_HOST: '127.0.0.1',
    MONGO_SERVICE_PORT: String(server.port),
  });

  it('leads to the server by host and port, to "sessions" in "app" unless it says otherwise', async () => {
    await expectSessionIn(await services.start({ env: address() }), 'app', 'sessions');
  });

  it('names database and collection', async () => {
    const env = { ...address(), MONGO_DB: 'other', MONGO_COLLECTION: 'visits' };
    await expectSessionIn(await services.start({ env }), 'other', 'visits');
  });

  it('goes by the URI and the database in its path before host, port and database', async () => {
    const env = {
      ...address(),
      MONGO_SERVICE_PORT: '1',
      MONGO_SERVICE_URI: databaseUri(server.uri, 'inpath'),
      MONGO_DB: 'other',
    };
    await expectSessionIn(await services.start({ env }), 'inpath', 'sessions');
  });

  it('takes MONGO_DB for a URI without a path', async () => {
    const env = { ...address(), MONGO_SERVICE_URI: server.uri, MONGO_DB: 'other' };
    await expectSessionIn(await services.start({ env }), 'other', 'sessions');
  });

  it('works with the template that the older service ships', async function () {
    const folder = await orSkip(unpackedPackage('service-sessions-node', '1.1.1'), this.test?.parent);
    if (folder === null) return this.skip();
    const args = ['-c', join(folder, 'config', 'config.yml')];
    const env = { ...address(), MONGO_DB: 'older' };
    await expectSessionIn(await services.start({ args, env }), 'older', 'sessions');
  });
});
