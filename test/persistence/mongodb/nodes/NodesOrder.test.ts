import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { isSessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import type { SessionV1 } from '../../../../src/data/version1/SessionV1.js';
import type { AnyDocument } from '../../../../src/persistence/mongodb/SessionDocument.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { MongoServer, mongoUnavailable, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { TcpProxy } from '../../../support/mongodb/TcpProxy.js';
import { aSession } from '../../../support/Sessions.js';
import { openMongo } from '../MongoStores.js';
import { MongoNodes, someClocks } from './MongoNodes.js';

const ROUNDS = 40;

/** In the place of promise P12, which only a store that has its sessions in the process can keep. */
describeOnMongo('Changes of one session that one process starts', mongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(60_000);
  let nodes: MongoNodes;

  beforeEach(async () => {
    nodes = await MongoNodes.start({}, someClocks(1));
  });
  afterEach(() => nodes.stop());

  async function started(...calls: ((id: string) => Promise<SessionV1 | null>)[]) {
    const { id } = await nodes.controller(0).openSession(null, { user_id: 'ann', data: {} });
    const outcomes = await Promise.all(calls.map((call) => call(id).catch((error: { code: string }) => error.code)));
    return { outcomes, last: await nodes.controller(0).getSessionById(null, id) };
  }
  const store = (data: number) => (id: string) => nodes.controller(0).storeSessionData(null, id, data);
  const patch = (data: object) => (id: string) => nodes.controller(0).patchSessionData(null, id, data as never);
  const close = (id: string) => nodes.controller(0).closeSession(null, id);

  it('are applied in the order they were started: stores', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { outcomes, last } = await started(...[1, 2, 3, 4, 5].map(store));
      expect(last?.data).to.equal(5);
      expect(outcomes.map((one) => (one as SessionV1).version)).to.deep.equal([1, 2, 3, 4, 5]);
    }
  });

  it('are applied in the order they were started: patches', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { last } = await started(patch({ a: 1 }), patch({ a: 2, b: 2 }), patch({ a: 3 }));
      expect(last?.data).to.deep.equal({ a: 3, b: 2 });
    }
  });

  it('are applied in the order they were started: a patch and a store after it', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      expect((await started(patch({ a: 1 }), store(2))).last?.data).to.equal(2);
    }
  });

  it('are applied in the order they were started: changes and a close after them', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { outcomes, last } = await started(patch({ a: 1 }), store(2), close);
      expect(last).to.include({ active: false, version: 2 });
      expect(outcomes.slice(0, 2).map((one) => (one as SessionV1).version)).to.deep.equal([1, 2]);
    }
  });
});

describeOnMongo('A change that other nodes always overtake', ownMongoUnavailable(), () => {
  let server: MongoServer;
  let proxy: TcpProxy;
  let client: MongoClient;

  beforeEach(async () => {
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
    client = new MongoClient(server.uri);
  });
  afterEach(async () => {
    await client.close();
    await proxy.stop();
    await server.stop();
  });

  it('ends with SESSION_CONFLICT and a sentence, after some attempts and not for ever', async () => {
    const persistence = await openMongo(proxy.uri.replace('/?', '/overtaken?'));
    await persistence.create(null, aSession());
    const sessions = client.db('overtaken').collection<AnyDocument>('sessions');
    let attempts = 0;
    // Nothing passes until another node has changed the session.
    const overtake = (): void => {
      proxy.freeze();
      const change = { $set: { _stamp: `other${attempts++}` } };
      void sessions.updateOne({ _id: 's1' }, change).then(() => proxy.thaw());
    };
    const start = performance.now();
    const error = await persistence
      .change(null, 's1', (current) => {
        overtake();
        return current.with({ version: current.version + 1 });
      })
      .catch((reason: unknown) => reason);
    expect(isSessionError(error, 'SESSION_CONFLICT'), String(error)).to.equal(true);
    expect((error as Error).message).to.match(/changed by others/);
    expect(attempts).to.be.within(6, 20);
    expect(performance.now() - start).to.be.lessThan(5000);
    expect((await persistence.getOneById(null, 's1'))?.version, 'nothing of it is stored').to.equal(0);
    await persistence.close(null);
  });
});
