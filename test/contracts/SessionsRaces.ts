import assert from 'node:assert/strict';
import { isSessionError } from '../../src/data/version1/SessionErrorsV1.js';
import type { SessionV1 } from '../../src/data/version1/SessionV1.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ApiStore } from '../support/ApiStores.js';
import { openController } from '../support/DirectApi.js';
import { FakeClock } from '../support/FakeClock.js';

/** So many pairs are started together: a store in a file commits them in groups. */
const TOGETHER = 2500;

type Call = (controller: SessionsController, id: string) => Promise<SessionV1 | null>;

/** What is raced against close_session. A validation that comes second is answered null, a write SESSION_CLOSED. */
const AGAINST_CLOSE: Record<string, Call> = {
  store_session_data: (controller, id) => controller.storeSessionData(null, id, { stored: 1 }),
  patch_session_data: (controller, id) => controller.patchSessionData(null, id, { patched: 1 }),
  update_session_user: (controller, id) => controller.updateSessionUser(null, id, { updated: 1 }, { user_id: 'bob' }),
  validate_session: (controller, id) => controller.validateSession(null, id),
};

/**
 * Calls started together on the controller over a store: closed stays closed, and no answer contradicts how it ended.
 * `pairs` of close_session against each of the others, over all kinds.
 */
export function sessionsRaces(name: string, store: () => ApiStore, pairs: number): void {
  describe(`Races of operations, ${name}`, function () {
    this.timeout(120_000);
    let controller: SessionsController;
    let opened: ApiStore;
    let clock: FakeClock;

    beforeEach(async () => {
      opened = store();
      clock = new FakeClock();
      controller = await openController(await opened.open(), { touch_interval: 0 }, clock);
    });
    afterEach(async () => {
      await controller.close(null);
      await opened.remove();
    });

    const kinds = Object.entries(AGAINST_CLOSE);
    for (const [kind, call] of kinds) {
      const count = Math.ceil(pairs / kinds.length);
      it(`${count} times close_session against ${kind}: closed is final, and every answer true`, async () => {
        let first = 0;
        for (let done = 0; done < count; done += TOGETHER) {
          first += await raceClose(controller, call, Math.min(TOGETHER, count - done));
        }
        assert(first > count / 4 && first < count, `${kind} came first ${first} times: that is no race`);
      });
    }

    it('concurrent patches of different members: none is lost', async () => {
      await racePatches(controller, 20, 100);
    });

    it('close_sessions against sessions being opened: none opened before survives, each end counts once', async () => {
      for (let round = 0; round < 20; round++) await raceOpenings(controller, `user${round}`, 100);
    });

    it('closings of all kinds of one session: it ends once, for one reason', async () => {
      await raceEnds(controller, 1000);
    });

    it('sweeps against deletions of expired sessions: each expires once, and counts once', async () => {
      await raceSweeps(controller, clock, 2000);
    });
  });
}

/** Answers how many times the other call came first. */
async function raceClose(controller: SessionsController, call: Call, count: number): Promise<number> {
  const sessions = await openMany(controller, 'ann', count);
  const outcomes = await Promise.all(
    sessions.map(async ({ id }, i) => {
      const [other, closed] = await startTogether(
        i,
        () => outcome(call(controller, id)),
        () => controller.closeSession(null, id),
      );
      return { id, other, closed };
    }),
  );
  for (const { id, other, closed } of outcomes) {
    const last = await controller.getSessionById(null, id);
    assert.equal(last?.active, false);
    assert.equal(last?.close_reason, 'closed');
    assert(!('data' in last || 'user' in last), 'a closed session has content');
    assert.deepEqual(closed, last);
    checkAnswer(other, last);
  }
  return outcomes.filter(({ other }) => other !== 'closed' && other !== null).length;
}

/** Both calls at once, either of them first, or one while the other is under way: by `turn`. */
async function startTogether<A, B>(turn: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  switch (turn % 4) {
    case 0:
      return Promise.all([one(), other()]);
    case 1: {
      const [second, first] = await Promise.all([other(), one()]);
      return [first, second];
    }
    case 2:
      return Promise.all([one(), soon().then(other)]);
    default:
      return Promise.all([soon().then(one), other()]);
  }
}

function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What the other call was answered: the session as it was before it closed, or that it had closed. */
function checkAnswer(other: SessionV1 | 'closed' | null, last: SessionV1): void {
  if (other === 'closed' || other === null) {
    assert.equal(last.version, 0, 'a refused write has been made');
    return;
  }
  assert.equal(other.active, true);
  assert.equal(other.version, last.version, 'a write that was acknowledged has been lost');
  assert.equal(other.user_id, last.user_id);
}

async function racePatches(controller: SessionsController, sessions: number, patches: number): Promise<void> {
  const opened = await openMany(controller, 'ann', sessions);
  const members = Array.from({ length: patches }, (_, i) => `member${i}`);
  const patch = (id: string, member: string) => controller.patchSessionData(null, id, { [member]: { by: member } });
  await Promise.all(members.flatMap((member) => opened.map(({ id }) => patch(id, member))));
  const patched = Object.fromEntries(members.map((member) => [member, { by: member }]));
  for (const { id } of opened) {
    const last = await controller.getSessionById(null, id);
    assert.equal(last?.version, patches);
    assert.deepEqual(last?.data, { cart: [], ...patched });
  }
}

async function raceOpenings(controller: SessionsController, userId: string, count: number): Promise<void> {
  const before = await openMany(controller, userId, count);
  const meanwhile: Promise<SessionV1[]>[] = [];
  const counts = await Promise.all(
    Array.from({ length: 5 }, () => {
      const closing = controller.closeSessions(null, { user_id: userId });
      meanwhile.push(openMany(controller, userId, count / 5));
      return closing;
    }),
  );
  const after = (await Promise.all(meanwhile)).flat();
  for (const { id } of before) {
    assert.equal((await controller.getSessionById(null, id))?.close_reason, 'revoked', 'opened before, but alive');
  }
  const active = await controller.getSessions(null, { user_id: userId, active: true }, { take: 0, total: true });
  const closed = counts.reduce((sum, each) => sum + each);
  assert.equal(closed + Number(active.total), before.length + after.length);
}

async function raceEnds(controller: SessionsController, count: number): Promise<void> {
  const ends = new Map<string, number>();
  controller.addListener(({ type, session_id }) => {
    if (type === 'session_closed') ends.set(session_id, (ends.get(session_id) ?? 0) + 1);
  });
  const sessions = await openMany(controller, 'ann', count);
  const calls = sessions.map(({ id }, i) => [
    controller.closeSession(null, id),
    i % 100 === 0 ? controller.closeSessions(null, { user_id: 'ann' }) : null,
    i % 3 === 0 ? controller.deleteSessionById(null, id) : controller.closeSession(null, id),
  ]);
  await Promise.all(calls.flat());
  assert.equal(ends.size, count);
  for (const times of ends.values()) assert.equal(times, 1);
}

async function raceSweeps(controller: SessionsController, clock: FakeClock, count: number): Promise<void> {
  const events = new Map<string, string[]>();
  const sessions = await openMany(controller, 'ann', count);
  controller.addListener(({ type, session_id, reason = '' }) => {
    events.set(session_id, [...(events.get(session_id) ?? []), `${type} ${reason}`.trim()]);
  });
  clock.advance(100 * 86_400_000);
  const deletions = sessions.filter((_, i) => i % 3 === 0).map(({ id }) => controller.deleteSessionById(null, id));
  const sweeps = Array.from({ length: 4 }, () => controller.closeExpiredSessions(null));
  const deleted = await Promise.all(deletions);
  const swept = (await Promise.all(sweeps)).reduce((sum, each) => sum + each);
  for (const session of deleted) assert(session === null || session.close_reason === 'expired');
  assert(swept >= count - deletions.length && swept <= count);
  assert.equal(events.size, count);
  for (const told of events.values()) assert.deepEqual(told, ['session_closed expired', 'session_deleted']);
  assert.equal(await controller.countSessions(null), 0);
}

function openMany(controller: SessionsController, user_id: string, count: number): Promise<SessionV1[]> {
  const open = () => controller.openSession(null, { user_id, user: { name: 'Ann' }, data: { cart: [] } });
  return Promise.all(Array.from({ length: count }, open));
}

async function outcome(call: Promise<SessionV1 | null>): Promise<SessionV1 | 'closed' | null> {
  try {
    return await call;
  } catch (error) {
    if (isSessionError(error, 'SESSION_CLOSED')) return 'closed';
    throw error;
  }
}
