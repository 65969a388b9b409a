import { expect } from 'chai';
import fc from 'fast-check';
import { HOUR, ID, sessionWith, storeWorld } from './StoreWorld.js';

const OTHER_ID = 'zBcDeFgHiJkLmNoPqRsTuVwXyZ012_-9';

describe('SessionsStore', () => {
  const world = storeWorld();

  it('gives back what was set, the cookie included', async () => {
    const content = { n: 1, list: [null, { a: 'ä' }], at: new Date(0), text: '' };
    await world.store.set(ID, sessionWith(content));
    const { cookie, ...rest } = (await world.store.get(ID)) as never as Record<string, Record<string, unknown>>;
    expect(rest).to.deep.equal({ n: 1, list: [null, { a: 'ä' }], at: '1970-01-01T00:00:00.000Z', text: '' });
    const expires = (await world.at())?.expire_time;
    expect(cookie).to.deep.equal({ originalMaxAge: HOUR, expires, httpOnly: true, path: '/' });
  });

  it('gives back whatever JSON can carry', async () => {
    const content = fc.dictionary(
      fc.string().filter((name) => name !== 'cookie'),
      fc.jsonValue({ maxDepth: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(content, async (given) => {
        await world.store.set(ID, sessionWith(given));
        const { cookie, ...rest } = (await world.store.get(ID)) ?? {};
        expect(JSON.parse(JSON.stringify(rest))).to.deep.equal(JSON.parse(JSON.stringify(given)));
      }),
      { numRuns: 50 },
    );
  });

  it('finds nothing under an id that was never set, or that the service takes for none', async () => {
    for (const id of [ID, 'x', 'a'.repeat(300), 'a\nb', '']) {
      expect(await world.store.get(id), id).to.equal(null);
      await world.store.destroy(id);
      await world.store.touch(id, sessionWith({}));
    }
  });

  it('calls back, and answers a promise besides', async () => {
    const called = await new Promise((resolve) => {
      world.store.set(ID, sessionWith({ n: 1 }), (error) => resolve(error));
    });
    expect(called).to.equal(null);
    const got = await new Promise((resolve) => {
      void world.store.get(ID, (error, session) => resolve([error, (session as never as { n: number }).n]));
    });
    expect(got).to.deep.equal([null, 1]);
  });

  it('opens a session with the first set and writes to it with the next', async () => {
    const session = sessionWith({ n: 1 });
    await world.store.set(ID, session);
    expect(world.calls()).to.deep.equal(['openSession']);
    await world.store.set(ID, Object.assign(session, { n: 2 }));
    expect(world.calls()).to.deep.equal(['storeSessionData']);
    const loaded = await world.store.get(ID);
    await world.store.set(ID, Object.assign(loaded as object, { n: 3 }) as never);
    expect(world.calls()).to.deep.equal(['validateSession', 'storeSessionData']);
    expect(await world.store.get(ID)).to.include({ n: 3 });
  });

  it('writes to a session that it has not read itself', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }));
    await world.other().set(ID, sessionWith({ n: 2 }));
    expect(await world.store.get(ID)).to.include({ n: 2 });
  });

  it('writes what the session was when set was called', async () => {
    const session = sessionWith({ n: 1 });
    const first = world.store.set(ID, session);
    const second = world.store.set(ID, Object.assign(session, { n: 2 }));
    Object.assign(session, { n: 3 });
    await first;
    expect(await world.store.get(ID)).to.include({ n: 1 });
    await second;
    expect(await world.store.get(ID)).to.include({ n: 2 });
  });

  it('does the writes to a session in the order in which they were asked for', async () => {
    const session = sessionWith({ n: 0 });
    const done = Array.from({ length: 50 }, (_, n) => world.store.set(ID, { ...session, n } as never));
    await Promise.all(done);
    expect(await world.store.get(ID)).to.include({ n: 49 });
  });

  it('refuses what JSON cannot carry as INVALID_DATA, and stores nothing', async () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    for (const content of [circle, { big: 1n }]) {
      const error = await world.store.set(ID, sessionWith(content)).catch((e: unknown) => e);
      expect(error).to.include({ code: 'INVALID_DATA' });
    }
    expect(await world.at()).to.equal(null);
  });

  it('closes a session with destroy, and never deletes it', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }));
    await world.store.destroy(ID);
    expect(await world.store.get(ID)).to.equal(null);
    expect(await world.at()).to.include({ active: false, close_reason: 'closed' });
    await world.store.destroy(ID);
  });

  it('lists no session of others, and neither reads nor writes nor ends it', async () => {
    const session = await world.client.openSession(null, { user_id: 'u1', session_id: ID, service: 'shop', data: {} });
    expect(await world.store.get(ID)).to.equal(null);
    await world.store.touch(ID, sessionWith({}, 1000));
    await world.store.destroy(ID);
    const error = await world.store.set(ID, sessionWith({ n: 1 })).catch((e: unknown) => e);
    expect(error).to.include({ code: 'SESSION_EXISTS' });
    expect(await world.at()).to.deep.equal(session);
  });

  it('finds no session where a session of its mark holds something else', async () => {
    for (const [id, data] of [
      [ID, 5],
      [OTHER_ID, null],
    ] as const) {
      await world.client.openSession(null, { user_id: 'u1', session_id: id, service: 'express-session', data });
      expect(await world.store.get(id)).to.equal(null);
    }
  });

  it('answers the sessions of its service with all, none of which that accesses', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }));
    await world.store.set(OTHER_ID, sessionWith({ n: 2 }));
    await world.other({ service: 'shop' }).set('y'.repeat(20), sessionWith({ n: 3 }));
    world.advance(HOUR / 2);
    const before = await world.at();
    const all = (await world.store.all()) as never as { id: string; n: number; cookie: object }[];
    expect(all.map(({ id, n }) => [id, n]).sort()).to.deep.equal([
      [ID, 1],
      [OTHER_ID, 2],
    ]);
    expect(all[0]?.cookie).to.include({ originalMaxAge: HOUR });
    expect(await world.at()).to.deep.equal(before);
  });

  it('counts and clears, over many pages, the sessions of its service only', async () => {
    const other = world.other({ service: 'shop' });
    await other.set(ID, sessionWith({}));
    for (let i = 0; i < 230; i++) await world.store.set(`${i}`.padStart(24, '0'), sessionWith({}));
    await world.store.destroy('0'.repeat(24));
    expect(await world.store.length()).to.equal(229);
    expect(await world.store.all()).to.have.length(229);
    await world.store.clear();
    expect(await world.store.length()).to.equal(0);
    expect(await world.store.all()).to.deep.equal([]);
    expect(await other.get(ID)).to.not.equal(null);
    expect(await world.at('1'.padStart(24, '0'))).to.include({ active: false, close_reason: 'closed' });
  });
});

describe('SessionsStore on a service without accept_ids', () => {
  const world = storeWorld({}, {});

  it('says in one sentence what the service lacks', async () => {
    const error = (await world.store.set(ID, sessionWith({})).catch((e: unknown) => e)) as Error;
    expect(error).to.include({ code: 'INVALID_CONFIG', status: undefined });
    expect(error.message).to.match(/^[^.]*accept_ids[^.]*ACCEPT_IDS=true[^.]*$/);
  });
});

describe('SessionsStore with ids that the service does not take', () => {
  const world = storeWorld();

  it('says which ids genid must make', async () => {
    for (const id of ['short', 'a'.repeat(129), `${ID}!`]) {
      const error = (await world.store.set(id, sessionWith({})).catch((e: unknown) => e)) as Error;
      expect(error, id).to.include({ code: 'INVALID_CONFIG' });
      expect(error.message).to.match(/genid/);
    }
  });
});
