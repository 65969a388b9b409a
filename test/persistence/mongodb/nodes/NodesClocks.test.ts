import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { isSessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import type { SessionV1 } from '../../../../src/data/version1/SessionV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { SessionsMongoDbPersistence } from '../../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import { FakeClock, START } from '../../../support/FakeClock.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { MongoNodes } from './MongoNodes.js';

const TIMEOUT = 10_000;
const BEHIND = 3000;

type Use = (controller: SessionsController, id: string) => Promise<unknown>;

const WRITES: Record<string, Use> = {
  store_session_data: (controller, id) => controller.storeSessionData(null, id, { stored: 1 }),
  'store_session_data with a time-out': (controller, id) =>
    controller.storeSessionData(null, id, 1, { expire_timeout: 0 }),
  patch_session_data: (controller, id) => controller.patchSessionData(null, id, { patched: 1 }),
  update_session_user: (controller, id) => controller.updateSessionUser(null, id, 1, { user_id: 'bob' }),
};
/** Ways to be answered that a session has expired. */
const LOOKS: Record<string, Use> = {
  get_session_by_id: (controller, id) => controller.getSessionById(null, id),
  validate_session: (controller, id) => controller.validateSession(null, id),
  close_session: (controller, id) => controller.closeSession(null, id),
  ...WRITES,
};

describeOnMongo('A session that the node whose clock is ahead has answered as expired', mongoUnavailable(), () => {
  let nodes: MongoNodes;
  let ahead: SessionsController;
  let behind: SessionsController;
  let session: SessionV1;

  beforeEach(async () => {
    const clocks = [new FakeClock(START + BEHIND), new FakeClock(START)];
    nodes = await MongoNodes.start({ expire_timeout: TIMEOUT, touch_interval: 0 }, clocks);
    [ahead, behind] = [nodes.controller(0), nodes.controller(1)];
    session = await behind.openSession(null, { user_id: 'ann', service: 'web', data: { cart: [] } });
    nodes.advance(TIMEOUT - BEHIND + 1);
  });
  afterEach(() => nodes.stop());

  it('was good on the other before', async () => {
    expect((await behind.validateSession(null, session.id))?.active).to.equal(true);
    expect((await ahead.validateSession(null, session.id))?.active).to.equal(true);
  });

  for (const [look, seen] of Object.entries(LOOKS)) {
    it(`by ${look} is not valid, extended or written on the other, and ends once`, async () => {
      expectEnded(await outcomeOf(seen(ahead, session.id)));
      expectExpired(await behind.getSessionById(null, session.id));
      expect(await behind.validateSession(null, session.id)).to.equal(null);
      for (const write of Object.values(WRITES)) {
        expect(await outcomeOf(write(behind, session.id))).to.equal('SESSION_CLOSED');
      }
      expectExpired(await behind.closeSession(null, session.id));
      expect(await behind.closeSessions(null, { user_id: 'ann' })).to.equal(0);
      expect((await behind.getSessions(null, { user_id: 'ann', active: true }, null)).data).to.deep.equal([]);
      expect((await behind.getSessions(null, { user_id: 'ann', active: false }, null)).data).to.have.length(1);
      expect(await ahead.closeExpiredSessions(null)).to.equal(1);
      nodes.advance(BEHIND);
      for (const { controller } of nodes.all) expect(await controller.closeExpiredSessions(null)).to.equal(0);
      expectExpired(await behind.getSessionById(null, session.id));
      expect([...nodes.endings()]).to.deep.equal([[session.id, ['expired']]]);
      const document = await nodes.documents.findOne({ _id: session.id });
      expect(document).to.include({ active: false, close_reason: 'expired', version: 0 });
      expect(document).to.not.have.any.keys('data', '_data_json', '_sealed');
    });
  }

  it('ends once where the node that is behind sweeps it later', async () => {
    await ahead.getSessionById(null, session.id);
    expect(await behind.closeExpiredSessions(null)).to.equal(0);
    nodes.advance(BEHIND);
    expect(await behind.closeExpiredSessions(null)).to.equal(1);
    expect(await ahead.closeExpiredSessions(null)).to.equal(0);
    expect(nodes.endings().get(session.id)).to.deep.equal(['expired']);
  });

  it('ends once where it is deleted', async () => {
    await ahead.validateSession(null, session.id);
    expect(await behind.deleteSessionById(null, session.id)).to.include({ id: session.id });
    expect(nodes.endings().get(session.id)).to.deep.equal(['expired']);
  });

  it('leaves its place to the next of its binding, and expires', async () => {
    const binding = { user_id: 'eve', service: 'web' };
    const first = await behind.openBoundSession(null, binding);
    nodes.advance(TIMEOUT - 1);
    await ahead.getSessionById(null, first.id);
    const second = await behind.openBoundSession(null, binding);
    nodes.advance(BEHIND);
    await ahead.closeExpiredSessions(null);
    expect(nodes.endings().get(first.id)).to.deep.equal(['expired']);
    expect((await behind.validateSession(null, second.id))?.active).to.equal(true);
  });

  it('has a deadline on each node that no slower clock moves back', async () => {
    const { id } = await ahead.openSession(null, { user_id: 'ann' });
    const opened = await ahead.storeSessionData(null, id, 1);
    const written = await behind.storeSessionData(null, id, 2);
    expect(written?.data).to.equal(2);
    expect(written?.request_time).to.deep.equal(opened?.request_time);
    expect(written?.expire_time).to.deep.equal(opened?.expire_time);
    expect((await behind.validateSession(null, id))?.expire_time).to.deep.equal(opened?.expire_time);
  });
});

describeOnMongo('A node whose clock differs from that of the server', mongoUnavailable(), () => {
  let nodes: MongoNodes;
  let clock: { offset: number; now(): number };
  const opened: SessionsMongoDbPersistence[] = [];

  beforeEach(async () => {
    nodes = await MongoNodes.start({}, []);
    clock = { offset: 0, now: () => Date.now() + clock.offset };
  });
  afterEach(async () => {
    for (const persistence of opened.splice(0)) await persistence.close(null);
    await nodes.stop();
  });

  async function open(options: object): Promise<SessionsMongoDbPersistence> {
    const persistence = new SessionsMongoDbPersistence(clock);
    persistence.configure(ConfigParams.fromValue({ 'connection.uri': nodes.uri, ...options }));
    opened.push(persistence);
    await persistence.open(null);
    return persistence;
  }

  for (const offset of [-60_000, 60_000]) {
    it(`by ${offset} ms does not open, and says why in one sentence`, async () => {
      clock.offset = offset;
      const error = await open({}).catch((reason: Error) => reason);
      expect(error).to.be.instanceOf(Error);
      expect((error as Error).message).to.match(
        /^service-sessions:persistence:mongodb: the clock .*max_clock_skew \(5000\)/,
      );
      expect(opened[0]?.isOpen()).to.equal(false);
    });

    it(`by ${offset} ms is not ready from then on, until it is right again`, async () => {
      const persistence = await open({ 'options.max_clock_skew': 20_000 });
      await persistence.check(null);
      clock.offset = offset;
      expect(await outcomeOf(persistence.check(null))).to.equal('PERSISTENCE_UNAVAILABLE');
      clock.offset = offset / 6;
      await persistence.check(null);
    });

    it(`by ${offset} ms opens where that is allowed`, async () => {
      clock.offset = offset;
      await (await open({ 'options.max_clock_skew': 0 })).check(null);
      await (await open({ 'options.max_clock_skew': 90_000 })).check(null);
    });
  }
});

/** The answer, or the code of the error. */
async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    for (const code of ['SESSION_CLOSED', 'PERSISTENCE_UNAVAILABLE'] as const) {
      if (isSessionError(error, code)) return code;
    }
    throw error;
  }
}

function expectEnded(outcome: unknown): void {
  if (outcome !== null && outcome !== 'SESSION_CLOSED') expectExpired(outcome as SessionV1);
}

function expectExpired(session: SessionV1 | null): void {
  expect(session).to.include({ active: false, close_reason: 'expired' });
  expect(session?.close_time?.getTime()).to.equal(START + TIMEOUT);
  expect(session).to.not.have.any.keys('user', 'data');
}
