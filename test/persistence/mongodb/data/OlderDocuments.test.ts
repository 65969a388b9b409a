import { expect } from 'chai';
import { Long } from 'mongodb';
import type { SessionV1 } from '../../../../src/data/version1/SessionV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { START } from '../../../support/FakeClock.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { MongoNodes } from '../nodes/MongoNodes.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (milliseconds: number) => new Date(START + milliseconds);

/** As npm service-sessions-node 1.1.1 writes an active session. */
function older(_id: string, fields: object = {}) {
  return {
    _id,
    user_id: 'ann',
    user_name: 'Ann',
    active: true,
    open_time: at(-HOUR),
    request_time: at(-1000),
    address: '::1',
    client: 'curl',
    user: { name: 'Ann', since: { year: 2020 } },
    data: { cart: [1, { sku: 'a' }] },
    ...fields,
  };
}

const closed = { active: false, close_time: at(-500), user: null, data: null };

for (const isRunning of [false, true]) {
  const when = isRunning ? 'while this one runs' : 'before this one was opened';
  describeOnMongo(`What an older service has written ${when}`, mongoUnavailable(), () => {
    let nodes: MongoNodes;
    let controller: SessionsController;

    beforeEach(async () => {
      nodes = await MongoNodes.start({}, []);
    });
    afterEach(() => nodes.stop());

    async function given(...documents: ReturnType<typeof older>[]): Promise<void> {
      const node = () => nodes.add({ expire_timeout: DAY, touch_interval: 0, retention: 10 * DAY });
      if (isRunning) controller = (await node()).controller;
      await nodes.documents.insertMany(documents);
      if (!isRunning) controller = (await node()).controller;
    }

    it('is read and listed, with the deadline that it would have here', async () => {
      await given(older('s1'), older('s2', { request_time: at(-2000) }), older('s3', closed));
      const session = await controller.getSessionById(null, 's1');
      expect(session).to.deep.include({
        ...{ id: 's1', user_id: 'ann', user_name: 'Ann', active: true, address: '::1', client: 'curl', version: 0 },
        ...{ open_time: at(-HOUR), request_time: at(-1000), update_time: at(-1000), expire_time: at(DAY - 1000) },
        ...{ user: { name: 'Ann', since: { year: 2020 } }, data: { cart: [1, { sku: 'a' }] } },
      });
      const page = await controller.getSessions(null, { user_id: 'ann', active: true }, null);
      expect(page.data.map(({ id }) => id)).to.deep.equal(['s1', 's2']);
      expect(page.data[0]).to.include({ active: true }).and.not.have.any.keys('user', 'data');
      const ended = await controller.getSessionById(null, 's3');
      expect(ended).to.include({ active: false }).and.not.have.any.keys('user', 'data');
      expect(ended?.close_time).to.deep.equal(at(-500));
    });

    it('is validated, written, patched and given another user', async () => {
      await given(older('s1'), older('s2'), older('s3'), older('s4'));
      const validated = await controller.validateSession(null, 's1', 'ann');
      expect(validated).to.deep.include({ request_time: at(0), expire_time: at(DAY), version: 0 });
      const stored = await controller.storeSessionData(null, 's2', { 'a.b': 1 });
      expect(stored).to.deep.include({ data: { 'a.b': 1 }, version: 1, expire_time: at(DAY) });
      const patched = await controller.patchSessionData(null, 's3', { more: true });
      expect(patched).to.deep.include({ data: { cart: [1, { sku: 'a' }], more: true }, version: 1 });
      const updated = await controller.updateSessionUser(null, 's4', null, { user_id: 'bob' });
      expect(updated).to.deep.include({ user: null, user_id: 'bob', data: { cart: [1, { sku: 'a' }] }, version: 1 });
      for (const session of [validated, stored, patched, updated] as SessionV1[]) {
        expect(await controller.getSessionById(null, session.id)).to.deep.equal(session);
        expect((await controller.storeSessionData(null, session.id, 1))?.version).to.equal(session.version + 1);
      }
    });

    it('expires, is swept once, at its own deadline', async () => {
      await given(older('s1'), older('s2', { request_time: at(-2000) }), older('young', { request_time: at(0) }));
      nodes.advance(DAY - 1000);
      expect(await controller.validateSession(null, 's1')).to.equal(null);
      expect(await controller.getSessionById(null, 's2')).to.include({ active: false, close_reason: 'expired' });
      expect((await controller.validateSession(null, 'young'))?.active).to.equal(true);
      expect(await controller.closeExpiredSessions(null)).to.equal(2);
      expect(await controller.closeExpiredSessions(null)).to.equal(0);
      const swept = await controller.getSessionById(null, 's2');
      expect(swept).to.deep.include({ active: false, close_reason: 'expired', close_time: at(DAY - 2000) });
      expect([...nodes.endings()].sort()).to.deep.equal([
        ['s1', ['expired']],
        ['s2', ['expired']],
      ]);
    });

    it('is closed and revoked, once', async () => {
      await given(older('s1'), older('s2'), older('s3', { user_id: 'bob' }), older('s4', closed));
      const session = await controller.closeSession(null, 's1');
      expect(session).to.deep.include({ active: false, close_reason: 'closed', close_time: at(0) });
      expect(session).to.not.have.any.keys('user', 'data');
      expect(await controller.closeSessions(null, { user_id: 'ann' })).to.equal(1);
      expect(await controller.getSessionById(null, 's2')).to.include({ active: false, close_reason: 'revoked' });
      expect((await controller.closeSession(null, 's4'))?.close_time).to.deep.equal(at(-500));
      expect((await controller.validateSession(null, 's3'))?.active).to.equal(true);
      const documents = await nodes.documents.find({ user_id: 'ann', active: false }).toArray();
      expect(documents).to.have.length(3);
    });

    it('is purged when its retention, which counts from when it was first seen ended, is over', async () => {
      await given(older('s1', { ...closed, close_time: at(-100 * DAY) }), older('s2', closed), older('s3'));
      await controller.closeExpiredSessions(null);
      expect((await controller.getSessionById(null, 's1'))?.active).to.equal(false);
      await nodes.documents.updateMany(
        { _id: { $in: ['s1', 's2'] }, _end_time: { $ne: null } },
        { $set: { _end_time: at(0) } },
      );
      nodes.advance(10 * DAY - 1);
      await controller.closeExpiredSessions(null);
      expect(await controller.countSessions(null)).to.equal(3);
      nodes.advance(2);
      await controller.closeExpiredSessions(null);
      expect(await controller.getSessionById(null, 's1')).to.equal(null);
      expect(await controller.countSessions(null)).to.equal(1);
    });

    it('may lack fields, hold nulls, other types of numbers, and what is not known here', async () => {
      const { active, ...withoutActive } = older('s1', { version: null, expire_time: null, address: null });
      expect(active).to.equal(true);
      await given(
        withoutActive as ReturnType<typeof older>,
        older('s2', { request_time: undefined, update_time: undefined, user: undefined, data: null }),
        older('s3', {
          theme: { dark: true },
          seen: at(-5),
          data: { big: Long.fromString('9007199254740991'), at: at(-7) },
        }),
        older('s4', { open_time: null, request_time: null }),
      );
      expect(await controller.validateSession(null, 's1')).to.include({ active: true, version: 0 });
      expect((await controller.validateSession(null, 's2'))?.data).to.equal(null);
      const third = await controller.validateSession(null, 's3');
      expect(third).to.deep.include({ theme: { dark: true }, seen: at(-5).toISOString() });
      expect(third?.data).to.deep.equal({ big: 9007199254740991, at: at(-7).toISOString() });
      expect(await controller.validateSession(null, 's4')).to.equal(null);
      expect(await controller.closeExpiredSessions(null)).to.equal(1);
      // Long past, as its retention is.
      expect(nodes.endings().get('s4')).to.deep.equal(['expired']);
      const page = await controller.getSessions(null, { active: true }, { total: true });
      expect(page.data.map(({ id }) => id).sort()).to.deep.equal(['s1', 's2', 's3']);
      expect(page.total).to.equal(3);
      expect(await controller.closeSessions(null, { user_id: 'ann' })).to.equal(3);
    });

    it('disturbs nothing where it is no session', async () => {
      await given(older('s1'), older('s2', { user_id: undefined }), older('s3', { user_id: 5, ...closed }));
      const { id } = await controller.openSession(null, { user_id: 'ann' });
      expect(await controller.getSessionById(null, 's2')).to.equal(null);
      expect(await controller.validateSession(null, 's2')).to.equal(null);
      expect(await controller.storeSessionData(null, 's2', 1)).to.equal(null);
      expect(await controller.closeSession(null, 's2')).to.equal(null);
      const page = await controller.getSessions(null, null, null);
      expect(page.data.map((session) => session.id)).to.deep.equal([id, 's1']);
      expect(await controller.closeSessions(null, { user_id: 'ann' })).to.equal(2);
      nodes.advance(5 * DAY);
      expect(await controller.closeExpiredSessions(null)).to.equal(0);
      expect(nodes.endings().size).to.equal(2);
    });
  });
}
