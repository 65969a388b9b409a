import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { SessionsMongoDbPersistence } from '../../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import type { ControllerOptions } from '../../../contracts/ApiUnderTest.js';
import { openController } from '../../../support/DirectApi.js';
import { FakeClock } from '../../../support/FakeClock.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { TcpProxy } from '../../../support/mongodb/TcpProxy.js';

const HOUR = 3_600_000;

describeOnMongo('The commands that operations cost', ownMongoUnavailable(), function (this: Mocha.Suite) {
  let server: MongoServer;
  let proxy: TcpProxy;
  const opened: { close(correlationId: null): Promise<void> }[] = [];
  let clock: FakeClock;

  before(async () => {
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  after(async () => {
    await proxy.stop();
    await server.stop();
  });
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(async () => {
    for (const component of opened.splice(0).reverse()) await component.close(null);
  });

  async function node(options: ControllerOptions = {}): Promise<SessionsController> {
    const persistence = new SessionsMongoDbPersistence();
    const uri = proxy.uri.replace('/?', '/counted?');
    persistence.configure(ConfigParams.fromTuples('connection.uri', uri));
    await persistence.open(null);
    const controller = await openController(persistence, options, clock);
    opened.push(persistence, controller);
    return controller;
  }

  /** The names of the commands that the server is sent meanwhile, without heartbeats and handshakes. */
  async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
    const commands: string[] = [];
    proxy.cutOn((command, direction) => {
      if (direction === 'request' && command !== 'hello') commands.push(command);
      return 'pass';
    });
    await work();
    proxy.cutNothing();
    return commands;
  }

  const content = { user: { name: 'Ann' }, data: { cart: [] } };

  it('open, get, store, update, close and delete: one each', async () => {
    const controller = await node();
    let id = '';
    const opening = async () => {
      id = (await controller.openSession(null, { user_id: 'ann', ...content })).id;
    };
    expect(await commandsOf(opening)).to.deep.equal(['insert']);
    clock.advance(1);
    expect(await commandsOf(() => controller.getSessionById(null, id))).to.deep.equal(['find']);
    const stores = () => controller.storeSessionData(null, id, { cart: [1] });
    expect(await commandsOf(stores)).to.deep.equal(['findAndModify']);
    const versioned = () => controller.storeSessionData(null, id, { 'a.b': 1 }, { version: 1, expire_timeout: HOUR });
    expect(await commandsOf(versioned)).to.deep.equal(['findAndModify']);
    const updates = () => controller.updateSessionUser(null, id, { name: 'Bob' }, { user_id: 'bob' });
    expect(await commandsOf(updates)).to.deep.equal(['findAndModify']);
    expect(await commandsOf(() => controller.closeSession(null, id))).to.deep.equal(['findAndModify']);
    expect(await commandsOf(() => controller.deleteSessionById(null, id))).to.deep.equal(['findAndModify']);
  });

  it('validate within touch_interval: one read and no write; later one of each', async () => {
    const controller = await node({ touch_interval: 1000 });
    const { id } = await controller.openSession(null, { user_id: 'ann', ...content });
    clock.advance(999);
    expect(await commandsOf(() => controller.validateSession(null, id))).to.deep.equal(['find']);
    clock.advance(1);
    expect(await commandsOf(() => controller.validateSession(null, id))).to.deep.equal(['find', 'update']);
    expect(await commandsOf(() => controller.validateSession(null, 'nobody'))).to.deep.equal(['find']);
  });

  it('a patch two, a list one, a list with its total two', async () => {
    const controller = await node();
    const { id } = await controller.openSession(null, { user_id: 'ann', ...content });
    expect(await commandsOf(() => controller.patchSessionData(null, id, { cart: [2] }))).to.deep.equal([
      'find',
      'update',
    ]);
    const filter = { user_id: 'ann', active: true };
    expect(await commandsOf(() => controller.getSessions(null, filter, null))).to.deep.equal(['find']);
    const list = () => controller.getSessions(null, filter, { take: 1, total: true });
    expect(await commandsOf(list)).to.deep.equal(['find', 'aggregate']);
  });

  // What a node does not know of a session is tried as if the session had no policy of its own, and then read.
  const policies: [string, ControllerOptions, object, string][] = [
    ['without a policy of its own', {}, {}, 'findAndModify'],
    ['with a time-out of its own', {}, { expire_timeout: HOUR }, 'findAndModify,find,update'],
    ['that never expires', {}, { expire_timeout: 0 }, 'findAndModify,find,update'],
    ['with a basis of its own', {}, { expire_basis: 'last_update' }, 'findAndModify,find,update'],
    ['that counts from its opening', {}, { expire_basis: 'created' }, 'findAndModify,find,update'],
    ['where all count from their opening', { expire_basis: 'created' }, {}, 'find,update'],
    ['where all count from their last update', { expire_basis: 'last_update' }, {}, 'findAndModify'],
    ['with a longest life', { max_lifetime: 10 * 24 * HOUR }, {}, 'findAndModify'],
    ['near the end of its longest life', { max_lifetime: HOUR }, {}, 'findAndModify,find,update'],
  ];
  for (const [title, options, session, first] of policies) {
    it(`a store into a session ${title}: one, and the first time that the node sees it ${first}`, async () => {
      const [one, other] = [await node(options), await node(options)];
      const { id } = await one.openSession(null, { user_id: 'ann', ...content, ...session });
      clock.advance(5000);
      const stores = (controller: SessionsController) =>
        commandsOf(() => controller.storeSessionData(null, id, clock.now()));
      expect((await stores(other)).join()).to.equal(first);
      clock.advance(1000);
      expect(await stores(one), 'on the node that has opened it').to.deep.equal(['findAndModify']);
      for (const controller of [other, one, other]) {
        await one.getSessionById(null, id);
        clock.advance(5000);
        expect(await stores(controller)).to.deep.equal(['findAndModify']);
        expect((await one.getSessionById(null, id))?.data).to.equal(clock.now());
      }
    });
  }

  it('a close of a session with any policy, on a node that has never seen it: one', async () => {
    const [one, other] = [await node(), await node()];
    const { id } = await one.openSession(null, { user_id: 'ann', expire_timeout: 1, expire_basis: 'created' });
    expect(await commandsOf(() => other.closeSession(null, id))).to.deep.equal(['findAndModify']);
  });
});
