import { expect } from 'chai';
import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { PushWorld } from '../../support/PushWorld.js';

const HOUR = 3_600_000;
const CONTROLLER = { expire_timeout: HOUR, touch_interval: 0, retention: HOUR };

interface Way {
  title: string;
  reason: string;
  end(world: PushWorld, id: string): Promise<unknown>;
  /** Ends all sessions of the user, not one. */
  endsAll?: boolean;
}

const call = (world: PushWorld, operation: string, args: object): Promise<Response> =>
  world.http.send(`/v1/sessions/${operation}`, JSON.stringify(args));

const WAYS: Way[] = [
  { title: 'closed', reason: 'closed', end: ({ controller }, id) => controller.closeSession(null, id) },
  { title: 'closed over HTTP', reason: 'closed', end: (world, id) => call(world, 'close_session', { session_id: id }) },
  { title: 'deleted', reason: 'closed', end: ({ controller }, id) => controller.deleteSessionById(null, id) },
  {
    title: 'revoked over HTTP',
    reason: 'revoked',
    end: (world) => call(world, 'close_sessions', { filter: { user_id: 'ann' } }),
    endsAll: true,
  },
  {
    title: 'replaced',
    reason: 'replaced',
    end: ({ controller }) => controller.openBoundSession(null, { user_id: 'ann', service: 'wiki' }),
  },
  { title: 'expired by the clock', reason: 'expired', end: (world) => world.advance(HOUR), endsAll: true },
  {
    title: 'swept',
    reason: 'expired',
    end: async (world) => {
      world.clock.advance(HOUR);
      await world.controller.closeExpiredSessions(null);
    },
    endsAll: true,
  },
  {
    title: 'found expired by a request',
    reason: 'expired',
    end: async (world, id) => {
      world.clock.advance(HOUR);
      await world.controller.closeSession(null, id);
      await world.advance(0);
    },
    endsAll: true,
  },
  {
    title: 'given a time-out that has run out',
    reason: 'expired',
    end: async (world, id) => {
      await world.controller.storeSessionData(null, id, 1, { expire_timeout: 1000 });
      await world.advance(0);
      await world.advance(1000);
    },
  },
];

/** What may follow the end of a session, and must not be told. */
async function everythingElse(world: PushWorld, id: string): Promise<void> {
  const { controller } = world;
  await controller.closeSession(null, id);
  await controller.closeSessions(null, { user_id: 'ann', service: 'wiki' });
  await world.advance(0);
  await controller.closeExpiredSessions(null);
  await world.advance(HOUR * 2);
  await controller.closeExpiredSessions(null);
  await controller.deleteSessionById(null, id);
  await world.advance(HOUR);
}

for (const [name, store] of Object.entries({ memory: memoryStore, file: fileStore })) {
  describe(`The sockets of a session, ${name} persistence`, () => {
    const world = PushWorld.forEachTest({ store, controller: CONTROLLER });

    for (const { title, reason, end, endsAll = false } of WAYS) {
      it(`are told once, each, when it is ${title}`, async () => {
        const { id } = await world.controller.openSession(null, { user_id: 'ann', service: 'wiki' });
        const { id: other } = await world.controller.openSession(null, { user_id: 'ann', service: 'mail' });
        const [one, two, both, none] = await Promise.all([
          world.connect(),
          world.connect({ transports: ['polling'] }),
          world.connect(),
          world.connect(),
        ]);
        for (const client of [one, two, both]) await client.say({ session_key: id, user: 'ann' });
        await both.say({ session_key: other });
        await end(world, id);
        const logout = ['logout', { session_key: id, reason }];
        for (const client of [one, two]) expect(await client.heard()).to.deep.equal([logout]);
        expect(await both.heard()).to.deep.include(logout);
        expect(both.told).to.have.length(endsAll ? 2 : 1);
        await everythingElse(world, id);
        for (const client of [one, two]) expect(await client.heard()).to.deep.equal([logout]);
        expect(await none.heard()).to.deep.equal([]);
        await world.controller.closeSession(null, other);
        expect((await both.heard()).map(([, { session_key }]) => session_key)).to.have.members([id, other]);
        expect(world.service.counts).to.deep.equal({ clients: 4, sessions: 0 });
      });
    }

    it('are not told of its deadline while accesses move it', async () => {
      const { id } = await world.controller.openSession(null, { user_id: 'ann' });
      const client = await world.connect();
      await client.say({ session_key: id });
      for (let hours = 0; hours < 5; hours++) {
        await world.advance(HOUR - 1);
        await world.controller.validateSession(null, id);
      }
      expect(await client.heard()).to.deep.equal([]);
      await world.advance(HOUR - 1);
      expect(await client.heard()).to.deep.equal([]);
      await world.advance(1);
      expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'expired' }]]);
    });

    it('are told, whether they join before it ends, while it ends or after', async () => {
      for (let round = 0; round < 30; round++) {
        const { id } = await world.controller.openSession(null, { user_id: 'ann' });
        const clients = await Promise.all([1, 2, 3].map(() => world.connect()));
        const joins = clients.map(async (client, index) => {
          for (let turn = 0; turn < index * round; turn++) await Promise.resolve();
          return client.say({ session_key: id, user: 'ann' });
        });
        if (round % 2 === 0) await new Promise(setImmediate);
        await Promise.all([...joins, world.controller.closeSessions(null, { user_id: 'ann' })]);
        for (const client of clients) {
          expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'revoked' }]]);
          client.socket.disconnect();
        }
      }
      await world.until(0, 0);
    });

    it('are told once when it ends while they ask again', async () => {
      const { controller } = world;
      const { id } = await controller.openSession(null, { user_id: 'ann' });
      const client = await world.connect();
      await client.say({ session_key: id });
      const perform = controller.perform.bind(controller);
      controller.perform = async (...args) => {
        const answer = await perform(...args);
        controller.perform = perform;
        await controller.closeSession(null, id);
        return answer;
      };
      expect(await client.say({ session_key: id })).to.deep.equal({ joined: false });
      expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'closed' }]]);
    });
  });
}

describe('The sockets of a session that another process ends', () => {
  const world = PushWorld.forEachTest({ controller: CONTROLLER, service: { 'options.check_interval': 5000 } });

  it('are told within the check interval, whatever became of it', async () => {
    const other = await world.anotherController();
    const [closed, deleted, kept] = await Promise.all(
      [1, 2, 3].map(() => world.controller.openSession(null, { user_id: 'ann' })),
    );
    const client = await world.connect();
    for (const session of [closed, deleted, kept]) await client.say({ session_key: session?.id });
    await other.closeSession(null, closed?.id as string);
    await other.deleteSessionById(null, deleted?.id as string);
    await world.advance(4999);
    expect(await client.heard()).to.deep.equal([]);
    await world.advance(1);
    expect(await client.heard()).to.have.deep.members([
      ['logout', { session_key: closed?.id, reason: 'closed' }],
      ['logout', { session_key: deleted?.id, reason: 'closed' }],
    ]);
    expect(world.service.counts.sessions).to.equal(1);
  });

  it('are told when they, or others, ask for it', async () => {
    const other = await world.anotherController();
    const { id } = await world.controller.openSession(null, { user_id: 'ann' });
    const [one, two] = await Promise.all([world.connect(), world.connect()]);
    await one.say({ session_key: id });
    await other.closeSession(null, id);
    await two.say({ session_key: id });
    await one.say({ session_key: id });
    const logout = ['logout', { session_key: id, reason: 'closed' }];
    expect(await two.heard()).to.deep.equal([logout]);
    // Once in the room, once because it has asked again since.
    expect(await one.heard()).to.deep.equal([logout, logout]);
  });
});
