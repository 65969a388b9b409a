import { expect } from 'chai';
import { isSessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import type { SessionV1 } from '../../../../src/data/version1/SessionV1.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { MongoNodes } from './MongoNodes.js';

const HOUR = 3_600_000;

describeOnMongo('Three nodes on one database', mongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(120_000);
  let nodes: MongoNodes;

  afterEach(() => nodes.stop());

  function open(count: number, of: (index: number) => object = () => ({})): Promise<SessionV1[]> {
    const opening = (index: number) =>
      nodes.controller(index).openSession(null, { user_id: 'ann', data: { cart: [] }, ...of(index) });
    return Promise.all(Array.from({ length: count }, (_, index) => opening(index)));
  }

  it('lose no patch that was acknowledged', async () => {
    nodes = await MongoNodes.start();
    const sessions = await open(10);
    const kept = new Map(sessions.map(({ id }) => [id, {} as Record<string, number>]));
    let refused = 0;
    const patches = Array.from({ length: 60 }, (_, index) =>
      sessions.map(async ({ id }) => {
        const member = `of${index}`;
        try {
          await nodes.controller(index).patchSessionData(null, id, { [member]: index });
          Object.assign(kept.get(id) as object, { [member]: index });
        } catch (error) {
          expect(isSessionError(error, 'SESSION_CONFLICT'), String(error)).to.equal(true);
          refused++;
        }
      }),
    );
    await Promise.all(patches.flat());
    for (const [index, { id }] of sessions.entries()) {
      const last = await nodes.controller(index).getSessionById(null, id);
      const members = kept.get(id) ?? {};
      expect(last?.data).to.deep.equal({ cart: [], ...members });
      expect(last?.version).to.equal(Object.keys(members).length);
    }
    expect(refused, 'refused').to.be.lessThan(6);
  });

  it('log a user out everywhere while they open sessions: none from before survives, each end counts once', async () => {
    nodes = await MongoNodes.start();
    for (let round = 0; round < 10; round++) {
      const user_id = `user${round}`;
      const before = await open(30, () => ({ user_id }));
      const meanwhile = [open(9, () => ({ user_id }))];
      const closings = nodes.all.map(({ controller }) => {
        const closing = controller.closeSessions(null, { user_id });
        meanwhile.push(open(9, () => ({ user_id })));
        return closing;
      });
      const counts = await Promise.all(closings);
      const after = (await Promise.all(meanwhile)).flat();
      const endings = nodes.endings();
      for (const { id } of before) expect(endings.get(id)).to.deep.equal(['revoked']);
      for (const { id } of after) expect(endings.get(id) ?? ['revoked']).to.deep.equal(['revoked']);
      const filter = { user_id, active: true };
      const active = await nodes.controller(round).getSessions(null, filter, { take: 0, total: true });
      const closed = counts.reduce((sum, each) => sum + each, 0);
      expect(closed + Number(active.total)).to.equal(before.length + after.length);
      const listed = await nodes.documents.countDocuments({ user_id, close_reason: 'revoked', active: false });
      expect(listed).to.equal(closed);
      await nodes.clear();
    }
  });

  it('open a bound session 50 times at once: exactly one is active, and 49 were replaced', async () => {
    nodes = await MongoNodes.start();
    for (let round = 0; round < 5; round++) {
      const binding = { user_id: 'ann', service: 'cgi', name: `tab${round}` };
      const opened = await Promise.all(
        Array.from({ length: 50 }, (_, index) => nodes.controller(index).openBoundSession(null, binding)),
      );
      const endings = nodes.endings();
      const active = await nodes.controller(round).getSessions(null, { user_id: 'ann', active: true }, null);
      expect(active.data).to.have.length(1);
      expect(endings.size).to.equal(49);
      for (const { id } of opened) {
        expect(endings.get(id) ?? []).to.deep.equal(id === active.data[0]?.id ? [] : ['replaced']);
      }
      await nodes.clear();
    }
  });

  it('sweep at once: each end is told once, and each session closed at its own deadline', async () => {
    nodes = await MongoNodes.start();
    const sessions = await open(300, (index) => ({ expire_timeout: 1000 + index }));
    const kept = await open(10, () => ({ expire_timeout: HOUR }));
    nodes.advance(2000);
    const sweeps = nodes.all.flatMap(({ controller }) => [
      controller.closeExpiredSessions(null),
      controller.closeExpiredSessions(null),
    ]);
    const counts = await Promise.all(sweeps);
    expect(counts.reduce((sum, each) => sum + each)).to.equal(300);
    const endings = nodes.endings();
    expect(endings.size).to.equal(300);
    for (const { id } of sessions) expect(endings.get(id)).to.deep.equal(['expired']);
    const deadlines = new Map(sessions.map(({ id, expire_time }) => [id, expire_time]));
    for await (const document of nodes.documents.find({ active: false })) {
      expect(document['close_time']).to.deep.equal(deadlines.get(document._id));
      expect(document['close_reason']).to.equal('expired');
    }
    for (const { id } of kept) expect((await nodes.controller(0).getSessionById(null, id))?.active).to.equal(true);
  });

  it('sweep while the sessions are used: none ends that was used in time, and none twice', async () => {
    nodes = await MongoNodes.start({ expire_timeout: 1000, touch_interval: 0 });
    for (let round = 0; round < 5; round++) {
      const sessions = await open(90);
      nodes.advance(999);
      const uses = sessions.map(({ id }, index) => nodes.controller(index).validateSession(null, id));
      nodes.all[0]?.clock.advance(1);
      const sweep = nodes.all[0]?.controller.closeExpiredSessions(null);
      const used = await Promise.all(uses);
      await sweep;
      const endings = nodes.endings();
      for (const [index, { id }] of sessions.entries()) {
        const told = endings.get(id) ?? [];
        const last = await nodes.documents.findOne({ _id: id });
        expect(told).to.deep.equal(last?.['active'] === true ? [] : ['expired']);
        if (last?.['active'] === false && used[index] !== null) {
          expect(used[index]?.expire_time?.getTime(), 'ended though it was extended').to.be.at.most(
            nodes.all[0]?.clock.now() as number,
          );
        }
      }
      await nodes.clear();
    }
  });

  it('delete what was kept long enough at once: each is told once', async () => {
    nodes = await MongoNodes.start({ retention: HOUR });
    const sessions = await open(120);
    await nodes.controller(0).closeSessions(null, { user_id: 'ann' });
    const young = await open(5);
    nodes.advance(HOUR + 1);
    await Promise.all(nodes.all.flatMap(({ controller }) => [0, 1].map(() => controller.closeExpiredSessions(null))));
    const deleted = nodes.events.filter(({ type }) => type === 'session_deleted').map(({ session_id }) => session_id);
    expect(deleted.sort()).to.deep.equal(sessions.map(({ id }) => id).sort());
    expect(await nodes.documents.countDocuments({})).to.equal(young.length);
  });

  it('end a session in every way at once: it ends once, for one reason', async () => {
    nodes = await MongoNodes.start();
    for (let round = 0; round < 4; round++) {
      const sessions = await open(150);
      const calls = sessions.flatMap(({ id }, index) => [
        nodes.controller(index).closeSession(null, id),
        index % 25 === 0 ? nodes.controller(index + 2).closeSessions(null, { user_id: 'ann' }) : null,
        index % 3 === 0
          ? nodes.controller(index + 1).deleteSessionById(null, id)
          : nodes.controller(index + 1).closeSession(null, id),
      ]);
      await Promise.all(calls);
      const endings = nodes.endings();
      for (const { id } of sessions) expect(endings.get(id)).to.have.length(1);
      await nodes.clear();
    }
  });

  it('delete sessions while others log their user out: each end is told', async () => {
    nodes = await MongoNodes.start();
    for (let round = 0; round < 5; round++) {
      const sessions = await open(90);
      const closing = nodes.controller(0).closeSessions(null, { user_id: 'ann' });
      const deletions = sessions.map(({ id }, index) => nodes.controller(1 + (index % 2)).deleteSessionById(null, id));
      await Promise.all([closing, ...deletions]);
      const endings = nodes.endings();
      for (const { id } of sessions) expect(endings.get(id)).to.have.length(1);
      await nodes.clear();
    }
  });
});
