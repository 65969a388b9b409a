import { expect } from 'chai';
import type { ApiCaller, ApiPromise } from './ApiUnderTest.js';

/** Opens sessions a second apart; answers their ids in the order of a list, newest first. */
async function openMany(caller: ApiCaller, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    caller.clock.advance(1000);
    ids.unshift((await caller.open()).id);
  }
  return ids;
}

function orderPromises(promise: ApiPromise): void {
  promise('A60', 'get_sessions lists the newest request_time first, ties by id ascending', async (caller) => {
    const tied = await Promise.all(Array.from({ length: 20 }, () => caller.open()));
    const newer = await openMany(caller, 3);
    const ids = tied.map(({ id }) => id).sort();
    expect(await caller.ids()).to.deep.equal([...newer, ...ids]);
    caller.clock.advance(120_000);
    await caller.validate(ids[7] as string);
    await caller.store(newer[2] as string, 1);
    await caller.close(ids[3] as string);
    const top = [ids[7] as string, newer[2] as string].sort();
    const expected = [...top, newer[0], newer[1], ...ids.filter((id) => !top.includes(id))];
    expect(await caller.ids()).to.deep.equal(expected);
  });

  promise('A61', 'get_sessions answers sessions without user and data, and otherwise as they are', async (caller) => {
    const { id } = await caller.open({ user: { a: 1 }, data: { b: 2 }, service: 'shop', user_name: 'Ann' });
    const closed = await caller.open({ data: 1, user_id: 'bob' });
    await caller.close(closed.id);
    const page = await caller.list();
    expect(page).to.have.all.keys('total', 'data');
    for (const session of page.data) {
      const { user: _, data: __, ...head } = (await caller.get(session.id)) ?? {};
      expect(session).to.deep.equal(head);
    }
    expect(page.data.map((session) => session.id)).to.have.members([id, closed.id]);
  });

  promise('A62', 'pages by skip and take fit together', async (caller) => {
    const ids = await openMany(caller, 25);
    for (const take of [1, 7, 24, 25, 26]) {
      const paged: string[] = [];
      for (let skip = 0; skip < 25; skip += take) paged.push(...(await caller.ids(null, { skip, take })));
      expect(paged, `take ${take}`).to.deep.equal(ids);
    }
    expect(await caller.ids(null, { skip: 24, take: 10 })).to.deep.equal([ids[24]]);
    expect(await caller.ids({ user_id: 'ann' }, { skip: '20', take: '3' })).to.deep.equal(ids.slice(20, 23));
  });

  promise('A63', 'a page holds at most 100 sessions, and so many where take is absent', async (caller) => {
    await Promise.all(Array.from({ length: 120 }, () => caller.open()));
    for (const paging of [null, {}, { take: null }, { skip: 0 }, { take: 101 }, { take: 1e300 }, { take: '1000' }]) {
      expect((await caller.list(null, paging)).data, JSON.stringify(paging)).to.have.length(100);
    }
    expect((await caller.list(null, { take: 0 })).data).to.have.length(0);
    expect((await caller.list(null, { skip: 100, take: 100 })).data).to.have.length(20);
  });

  promise('A64', 'a huge skip is an empty page', async (caller) => {
    await caller.open();
    for (const skip of [1, 1_000_000_000, Number.MAX_SAFE_INTEGER, 1e300, '99999999999999999999']) {
      expect(await caller.list(null, { skip, total: true }), String(skip)).to.deep.equal({ total: 1, data: [] });
    }
  });

  promise('A65', 'total counts all that match when it is asked for, and is null otherwise', async (caller) => {
    await openMany(caller, 5);
    await caller.open({ user_id: 'bob' });
    for (const total of [true, 'true', '1']) {
      expect(await caller.list({ user_id: 'ann' }, { skip: 1, take: 2, total })).to.include({ total: 5 });
    }
    expect(await caller.list({ user_id: 'nobody' }, { total: true })).to.deep.equal({ total: 0, data: [] });
    expect(await caller.list(null, { total: true })).to.include({ total: 6 });
    for (const paging of [null, {}, { total: false }, { total: null }, { total: 'false' }]) {
      expect(await caller.list(null, paging)).to.include({ total: null });
    }
  });
}

function filterPromises(promise: ApiPromise): void {
  promise('A66', 'every key of the filter narrows by equality, alone and together', async (caller) => {
    const mine = { user_name: 'Ann', service: 'shop', name: 'one', client: 'Browser', address: '10.0.0.1' };
    const { id } = await caller.open(mine);
    const other = await caller.open({
      user_id: 'bob',
      user_name: 'Bob',
      service: 'desk',
      name: 'two',
      client: 'App',
      address: '::1',
    });
    const bare = await caller.open({ user_id: 'ANN' });
    const whole = { id, user_id: 'ann', ...mine };
    for (const [key, value] of Object.entries(whole)) {
      expect(await caller.ids({ [key]: value }), key).to.deep.equal([id]);
      expect(await caller.ids({ [key]: `${value} ` }), key).to.deep.equal([]);
    }
    expect(await caller.ids(whole)).to.deep.equal([id]);
    expect(await caller.ids({ ...whole, name: 'two' })).to.deep.equal([]);
    expect(await caller.ids({ id: other.id, user_id: 'bob', active: true })).to.deep.equal([other.id]);
    expect(await caller.ids({ id: bare.id, service: 'shop' })).to.deep.equal([]);
  });

  promise('A67', 'from_time is inclusive and to_time exclusive, both on request_time', async (caller) => {
    const ids = await openMany(caller, 5);
    const { request_time: middle } = (await caller.get(ids[2] as string)) ?? expect.fail('gone');
    const instant = Date.parse(middle);
    for (const time of [middle, instant, String(instant), new Date(instant).toISOString().replace('Z', '+00:00')]) {
      expect(await caller.ids({ from_time: time }), String(time)).to.deep.equal(ids.slice(0, 3));
      expect(await caller.ids({ to_time: time }), String(time)).to.deep.equal(ids.slice(3));
    }
    expect(await caller.ids({ from_time: instant + 1 })).to.deep.equal(ids.slice(0, 2));
    expect(await caller.ids({ to_time: instant + 1, user_id: 'ann' })).to.deep.equal(ids.slice(2));
    expect(await caller.ids({ from_time: middle, to_time: middle })).to.deep.equal([]);
    await caller.close(ids[4] as string);
    expect(await caller.ids({ to_time: instant })).to.deep.equal(ids.slice(3));
  });

  promise(
    'A68',
    'active tells the active and unexpired from the ended, as a boolean and as a string',
    async (caller) => {
      const expired = await caller.open({ expire_timeout: 1000 });
      caller.clock.advance(999);
      const [closed, active] = [await caller.open(), await caller.open()];
      await caller.close(closed.id);
      expect(await caller.ids({ active: true })).to.have.members([active.id, expired.id]);
      caller.clock.advance(1);
      for (const yes of [true, 'true', 'TRUE', '1'])
        expect(await caller.ids({ active: yes })).to.deep.equal([active.id]);
      for (const no of [false, 'false', 'False', '0']) {
        expect(await caller.ids({ active: no, user_id: 'ann' })).to.have.members([closed.id, expired.id]);
      }
      expect(await caller.list({ active: false }, { total: true })).to.include({ total: 2 });
      await caller.sweep();
      expect(await caller.ids({ active: false })).to.have.members([closed.id, expired.id]);
    },
    { expire_timeout: 0 },
  );

  promise('A69', 'unknown keys of a filter are ignored, and empty and null values do not narrow', async (caller) => {
    const ids = await openMany(caller, 2);
    const filters = [
      null,
      {},
      { search: 'x', tags: ['a'], nested: { a: 1 }, toString: 'x' },
      { user_id: null, active: null, from_time: null, service: null },
      { user_id: '', active: '', to_time: '', name: '' },
      JSON.parse('{"__proto__":{"user_id":"bob"},"constructor":"x"}'),
    ];
    for (const filter of filters) expect(await caller.ids(filter), JSON.stringify(filter)).to.deep.equal(ids);
  });
}

export function listPromises(promise: ApiPromise): void {
  orderPromises(promise);
  filterPromises(promise);
}
