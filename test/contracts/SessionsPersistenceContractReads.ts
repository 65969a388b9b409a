import { expect } from 'chai';
import { aSession, at, someSessions } from '../support/Sessions.js';
import {
  countUp,
  createAll,
  type DeclarePromise,
  expectCode,
  idsOf,
  textsOf,
  touch,
} from './SessionsPersistenceContract.js';

/** The promises about what is read. */
export function readPromises(promise: DeclarePromise): void {
  promise(
    'P1',
    'everything that was acknowledged is there when the store is opened anew',
    async ({ persistence, store }) => {
      await createAll(
        persistence,
        someSessions(8, (index) => ({ data: { index }, user_id: index < 6 ? 'ann' : 'bob' })),
      );
      await persistence.change(null, 's1', countUp);
      await persistence.change(null, 's2', (current) => current.closed('closed', at(20)));
      await persistence.deleteById(null, 's3');
      await persistence.closeByFilter(null, { user_id: 'bob' }, 's7', 'revoked', at(21));
      await persistence.change(null, 's5', touch(at(5), at(6)));
      await persistence.closeExpired(null, at(22), 10);
      await persistence.deleteClosedBefore(null, at(7), 10);
      const before = await textsOf(persistence);
      expect(before).to.have.length(6);
      const later = store.reopen === undefined ? persistence : await store.reopen();
      expect(await textsOf(later)).to.deep.equal(before);
      expect(await later.getOneById(null, 's3')).to.equal(null);
      await expectCode(later.create(null, aSession({ id: 's2' })), 'SESSION_EXISTS');
    },
  );

  promise('P2', 'answers the stored session with all that it holds', async ({ persistence }) => {
    const session = aSession({
      user_name: 'Ann Ä',
      address: '::1',
      client: 'c',
      service: 's',
      name: 'n',
      data: { a: [1] },
    });
    await persistence.create(null, session);
    const found = await persistence.getOneById(null, 's1');
    expect(found?.text).to.equal(session.text);
    expect(found?.toSession()).to.deep.equal(session.toSession());
  });

  for (const id of ['nobody', '', '__proto__', 'constructor', 'S1', 's1 ', 'x'.repeat(256)]) {
    promise('P2', `answers null for the unknown id "${id.slice(0, 20)}"`, async ({ persistence }) => {
      await persistence.create(null, aSession());
      expect(await persistence.getOneById(null, id)).to.equal(null);
    });
  }

  promise('P3', 'lists the newest access first, and equal ones by their ids', async ({ persistence }) => {
    const ids = ['b', 'a', 'Z', 'c10', 'c9', 'é', '0'];
    await createAll(
      persistence,
      ids.map((id) => aSession({ id, requestAt: at(5) })),
    );
    await createAll(persistence, [aSession({ id: 'm', requestAt: at(6) }), aSession({ id: 'n', requestAt: at(4) })]);
    expect(await idsOf(persistence, null, null, at(7))).to.deep.equal(['m', ...ids.toSorted(), 'n']);
    expect(await idsOf(persistence, { user_id: 'ann' }, null, at(7))).to.deep.equal(['m', ...ids.toSorted(), 'n']);
  });

  promise('P3', 'moves a session in every list when it is used', async ({ persistence }) => {
    await createAll(persistence, someSessions(4));
    await persistence.access(null, 's1', touch(at(10), at(99)));
    await persistence.change(null, 's2', touch(at(9), at(99)));
    for (const filter of [null, { user_id: 'ann' }]) {
      expect(await idsOf(persistence, filter, null, at(11))).to.deep.equal(['s1', 's2', 's3', 's0']);
    }
  });

  promise('P4', 'cuts a list into pages that fit together', async ({ persistence }) => {
    // Ties across the borders of pages, two users mixed.
    await createAll(
      persistence,
      someSessions(1200, (index) => ({ requestAt: at(index >> 3), user_id: index % 3 === 0 ? 'bob' : 'ann' })),
    );
    for (const filter of [null, { user_id: 'ann' }, { active: 'true', user_id: 'bob' }]) {
      const whole: string[] = [];
      for (let skip = 0; skip < 1300; skip += 100)
        whole.push(...(await idsOf(persistence, filter, { skip, take: 100 }, at(0))));
      expect(new Set(whole).size).to.equal(whole.length);
      const joined: string[] = [];
      for (let skip = 0; skip < 1300; skip += 97)
        joined.push(...(await idsOf(persistence, filter, { skip, take: 97 }, at(0))));
      expect(joined).to.deep.equal(whole);
    }
    expect(await idsOf(persistence, null, null, at(0))).to.have.length(100);
  });

  promise('P4', 'answers an empty page beyond the end, and for a take of none', async ({ persistence }) => {
    await createAll(persistence, someSessions(3));
    for (const skip of [3, 4, 1e6, Number.MAX_SAFE_INTEGER, '99999999999999999999', Number.POSITIVE_INFINITY]) {
      for (const filter of [null, { user_id: 'ann' }, { active: true }]) {
        expect(await idsOf(persistence, filter, { skip }, at(0))).to.deep.equal([]);
      }
    }
    expect(await idsOf(persistence, null, { take: 0 }, at(0))).to.deep.equal([]);
    expect(await idsOf(persistence, null, { skip: 2, take: 1 }, at(0))).to.deep.equal(['s0']);
  });

  const filters: [filter: object, ids: string[]][] = [
    [{ id: 's1' }, ['s1']],
    [{ id: 's1', user_id: 'ann' }, []],
    [{ id: 'nobody' }, []],
    [{ user_id: 'bob' }, ['s4', 's1']],
    [{ user_id: 'nobody' }, []],
    [{ user_name: 'Bob' }, ['s4']],
    [{ service: 'web' }, ['s3', 's0']],
    [{ service: 'web', name: 'tab' }, ['s3']],
    [{ client: 'curl' }, ['s2']],
    [{ address: '10.0.0.1' }, ['s2', 's0']],
    [{ active: 'true' }, ['s5', 's3', 's1', 's0']],
    [{ active: false }, ['s4', 's2']],
    [{ active: 'false', user_id: 'bob' }, ['s4']],
    [{ from_time: at(3) }, ['s5', 's4', 's3']],
    [{ to_time: new Date(at(3)).toISOString() }, ['s2', 's1', 's0']],
    [{ from_time: String(at(1)), to_time: new Date(at(4)) }, ['s3', 's2', 's1']],
    [{ from_time: at(3), to_time: at(3) }, []],
    [{ from_time: at(4), to_time: at(1) }, []],
    [{ from_time: at(1), to_time: at(5), user_id: 'bob' }, ['s4', 's1']],
    [{ id: 's3', from_time: at(4) }, []],
    [{ unknown: 'key', user_id: '' }, ['s5', 's4', 's3', 's2', 's1', 's0']],
  ];
  for (const [filter, ids] of filters) {
    promise('P5', `narrows by ${JSON.stringify(filter)}`, async ({ persistence }) => {
      await createAll(persistence, [
        aSession({ id: 's0', requestAt: at(0), service: 'web', address: '10.0.0.1' }),
        aSession({ id: 's1', requestAt: at(1), user_id: 'bob' }),
        aSession({ id: 's2', requestAt: at(2), closeAt: at(3), client: 'curl', address: '10.0.0.1' }),
        aSession({ id: 's3', requestAt: at(3), service: 'web', name: 'tab', data: { service: 'other' } }),
        aSession({ id: 's4', requestAt: at(4), user_id: 'bob', user_name: 'Bob', expireAt: at(9) }),
        aSession({ id: 's5', requestAt: at(5), expireAt: null }),
      ]);
      expect(await idsOf(persistence, filter, null, at(9))).to.deep.equal(ids);
    });
  }

  promise('P5', 'takes a session for active until the millisecond of its deadline', async ({ persistence }) => {
    await persistence.create(null, aSession({ expireAt: at(9) }));
    expect(await idsOf(persistence, { active: true }, null, at(9) - 1)).to.deep.equal(['s1']);
    expect(await idsOf(persistence, { active: false }, null, at(9) - 1)).to.deep.equal([]);
    expect(await idsOf(persistence, { active: true }, null, at(9))).to.deep.equal([]);
    expect(await idsOf(persistence, { active: false, user_id: 'ann' }, null, at(9))).to.deep.equal(['s1']);
  });

  promise('P6', 'counts all that match when it is asked to, whatever the page', async ({ persistence }) => {
    await createAll(
      persistence,
      someSessions(150, (index) => ({
        user_id: index < 30 ? 'bob' : 'ann',
        ...(index % 2 === 0 && { closeAt: at(200) }),
      })),
    );
    const total = async (filter: object, skip: number, take: number) =>
      (await persistence.getPageByFilter(null, filter, { skip, take, total: true }, at(200))).total;
    for (const [skip, take] of [
      [0, 100],
      [140, 5],
      [999, 5],
      [0, 0],
      [Number.POSITIVE_INFINITY, 1],
    ] as const) {
      expect(await total({}, skip, take)).to.equal(150);
      expect(await total({ user_id: 'bob' }, skip, take)).to.equal(30);
      expect(await total({ active: false }, skip, take)).to.equal(75);
      expect(await total({ active: false, user_id: 'bob' }, skip, take)).to.equal(15);
      expect(await total({ from_time: at(10), to_time: at(20) }, skip, take)).to.equal(10);
      expect(await total({ id: 's3' }, skip, take)).to.equal(1);
      expect(await total({ id: 'nobody' }, skip, take)).to.equal(0);
    }
    expect((await persistence.getPageByFilter(null, {}, { skip: 0, take: 1, total: false }, at(0))).total).to.equal(
      null,
    );
  });

  promise('P21', 'counts the sessions of all states', async ({ persistence }) => {
    expect(await persistence.count(null)).to.equal(0);
    await createAll(persistence, [
      aSession({ id: 'a' }),
      aSession({ id: 'b', closeAt: at(1) }),
      aSession({ id: 'c', expireAt: 0 }),
    ]);
    expect(await persistence.count(null)).to.equal(3);
    await persistence.change(null, 'a', countUp);
    expect(await persistence.count(null)).to.equal(3);
    await persistence.deleteById(null, 'b');
    expect(await persistence.count(null)).to.equal(2);
  });

  promise('P22', 'says that it can be read and written', async ({ persistence }) => {
    await persistence.check(null);
  });
}
