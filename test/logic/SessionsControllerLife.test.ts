import { mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { FilterParams, PagingParams } from 'pip-services3-commons-nodex';
import { sessionError } from '../../src/data/version1/SessionErrorsV1.js';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import { SessionsController } from '../../src/logic/SessionsController.js';
import { SessionsMemoryPersistence } from '../../src/persistence/memory/SessionsMemoryPersistence.js';
import type { SessionRecord } from '../../src/persistence/SessionRecord.js';
import { openController } from '../support/DirectApi.js';
import { FakeClock } from '../support/FakeClock.js';

const DAY = 86_400_000;

/** A store whose answers to writes come when told to. */
class SlowPersistence extends SessionsMemoryPersistence {
  private end: { resolve: () => void; reject: (error: Error) => void } | undefined;

  acknowledge(): void {
    this.end?.resolve();
  }

  refuse(): void {
    this.end?.reject(sessionError(null, 'PERSISTENCE_UNAVAILABLE'));
  }

  override async create(correlationId: string | null, session: SessionRecord): Promise<SessionRecord> {
    await this.waiting();
    return super.create(correlationId, session);
  }

  override async closeExpired(correlationId: string | null, now: number, limit: number): Promise<SessionRecord[]> {
    await this.waiting();
    return super.closeExpired(correlationId, now, limit);
  }

  private waiting(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.end = { resolve, reject };
    });
  }
}

describe('SessionsController, as code in its process sees it', () => {
  let clock: FakeClock;
  let controller: SessionsController;

  beforeEach(async () => {
    clock = new FakeClock();
    controller = await openController(new SessionsMemoryPersistence(), {}, clock);
  });
  afterEach(() => controller.close(null));

  it('answers times as dates, and each caller a session of its own', async () => {
    const data = { list: [1] };
    const session = await controller.openSession(null, { user_id: 'ann', data });
    data.list.push(2);
    session.open_time.setTime(0);
    const read = await controller.getSessionById(null, session.id);
    expect(read?.open_time).to.deep.equal(new Date(clock.now()));
    expect(read?.expire_time).to.deep.equal(new Date(clock.now() + DAY));
    expect(read?.data).to.deep.equal({ list: [1] });
    const content = read?.data as unknown as { list: number[] } | undefined;
    content?.list.push(3);
    expect((await controller.validateSession(null, session.id))?.data).to.deep.equal({ list: [1] });
    expect((await controller.closeSession(null, session.id))?.close_time).to.deep.equal(new Date(clock.now()));
  });

  it("takes the toolkit's filters and paging, and dates in plain ones", async () => {
    const { id } = await controller.openSession(null, { user_id: 'ann' });
    await controller.openSession(null, { user_id: 'bob' });
    const page = await controller.getSessions(
      null,
      FilterParams.fromTuples('user_id', 'ann', 'active', true, 'from_time', new Date(clock.now())),
      new PagingParams(0, 10, true),
    );
    expect(page.total).to.equal(1);
    expect(page.data.map((session) => session.id)).to.deep.equal([id]);
    const plain = await controller.getSessions(null, { to_time: new Date(clock.now()) }, { take: 5 });
    expect({ ...plain }).to.deep.equal({ total: null, data: [] });
    expect(await controller.closeSessions(null, FilterParams.fromTuples('user_id', 'ann'))).to.equal(1);
  });

  it('counts the sessions of all states, and says that its store can be used', async () => {
    const { id } = await controller.openSession(null, { user_id: 'ann' });
    await controller.openSession(null, { user_id: 'ann' });
    await controller.closeSession(null, id);
    expect(await controller.countSessions(null)).to.equal(2);
    await controller.checkPersistence(null);
  });

  it('tells removed listeners nothing', async () => {
    const events: SessionEventV1[] = [];
    const listener = (event: SessionEventV1): void => void events.push(event);
    controller.addListener(listener);
    await controller.openSession(null, { user_id: 'ann' });
    controller.removeListener(listener);
    await controller.openSession(null, { user_id: 'ann' });
    expect(events).to.have.length(1);
  });

  it('answers its caller when a listener throws', async () => {
    controller.addListener(() => {
      throw new Error('listener');
    });
    expect(await controller.openSession(null, { user_id: 'ann' })).to.include({ user_id: 'ann' });
  });

  it('says that it has no store before it has its references', async () => {
    const alone = new SessionsController();
    for (const call of [
      alone.open(null),
      alone.getSessionById(null, 'x'),
      alone.getSessions(null, null, null),
      alone.checkPersistence(null),
    ]) {
      const error: unknown = await call.catch((reason) => reason);
      expect(error).to.include({ code: 'NO_PERSISTENCE' });
    }
  });

  it('opens and closes as often as one likes', async () => {
    expect(controller.isOpen()).to.equal(true);
    await controller.open(null);
    await controller.close(null);
    await controller.close(null);
    expect(controller.isOpen()).to.equal(false);
    await controller.open(null);
    expect(controller.isOpen()).to.equal(true);
  });
});

describe('SessionsController when it sweeps', () => {
  it('does not finish a long sweep before it closes', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const clock = new FakeClock();
      const controller = await openController(new SessionsMemoryPersistence(), { cleanup_interval: 1000 }, clock);
      for (let i = 0; i < 2000; i++) await controller.openSession(null, { user_id: 'ann' });
      clock.advance(DAY);
      mock.timers.tick(1000);
      await controller.close(null);
      expect(await controller.closeExpiredSessions(null)).to.be.within(1, 1999);
      expect(await controller.closeExpiredSessions(null)).to.equal(0);
    } finally {
      mock.timers.reset();
    }
  });
});

describe('SessionsController over a slow store', () => {
  let clock: FakeClock;
  let persistence: SlowPersistence;
  const events: SessionEventV1[] = [];

  const opened = async (options = {}): Promise<SessionsController> => {
    const controller = await openController(persistence, options, clock);
    events.length = 0;
    controller.addListener((event) => events.push(event));
    return controller;
  };

  beforeEach(() => {
    clock = new FakeClock();
    persistence = new SlowPersistence();
  });

  it('publishes after the store has acknowledged, and nothing that it refused', async () => {
    const controller = await opened();
    const first = controller.openSession(null, { user_id: 'ann' });
    await nextTurn();
    expect(events).to.have.length(0);
    persistence.acknowledge();
    await first;
    expect(events).to.have.length(1);
    const second = controller.openSession('c1', { user_id: 'ann' });
    await nextTurn();
    persistence.refuse();
    const error: unknown = await second.catch((reason) => reason);
    expect(error).to.include({ code: 'PERSISTENCE_UNAVAILABLE', status: 503 });
    expect(events).to.have.length(1);
    await controller.close(null);
  });

  it('reads the clock once a call, when the call begins', async () => {
    const controller = await opened();
    const opening = controller.openSession(null, { user_id: 'ann' });
    const begin = new Date(clock.now());
    clock.advance(5000);
    persistence.acknowledge();
    expect((await opening).open_time).to.deep.equal(begin);
    await controller.close(null);
  });

  it('sweeps by its interval while it is open, goes on after a failure, and waits for the sweep when it closes', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const controller = await opened({ cleanup_interval: 1000 });
      const opening = controller.openSession(null, { user_id: 'ann' });
      persistence.acknowledge();
      await opening;
      clock.advance(DAY);
      mock.timers.tick(1000);
      persistence.refuse();
      await nextTurn();
      expect(events.map(({ type }) => type)).to.deep.equal(['session_opened']);
      mock.timers.tick(1000);
      let closed = false;
      const closing = controller.close(null).then(() => {
        closed = true;
      });
      await nextTurn();
      expect(closed).to.equal(false);
      persistence.acknowledge();
      await closing;
      expect(events.map(({ type }) => type)).to.deep.equal(['session_opened', 'session_closed']);
    } finally {
      mock.timers.reset();
    }
  });
});
