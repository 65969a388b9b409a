import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { describeOnMongo } from '../support/mongodb/DescribeOnMongo.js';
import { MongoServer, ownMongoUnavailable } from '../support/mongodb/MongoServers.js';
import { ROOT } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';

describeOnMongo('config/legacy.yml on MongoDB', ownMongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(60_000);
  const services = startedServices();
  let server: MongoServer;
  before(async () => {
    server = await MongoServer.start();
  });
  after(() => server.stop());

  it('is led there by a sessman.json, with the sessions of all systems', async () => {
    const file = { server_url: `127.0.0.1:${server.port}`, database: 'sessman', session_ttl: 60 };
    writeFileSync(services.path('sessman.json'), JSON.stringify(file));
    const service = await services.start({
      args: ['-c', join(ROOT, 'config', 'legacy.yml')],
      env: { HTTP_PORT: '0', MONGO_ENABLED: 'true', SESSMAN_CONFIG_PATH: './sessman.json' },
    });
    const added = await (await fetch(`${service.url}/add_session.cgi?user_id=ann;service=wiki`)).text();
    const made = await fetch(`${service.url}/sessman/new?userid=ann`, { method: 'POST', body: '{"data":{"a":1}}' });
    const { session_id } = (await made.json()) as { session_id: string };
    const client = new MongoClient(server.uri);
    const documents = await client.db('sessman').collection('sessions').find({ user_id: 'ann' }).toArray();
    await client.close();
    expect(documents.map(({ _id }) => String(_id))).to.have.members([added, session_id]);
  });
});
