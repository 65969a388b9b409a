import { expect } from 'chai';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import type { SessionsFilter } from '../../src/persistence/SessionsFilter.js';
import { aSession, at, iso, someSessions } from '../support/Sessions.js';
import {
  createAll,
  type DeclarePromise,
  expectCode,
  idsOf,
  sortedIds,
  textsOf,
  touch,
} from './SessionsPersistenceContract.js';

/** More than is done at one go. */
const MANY = 3000;

/** The promises about many sessions ending, being purged and being completed. */
export function endPromises(promise: DeclarePromise): void {
  promise('P14', "closes a user's active and unexpired sessions except one", async ({ persistence, store }) => {
    await createAll(persistence, [
      aSession({ id: 'a1', user: 1, data: { secret: 1 } }),
      aSession({ id: 'a2', expireAt: null }),
      aSession({ id: 'kept' }),
      aSession({ id: 'closed', closeAt: at(1) }),
      aSession({ id: 'expired', expireAt: at(9) }),
      aSession({ id: 'just', expireAt: at(9) + 1 }),
      aSession({ id: 'other', user_id: 'bob' }),
    ]);
    const untouched = async (from: ISessionsPersistence) =>
      Promise.all(['kept', 'closed', 'expired', 'other'].map(async (id) => (await from.getOneById(null, id))?.text));
    const before = await untouched(persistence);
    const closed = await persistence.closeByFilter(null, { user_id: 'ann' }, 'kept', 'revoked', at(9));
    expect(sortedIds(closed)).to.deep.equal(['a1', 'a2', 'just']);
    const later = store.reopen === undefined ? persistence : await store.reopen();
    expect(await untouched(later)).to.deep.equal(before);
    for (const session of closed) {
      expect(session.head()).to.include({ active: false, close_time: iso(at(9)), close_reason: 'revoked' });
      expect(session.content()).to.deep.equal({});
      expect((await later.getOneById(null, session.id))?.text).to.equal(session.text);
    }
    expect(await later.closeByFilter(null, { user_id: 'ann' }, 'kept', 'revoked', at(9))).to.deep.equal([]);
  });

  const narrowed: [filter: SessionsFilter, ids: string[]][] = [
    [{ id: 's1' }, ['s1']],
    [{ id: 's3' }, []],
    [{ service: 'web' }, ['s0', 's1']],
    [{ service: 'web', name: 'tab' }, ['s1']],
    [{ user_name: 'Ann' }, ['s2']],
    [{ client: 'curl' }, ['s0']],
    [{ address: '::1' }, ['s0', 's2']],
    [{ from_time: at(1) }, ['s1', 's2']],
    [{ to_time: at(1) }, ['s0']],
    [{ active: true }, ['s0', 's1', 's2']],
    [{ active: false }, []],
  ];
  for (const [filter, ids] of narrowed) {
    promise('P14', `closes only what ${JSON.stringify(filter)} takes too`, async ({ persistence }) => {
      await createAll(persistence, [
        aSession({ id: 's0', requestAt: at(0), service: 'web', client: 'curl', address: '::1' }),
        aSession({ id: 's1', requestAt: at(1), service: 'web', name: 'tab' }),
        aSession({ id: 's2', requestAt: at(2), user_name: 'Ann', address: '::1' }),
        aSession({ id: 's3', requestAt: at(1), user_id: 'bob', service: 'web', name: 'tab', address: '::1' }),
      ]);
      const closed = await persistence.closeByFilter(null, { user_id: 'ann', ...filter }, null, 'replaced', at(3));
      expect(sortedIds(closed)).to.deep.equal(ids);
      const ended = await idsOf(persistence, { active: false }, null, at(3));
      expect(ended.sort()).to.deep.equal(ids);
    });
  }

  promise('P14', 'closes very many at once', async ({ persistence, store }) => {
    await createAll(
      persistence,
      someSessions(MANY, (index) => ({ user_id: index % 3 === 0 ? 'bob' : 'ann' })),
    );
    const closed = await persistence.closeByFilter(null, { user_id: 'ann' }, 's1', 'revoked', at(9));
    expect(new Set(sortedIds(closed)).size).to.equal((MANY / 3) * 2 - 1);
    const later = store.reopen === undefined ? persistence : await store.reopen();
    const total = async (filter: SessionsFilter) =>
      (await later.getPageByFilter(null, filter, { skip: 0, take: 0, total: true }, at(9))).total;
    expect(await total({ user_id: 'ann', active: true })).to.equal(1);
    expect(await total({ active: false })).to.equal(closed.length);
    expect(await total({})).to.equal(MANY);
  });

  promise(
    'P15',
    'leaves none open that was open when it began, whatever is done to them meanwhile',
    async ({ persistence }) => {
      await createAll(persistence, someSessions(MANY));
      const closing = persistence.closeByFilter(null, { user_id: 'ann' }, null, 'revoked', at(9));
      const uses = Array.from({ length: MANY }, (_, index) => {
        const use = touch(at(MANY + index), at(9999));
        return persistence.access(null, `s${index}`, (current) => (current.active ? use(current) : current));
      });
      const created = Array.from({ length: 100 }, (_, index) =>
        persistence.create(null, aSession({ id: `new${index}` })),
      );
      const again = persistence.closeByFilter(null, { user_id: 'ann' }, null, 'revoked', at(9));
      const closed = [...(await closing), ...(await again)];
      const open = await idsOf(persistence, { user_id: 'ann', active: true }, null, at(9));
      expect(open.filter((id) => !id.startsWith('new'))).to.deep.equal([]);
      await Promise.all([...uses, ...created]);
      expect(new Set(sortedIds(closed)).size, 'each closed once').to.equal(closed.length);
      expect(closed.length).to.be.within(MANY, MANY + 100);
      for (const text of await textsOf(persistence))
        if (text.includes('"id":"s')) expect(text).to.contain('"active":false');
    },
  );

  promise('P15', 'says none are open only when those that others close are closed', async ({ persistence }) => {
    await createAll(persistence, someSessions(MANY));
    const calls = Array.from({ length: 4 }, () =>
      persistence.closeByFilter(null, { user_id: 'ann' }, null, 'revoked', at(9)),
    );
    let count = 0;
    await Promise.all(
      calls.map(async (call) => {
        const { length } = await call;
        count += length;
        const { total } = await persistence.getPageByFilter(
          null,
          { active: true },
          { skip: 0, take: 0, total: true },
          at(9),
        );
        expect(total).to.equal(0);
      }),
    );
    expect(count).to.equal(MANY);
  });

  promise('P16', 'closes the expired, each at its own deadline', async ({ persistence }) => {
    await createAll(persistence, [
      aSession({ id: 'past', expireAt: at(5), data: 1 }),
      aSession({ id: 'now', expireAt: at(9) }),
      aSession({ id: 'next', expireAt: at(9) + 1 }),
      aSession({ id: 'never', expireAt: null }),
      aSession({ id: 'closed', closeAt: at(1) }),
    ]);
    const closed = await persistence.closeExpired(null, at(9), 100);
    expect(
      closed.map((session) => [session.id, session.active, session.endAt, session.head().close_reason]),
    ).to.deep.equal([
      ['past', false, at(5), 'expired'],
      ['now', false, at(9), 'expired'],
    ]);
    for (const session of closed) {
      expect(session.content()).to.deep.equal({});
      expect((await persistence.getOneById(null, session.id))?.text).to.equal(session.text);
    }
    expect(await persistence.closeExpired(null, at(9), 1)).to.deep.equal([]);
    expect(await idsOf(persistence, { active: true }, null, 0)).to.deep.equal(['never', 'next']);
  });

  promise('P16', 'closes no more than the limit, the earliest first', async ({ persistence }) => {
    await createAll(
      persistence,
      someSessions(30, (index) => ({ expireAt: at((index * 7) % 30) })),
    );
    const deadlines: number[] = [];
    for (const [limit, expected] of [
      [0, 0],
      [1, 1],
      [12, 12],
      [100, 17],
      [100, 0],
    ] as const) {
      const closed = await persistence.closeExpired(null, at(29), limit);
      expect(closed).to.have.length(expected);
      for (const session of closed) deadlines.push(session.endAt);
    }
    expect(deadlines).to.deep.equal(deadlines.toSorted((a, b) => a - b));
  });

  promise('P16', 'answers each end once, to whoever asks at the same time', async ({ persistence }) => {
    await createAll(
      persistence,
      someSessions(MANY, () => ({ expireAt: at(1) })),
    );
    const closed = (await Promise.all([1, 2, 3].map(() => persistence.closeExpired(null, at(2), MANY)))).flat();
    expect(new Set(sortedIds(closed)).size).to.equal(MANY);
    expect(closed).to.have.length(MANY);
  });

  promise(
    'P19',
    'removes those that closed before an instant, the earliest first, and no more than the limit',
    async ({ persistence }) => {
      await createAll(persistence, [
        ...someSessions(30, (index) => ({ closeAt: at((index * 7) % 30) })),
        aSession({ id: 'active' }),
        aSession({ id: 'expired', expireAt: at(1) }),
      ]);
      const ends: number[] = [];
      for (const [limit, expected] of [
        [0, 0],
        [1, 1],
        [10, 10],
        [100, 9],
        [100, 0],
      ] as const) {
        const removed = await persistence.deleteClosedBefore(null, at(20), limit);
        expect(removed).to.have.length(expected);
        for (const session of removed) {
          ends.push(session.endAt);
          expect(await persistence.getOneById(null, session.id)).to.equal(null);
        }
      }
      expect(ends).to.deep.equal(Array.from({ length: 20 }, (_, index) => at(index)));
      expect(await persistence.count(null)).to.equal(12);
      await expectCode(persistence.create(null, aSession({ id: 'expired' })), 'SESSION_EXISTS');
    },
  );

  promise('P19', 'answers very many removed ones, each once', async ({ persistence }) => {
    await createAll(
      persistence,
      someSessions(MANY, () => ({ closeAt: at(1) })),
    );
    const removed = (await Promise.all([1, 2].map(() => persistence.deleteClosedBefore(null, at(2), MANY)))).flat();
    expect(new Set(sortedIds(removed)).size).to.equal(MANY);
    expect(removed).to.have.length(MANY);
    expect(await textsOf(persistence)).to.deep.equal([]);
  });

  promise('P20', 'completes each active session without a deadline once', async ({ persistence, store }) => {
    await createAll(
      persistence,
      someSessions(MANY, (index) => ({ expireAt: index % 2 === 0 ? null : at(5) })),
    );
    await createAll(persistence, [
      aSession({ id: 'closed', closeAt: at(1) }),
      aSession({ id: 'never', expireAt: null }),
    ]);
    const asked: string[] = [];
    await persistence.completeOlder(null, (current) => {
      asked.push(current.id);
      return current.id === 'never' ? current : current.with({ expire_time: iso(current.requestAt + 1) });
    });
    expect(asked.filter((id) => id.startsWith('s'))).to.have.length(MANY / 2);
    expect(new Set(asked).size).to.equal(MANY / 2 + 1);
    const later = store.reopen === undefined ? persistence : await store.reopen();
    expect((await later.getOneById(null, 's2'))?.endAt).to.equal(at(2) + 1);
    expect((await later.getOneById(null, 's3'))?.endAt).to.equal(at(5));
    expect((await later.getOneById(null, 'never'))?.endAt).to.equal(Number.POSITIVE_INFINITY);
  });
}
