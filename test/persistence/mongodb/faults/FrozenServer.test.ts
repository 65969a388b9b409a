import { expect } from 'chai';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { TcpProxy } from '../../../support/mongodb/TcpProxy.js';
import { FaultyNode } from './FaultyNode.js';

const OPERATION_TIMEOUT = 1500;
const ALLOWED = OPERATION_TIMEOUT + 100;
const RESUME_WITHIN = 2000;

/** All at once, so that each begins while nothing passes any more. */
const CALLS: Record<string, (controller: SessionsController) => Promise<unknown>> = {
  open_session: (controller) => controller.openSession(null, { session_id: 'fresh', user_id: 'bob' }),
  'open of a bound session': (controller) => controller.openBoundSession(null, { session_id: 'b', user_id: 'bob' }),
  get_session_by_id: (controller) => controller.getSessionById(null, 's'),
  get_sessions: (controller) => controller.getSessions(null, { user_id: 'ann' }, { total: true }),
  validate_session: (controller) => controller.validateSession(null, 's'),
  store_session_data: (controller) => controller.storeSessionData(null, 's', { stored: 1 }),
  patch_session_data: (controller) => controller.patchSessionData(null, 'patched', { patched: 1 }),
  update_session_user: (controller) => controller.updateSessionUser(null, 's', { updated: 1 }),
  close_session: (controller) => controller.closeSession(null, 'closed'),
  close_sessions: (controller) => controller.closeSessions(null, { user_id: 'cy' }),
  close_expired_sessions: (controller) => controller.closeExpiredSessions(null),
  delete_session_by_id: (controller) => controller.deleteSessionById(null, 'deleted'),
  count: (controller) => controller.countSessions(null),
  check: (controller) => controller.checkPersistence(null),
};

describeOnMongo('A connection that is frozen', ownMongoUnavailable(), () => {
  let server: MongoServer;
  let proxy: TcpProxy;
  let node: FaultyNode;

  beforeEach(async () => {
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterEach(async () => {
    await node?.close();
    await proxy?.stop();
    await server?.stop();
  });

  const open = async (options: Record<string, string | number> = {}, uri = proxy.uri): Promise<void> => {
    node = await FaultyNode.open(uri, { 'options.operation_timeout': OPERATION_TIMEOUT, ...options });
    for (const session_id of ['s', 'patched', 'closed', 'deleted']) {
      await node.controller.openSession(null, { session_id, user_id: 'ann' });
    }
    node.clock.advance(1000);
  };

  /** Rejects when no call is answered in time; all begin now. */
  async function expectResumed(): Promise<void> {
    const startedAt = performance.now();
    for (;;) {
      const { code } = await node.call((controller) => controller.patchSessionData(null, 'patched', { again: 2 }));
      expect(performance.now() - startedAt).to.be.below(RESUME_WITHIN);
      if (code === undefined) return;
    }
  }

  it('ends every operation in time, reads included, and all of them work when it thaws', async () => {
    await open();
    proxy.freeze();
    const outcomes = await Promise.all(
      Object.entries(CALLS).map(async ([name, work]) => ({ name, ...(await node.call(work)) })),
    );
    for (const { name, code, took } of outcomes) {
      expect(code, name).to.equal('PERSISTENCE_UNAVAILABLE');
      expect(took, name).to.be.within(OPERATION_TIMEOUT - 10, ALLOWED);
    }
    proxy.thaw();
    await expectResumed();
    for (const [name, work] of Object.entries(CALLS)) {
      const { code } = await node.call(work);
      // What was frozen has been done meanwhile, or not.
      const mayBe = name.startsWith('open') ? [undefined, 'SESSION_EXISTS'] : [undefined];
      expect(mayBe, name).to.include(code);
    }
  });

  it('holds up nothing once another works, where the old ones stay frozen for ever', async () => {
    await open();
    proxy.freezeOld();
    const { code, took } = await node.call(CALLS['patch_session_data'] as never);
    expect([code, took < ALLOWED]).to.deep.equal(['PERSISTENCE_UNAVAILABLE', true]);
    await expectResumed();
    const { value } = await node.call((controller) => controller.patchSessionData(null, 'patched', { third: 3 }));
    expect(value?.data).to.deep.equal({ again: 2, third: 3 });
  });

  it('puts a new client in the place of one whose connections all hang', async () => {
    await open({ 'options.max_pool_size': 1, 'options.operation_timeout': 3000 });
    proxy.freeze();
    expect((await node.call(CALLS['get_session_by_id'] as never)).code).to.equal('PERSISTENCE_UNAVAILABLE');
    // Until what asks whether the server is there hangs too.
    await new Promise((resolve) => setTimeout(resolve, 400));
    proxy.freezeOld();
    await expectResumed();
    const outcomes = Array.from({ length: 20 }, () => node.call((controller) => controller.getSessionById(null, 's')));
    for (const { value, took } of await Promise.all(outcomes))
      expect([value?.id, took < 1000]).to.deep.equal(['s', true]);
  });

  it('lets a bounded number wait, refuses one more at once, and serves on afterwards', async () => {
    await open({ 'options.max_pool_size': 2, 'options.max_waiting': 3 });
    proxy.freeze();
    let timers = 0;
    setTimeout(() => timers++, 1);
    const held = Array.from({ length: 5 }, (_, user) =>
      node.call((controller) => controller.openSession(null, { user_id: `${user}` })),
    );
    const refused = await node.call((controller) => controller.getSessionById(null, 's'));
    expect([refused.code, timers]).to.deep.equal(['OVERLOADED', 0]);
    for (const { code, took } of await Promise.all(held)) {
      expect([code, took < ALLOWED]).to.deep.equal(['PERSISTENCE_UNAVAILABLE', true]);
    }
    proxy.thaw();
    await expectResumed();
    for (let round = 0; round < 10; round++) {
      const calls = Array.from({ length: 5 }, () => node.call((controller) => controller.getSessionById(null, 's')));
      for (const { value } of await Promise.all(calls)) expect(value?.id).to.equal('s');
    }
  });

  it('costs no more sockets and timers the longer it lasts', async () => {
    await open({ 'options.operation_timeout': 200, 'options.connect_timeout': 1000 }, server.uri);
    await server.pause();
    const used = async (): Promise<number> => {
      for (let call = 0; call < 12; call++) await node.call((controller) => controller.getSessionById(null, 's'));
      return process.getActiveResourcesInfo().length;
    };
    const first = await used();
    expect(await used()).to.be.below(first + 8);
  });
});
