import { expect } from 'chai';
import type { SessionData } from 'express-session';
import { FakeClock } from '../../support/FakeClock.js';
import { HOUR, ID, sessionWith, storeWorld } from './StoreWorld.js';

const DAY = 86_400_000;

describe('A session in SessionsStore', () => {
  const world = storeWorld();
  const withCookie = (cookie: object) => ({ cookie }) as unknown as SessionData;

  it('expires when its cookie does, counted from its last access', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }, 1000));
    world.advance(999);
    expect(await world.store.get(ID)).to.include({ n: 1 });
    world.advance(999);
    expect(await world.store.get(ID)).to.include({ n: 1 });
    world.advance(1000);
    expect(await world.store.get(ID)).to.equal(null);
    expect(await world.at()).to.include({ active: false, close_reason: 'expired' });
  });

  it('expires by its last access also where the service counts otherwise by default', async () => {
    await world.store.set(ID, sessionWith({}, 1000));
    expect(await world.at()).to.include({ expire_basis: 'last_access', expire_timeout: 1000 });
  });

  it('lives for the ttl of the store, a day by default, where its cookie has no age', async () => {
    await world.store.set(ID, sessionWith({}, null));
    world.advance(DAY - 1);
    expect((await world.store.get(ID))?.cookie.expires).to.equal(null);
    world.advance(DAY);
    expect(await world.store.get(ID)).to.equal(null);
    await world.other({ ttl: 5000 }).set('y'.repeat(20), sessionWith({}, null));
    expect(await world.at('y'.repeat(20))).to.include({ expire_timeout: 5000 });
  });

  it('takes on the age that its cookie has got, longer or shorter, when it is set', async () => {
    for (const age of [2000, DAY, 500.5, null, 700]) {
      await world.store.set(ID, sessionWith({ n: 1 }, age));
      expect(await world.at()).to.include({ expire_timeout: age === null ? DAY : Math.ceil(age) });
      expect((await world.store.get(ID))?.cookie.originalMaxAge).to.equal(age);
    }
  });

  it('takes on the age that its cookie has got when it is touched, and keeps its data', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }, HOUR));
    await world.store.touch(ID, sessionWith({ n: 'not this' }, DAY));
    expect(await world.at()).to.include({ expire_timeout: DAY });
    expect(await world.store.get(ID)).to.include({ n: 1 });
    expect((await world.store.get(ID))?.cookie.originalMaxAge).to.equal(DAY);
    await world.store.touch(ID, sessionWith({}, null));
    expect((await world.store.get(ID))?.cookie.originalMaxAge).to.equal(null);
  });

  it('is accessed and not written by a touch that changes no age', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }));
    const { version, update_time } = (await world.at()) ?? {};
    world.calls();
    world.advance(HOUR - 1);
    await world.store.touch(ID, sessionWith({ n: 2 }));
    expect(world.calls()).to.deep.equal(['validateSession']);
    world.advance(HOUR - 1);
    expect(await world.store.get(ID)).to.include({ n: 1 });
    expect(await world.at()).to.deep.include({ version, update_time });
  });

  it('is not accessed again by a touch at the end of a quick request, and is by one at the end of a slow one', async () => {
    for (const [age, quick] of [
      [HOUR, 999],
      [20_000, 199],
      [null, 999],
    ] as const) {
      const clock = new FakeClock();
      const store = world.other({}, { now: () => clock.now(), elapsed: () => clock.now() });
      const written = sessionWith({}, age);
      await store.set(ID, written);
      const read = (await store.get(ID)) as SessionData;
      world.calls();
      clock.advance(quick);
      for (const session of [written, read]) await store.touch(ID, session);
      expect(world.calls(), `${age}`).to.deep.equal([]);
      clock.advance(1);
      await store.touch(ID, written);
      expect(world.calls(), `${age}`).to.deep.equal(['validateSession']);
    }
  });

  it('takes on another age by a touch at the end of a quick request too', async () => {
    await world.store.set(ID, sessionWith({}));
    const read = (await world.store.get(ID)) as SessionData;
    read.cookie.originalMaxAge = DAY;
    await world.store.touch(ID, read);
    expect(await world.at()).to.include({ expire_timeout: DAY });
  });

  it('keeps the age that express-session has begun anew a moment too late', async () => {
    for (const [age, drift] of [
      [HOUR, 1],
      [HOUR, 100],
      [500, 5],
    ] as const) {
      await world.store.set(ID, sessionWith({}, age));
      const read = (await world.store.get(ID)) as SessionData;
      read.cookie.originalMaxAge = age - drift;
      world.calls();
      await world.store.touch(ID, read);
      expect(world.calls(), `${age}`).to.deep.equal([]);
      await world.store.set(ID, read);
      expect(await world.at()).to.include({ expire_timeout: age });
      expect((await world.store.get(ID))?.cookie.originalMaxAge).to.equal(age);
    }
  });

  it('takes on an age that is shorter by more than such a moment, or longer', async () => {
    await world.store.set(ID, sessionWith({}));
    for (const age of [HOUR - 101, HOUR - 100, 500, 494, 495]) {
      const read = (await world.store.get(ID)) as SessionData;
      read.cookie.originalMaxAge = age;
      await world.store.touch(ID, read);
      expect(await world.at()).to.include({ expire_timeout: age });
    }
  });

  it('takes on a new age on a touch without losing what another writes meanwhile', async () => {
    await world.store.set(ID, sessionWith({ n: 1 }));
    const other = world.other();
    await Promise.all([
      world.store.touch(ID, sessionWith({}, DAY)),
      ...[2, 3, 4].map((n) => other.set(ID, sessionWith({ n }, DAY))),
    ]);
    expect(await world.store.get(ID)).to.include({ n: 4 });
    expect(await world.at()).to.include({ expire_timeout: DAY });
  });

  it('ends with a set or a touch whose cookie is over', async () => {
    for (const age of [0, -1, Number.NaN]) {
      for (const method of ['set', 'touch'] as const) {
        const id = `${method}${age}`.padEnd(20, '_').replace('-', '_');
        await world.store.set(id, sessionWith({}));
        await world.store[method](id, sessionWith({}, age));
        expect(await world.at(id), id).to.include({ active: false, close_reason: 'closed' });
      }
    }
  });

  it('is not opened by a set whose cookie is over', async () => {
    await world.store.set(ID, sessionWith({}, -1));
    expect(await world.at()).to.equal(null);
  });

  it('lives no longer than the service knows where its cookie lives longer', async () => {
    await world.store.set(ID, sessionWith({}, 1e15));
    expect(await world.at()).to.include({ expire_timeout: 3_153_600_000_000 });
  });

  it('takes its age from what a cookie made by hand says', async () => {
    const inAnHour = new Date(Date.now() + HOUR);
    for (const [cookie, least] of [
      [{ maxAge: 5000 }, 5000],
      [{ expires: inAnHour }, HOUR - 5000],
      [{ expires: inAnHour.toISOString() }, HOUR - 5000],
      [{}, DAY],
    ] as const) {
      await world.store.set(ID, withCookie(cookie));
      expect((await world.at())?.expire_timeout).to.be.within(least, least + 5000);
    }
  });
});
