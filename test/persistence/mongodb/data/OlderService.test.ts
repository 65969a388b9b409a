import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import { isSessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import type { SessionV1 } from '../../../../src/data/version1/SessionV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { installedPackage, orSkip } from '../../../compatibility/OlderPackage.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { MongoNodes } from '../nodes/MongoNodes.js';

type OlderCall = (correlationId: null, ...args: unknown[]) => Promise<SessionV1 | null>;

/** The controller of the older service over its own MongoDB persistence. */
interface OlderService {
  openSession: OlderCall;
  getSessionById: OlderCall;
  storeSessionData: OlderCall;
  updateSessionUser: OlderCall;
  closeSession: OlderCall;
  deleteSessionById: OlderCall;
  closeExpiredSessions: OlderCall;
  getSessions(...args: unknown[]): Promise<{ data: SessionV1[] }>;
  close(): Promise<void>;
}

const DAY = 86_400_000;

describeOnMongo(
  'npm service-sessions-node 1.1.1 on the same collection',
  mongoUnavailable(),
  function (this: Mocha.Suite) {
    this.timeout(60_000);
    let folder: string;
    let nodes: MongoNodes;
    let ours: SessionsController;
    let older: OlderService;

    before(async function () {
      this.timeout(180_000);
      const installed = await orSkip(installedPackage('service-sessions-node', '1.1.1'), this.test?.parent);
      if (installed === null) return this.skip();
      folder = installed;
    });
    beforeEach(async () => {
      nodes = await MongoNodes.start({}, []);
      ours = (await nodes.add({ touch_interval: 0, retention: DAY })).controller;
      // Its times are those of the real clock: so are ours here.
      nodes.advance(Date.now() - (nodes.all[0]?.clock.now() ?? 0));
      older = await olderService(folder, nodes.uri);
    });
    afterEach(async () => {
      await older.close();
      await nodes.stop();
    });

    const content = {
      user: { name: 'Ann', roles: ['a', 'b'] },
      data: { cart: [{ sku: 1 }], at: '2026-03-01T12:00:00.000Z' },
    };
    const open = (fields: object = {}) =>
      ours.openSession(null, { user_id: 'ann', user_name: 'Ann', address: '::1', ...content, ...fields });

    it('reads and lists what we write, plain content included', async () => {
      const session = await open({ expire_timeout: DAY, service: 'web' });
      await ours.storeSessionData(null, session.id, { cart: [] });
      const read = await older.getSessionById(null, session.id);
      expect(read).to.deep.include({
        ...{ id: session.id, user_id: 'ann', user_name: 'Ann', address: '::1', active: true },
        ...{ open_time: session.open_time, request_time: session.request_time, user: content.user, data: { cart: [] } },
      });
      const odd = await open({ data: { 'a.b': 1 } });
      expect(await older.getSessionById(null, odd.id))
        .to.deep.include({ user: content.user })
        .and.not.have.property('data');
      await ours.closeSession(null, odd.id);
      const closed = await older.getSessionById(null, odd.id);
      expect(closed).to.include({ active: false }).and.not.have.any.keys('user', 'data');
      expect(closed?.close_time).to.be.instanceOf(Date);
      expect((await older.getSessions(null, null, null)).data.map(({ id }) => id).sort()).to.deep.equal(
        [session.id, odd.id].sort(),
      );
    });

    it('writes content that we read, whatever stood there before', async () => {
      for (const data of [{ plain: 1 }, { 'a.b': 1 }, [[1]], -0]) {
        const { id } = await open({ data, user: data });
        await older.storeSessionData(null, id, { theirs: [1] });
        expect((await ours.getSessionById(null, id))?.data).to.deep.equal({ theirs: [1] });
        await older.updateSessionUser(null, id, { name: 'Bob' });
        expect((await ours.validateSession(null, id))?.user).to.deep.equal({ name: 'Bob' });
        const patched = await ours.patchSessionData(null, id, { 'c.d': 2 });
        expect(patched).to.deep.include({ data: { theirs: [1], 'c.d': 2 }, user: { name: 'Bob' }, version: 1 });
        expect(await ours.storeSessionData(null, id, 3)).to.deep.include({ data: 3, version: 2 });
      }
    });

    it('closes our sessions for good, and frees their binding and in the end their place', async () => {
      const binding = { user_id: 'ann', service: 'cgi', expire_timeout: 0 };
      const session = await ours.openBoundSession(null, { ...binding, data: { 'a.b': 1 } });
      expect(await older.closeSession(null, session.id)).to.include({ active: false });
      const closed = await ours.getSessionById(null, session.id);
      expect(closed).to.include({ active: false }).and.not.have.any.keys('user', 'data');
      expect(await ours.validateSession(null, session.id)).to.equal(null);
      const late = await ours.storeSessionData(null, session.id, 1).catch((error: unknown) => error);
      expect(isSessionError(late, 'SESSION_CLOSED'), String(late)).to.equal(true);
      expect(await ours.closeSessions(null, { user_id: 'ann' })).to.equal(0);
      const next = await ours.openBoundSession(null, binding);
      expect((await ours.getSessions(null, { active: true }, null)).data.map(({ id }) => id)).to.deep.equal([next.id]);
      await ours.closeExpiredSessions(null);
      nodes.advance(DAY + 60_000);
      await ours.closeExpiredSessions(null);
      expect(await ours.getSessionById(null, session.id)).to.equal(null);
      expect(await ours.countSessions(null)).to.equal(1);
    });

    it('opens sessions that we read, use and close, and reads that', async () => {
      const session = (await older.openSession(
        null,
        'bob',
        'Bob',
        '::1',
        'curl',
        content.user,
        content.data,
      )) as SessionV1;
      expect(await ours.getSessionById(null, session.id)).to.deep.include({
        ...{ user_id: 'bob', user_name: 'Bob', address: '::1', client: 'curl', active: true, version: 0 },
        ...{ open_time: session.open_time, ...content },
      });
      nodes.advance(60_000);
      expect((await ours.validateSession(null, session.id, 'bob'))?.active).to.equal(true);
      await ours.storeSessionData(null, session.id, { ours: 1 });
      expect((await older.getSessionById(null, session.id))?.data).to.deep.equal({ ours: 1 });
      await ours.closeSession(null, session.id);
      expect(await older.getSessionById(null, session.id)).to.include({ active: false });
      expect(nodes.endings().get(session.id)).to.deep.equal(['closed']);
    });

    it('sweeps and deletes our sessions', async () => {
      const [one, other] = [await open(), await open()];
      await nodes.documents.updateOne({ _id: one.id }, { $set: { request_time: new Date(Date.now() - 2 * DAY) } });
      await older.closeExpiredSessions(null);
      expect(await ours.validateSession(null, one.id)).to.equal(null);
      expect((await ours.validateSession(null, other.id))?.active).to.equal(true);
      await older.deleteSessionById(null, other.id);
      expect(await ours.getSessionById(null, other.id)).to.equal(null);
      expect(await ours.storeSessionData(null, other.id, 1)).to.equal(null);
    });
  },
);

async function olderService(folder: string, uri: string): Promise<OlderService> {
  const require = createRequire(join(folder, 'package.json'));
  const { ConfigParams, Descriptor, References } = require('pip-services3-commons-nodex');
  const path = 'service-sessions-node/obj/src';
  const { SessionsMongoDbPersistence } = require(`${path}/persistence/SessionsMongoDbPersistence`);
  const { SessionsController } = require(`${path}/logic/SessionsController`);
  const persistence = new SessionsMongoDbPersistence();
  persistence.configure(ConfigParams.fromTuples('connection.uri', uri));
  await persistence.open(null);
  const controller = new SessionsController();
  controller.configure(new ConfigParams());
  const store = new Descriptor('service-sessions', 'persistence', 'mongodb', 'default', '1.0');
  controller.setReferences(References.fromTuples(store, persistence));
  return Object.assign(controller, { close: () => persistence.close(null) });
}
