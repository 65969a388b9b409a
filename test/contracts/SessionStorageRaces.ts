import assert from 'node:assert/strict';
import { createSessionStorage, SessionNotFound, type StorageSession } from '../../src/embedded/session-storage.js';
import type { ApiStore } from '../support/ApiStores.js';
import { controllerWorld, type StorageWorld } from '../support/StorageWorlds.js';
import { ENDS, type EndOfSession } from './SessionStorageAbsence.js';

/** So many pairs are started together: a store in a file commits them in groups. */
const TOGETHER = 1000;
const TTL = 10_000;

/** `pairs` of save() against each way of ending a session: it stays ended, and every answer is true. */
export function sessionStorageRaces(name: string, store: () => ApiStore, pairs: number): void {
  describe(`Races of save() of the session storage, ${name}`, function () {
    this.timeout(120_000);
    let world: StorageWorld;
    beforeEach(async () => {
      world = await controllerWorld(store)({ touch_interval: 0 });
    });
    afterEach(() => world.stop());

    for (const [way, end] of Object.entries(ENDS)) {
      it(`${pairs} times against ${way}: never active again`, async () => {
        let first = 0;
        for (let done = 0; done < pairs; done += TOGETHER) {
          const sessions = await prepared(world, Math.min(TOGETHER, pairs - done));
          first += await raceAll(world, sessions, end, (index) => index);
        }
        assert(first > 0 && first < pairs, `save() came first ${first} times: that is no race`);
      });
    }

    it(`${pairs} times against expiry: never active again`, async () => {
      const expire: EndOfSession = async ({ clock }, session) => clock.advanceTo(session.getExpiry());
      let first = 0;
      // The time passes for all of them at once.
      for (let round = 0; round < pairs / 20; round++) {
        first += await raceAll(world, await prepared(world, 20), expire, () => round);
      }
      assert(first > 0 && first < pairs, `save() came first ${first} times: that is no race`);
    });
  });
}

/** Sessions, each of another user, with something to save: the data, the user's content, or both. */
async function prepared({ source, clock }: StorageWorld, count: number): Promise<StorageSession[]> {
  const storage = createSessionStorage(source, { timeToLive: TTL }, clock);
  const turns = Array.from({ length: count }, (_, turn) => turn);
  return Promise.all(
    turns.map(async (turn) => {
      const session = await storage.create({ cart: [] });
      await session.setUser({ _key: `user${turn}`, userData: { name: 'Ann' } }).save();
      // The user stays the same: who is given the session would keep it through close_sessions of the one before.
      if (turn % 3 !== 0) session.get('sessionData').cart.push(turn);
      if (turn % 3 !== 1) session.get('userData').turn = turn;
      return session;
    }),
  );
}

/** Answers how many saves were done. */
async function raceAll(
  world: StorageWorld,
  sessions: StorageSession[],
  end: EndOfSession,
  orderOf: (index: number) => number,
): Promise<number> {
  const outcomes = await Promise.all(
    sessions.map((session, index) => startTogether(orderOf(index), end, world, session).then(() => true, refused)),
  );
  await Promise.all(sessions.map((session, index) => assertEnded(world, session, outcomes[index] === true)));
  return outcomes.filter((isSaved) => isSaved).length;
}

function refused(error: unknown): false {
  if (error instanceof SessionNotFound) return false;
  throw error;
}

async function assertEnded(world: StorageWorld, session: StorageSession, isSaved: boolean): Promise<void> {
  const { source, clock } = world;
  const id = session.get('_key');
  const last = await source.getSessionById(null, id);
  assert.equal(last?.active ?? false, false, 'active again');
  assert.equal(last !== null && ('data' in last || 'user' in last), false, 'an ended session has content');
  if (last !== null && isSaved) assert(last.version > 1, 'a save that was acknowledged has been lost');
  await assert.rejects(createSessionStorage(source, null, clock).get(id), SessionNotFound);
  await assert.rejects(session.set('sessionData', 'again').setUser({ _key: 'bob' }).save(), SessionNotFound);
  assert.deepEqual(await source.getSessionById(null, id), last);
}

/** The save and the end: by `order` either of them first, or one while the other is under way. Answers when the save is done. */
async function startTogether(
  order: number,
  end: EndOfSession,
  world: StorageWorld,
  session: StorageSession,
): Promise<void> {
  const [waitsOfEnd, waitsOfSave] = WAITS[order % WAITS.length] as [number, number];
  const userId = session.get('uid') ?? '';
  const [ended, saved] = await Promise.allSettled([
    passed(waitsOfEnd).then(() => end(world, session, userId)),
    passed(waitsOfSave).then(() => session.save()),
  ]);
  if (ended.status === 'rejected') refused(ended.reason);
  if (saved.status === 'rejected') throw saved.reason;
}

/** Turns of the event loop that the end and the save wait for. */
const WAITS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [2, 0],
  [0, 2],
  [3, 0],
  [1, 1],
];

async function passed(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
