import { expect } from 'chai';
import { createSessionStorage, type StorageSession } from '../../src/embedded/session-storage.js';
import { refusal, type StartWorld, worldOfEachTest } from '../support/StorageWorlds.js';

const ann = () => ({ _key: 'ann', userData: { name: 'Ann' } });
const LIMIT = 2000;

/** What save() writes and what it does not. */
export function sessionStorageSaving(start: StartWorld): void {
  const world = worldOfEachTest(start, { touch_interval: 0, max_data_size: LIMIT });
  const storage = () => createSessionStorage(world().source, {}, world().clock);
  const stored = async (session: StorageSession) => {
    const found = await world().source.getSessionById(null, session.get('_key'));
    if (found === null) throw new Error('There is no such session');
    return found;
  };

  it('save() answers the session, whose content stays the object that it was', async () => {
    const session = await storage().create({ cart: [] });
    const data = session.get('sessionData');
    data.cart.push(1);
    expect(await session.save()).to.equal(session);
    expect(session.get('sessionData')).to.equal(data);
    data.cart.push(2);
    await session.save();
    expect((await stored(session)).data).to.deep.equal({ cart: [1, 2] });
  });

  it('save() has the times and the deadline of the write', async () => {
    const { clock } = world();
    const options = { timeToLive: 10_000, ttlType: 'lastUpdate' } as const;
    const session = await createSessionStorage(world().source, options, clock).create();
    clock.advance(4000);
    await session.set('sessionData', { a: 1 }).save();
    expect(session.get('lastUpdate')).to.equal(clock.now());
    expect(session.get('lastAccess')).to.equal(clock.now());
    expect(session.get('created')).to.equal(clock.now() - 4000);
    expect(session.getExpiry()).to.equal(clock.now() + 10_000);
  });

  it('save() writes nothing when nothing has changed, and is no access', async () => {
    const session = await storage().create({ a: { b: 1 } });
    world().clock.advance(1000);
    const before = await stored(session);
    await session.save();
    session
      .set('sessionData', { a: { b: 1 } })
      .set('userData', {})
      .set('uid', undefined);
    await session.save();
    expect(await stored(session)).to.deep.equal(before);
  });

  it('save() writes only the part that has changed, over what others wrote into it', async () => {
    const session = await storage().create({ cart: [1] });
    const id = session.get('_key');
    await world().source.updateSessionUser(null, id, { name: 'Bob' }, { user_id: 'bob' });
    await session.set('sessionData', { cart: [2] }).save();
    expect(await stored(session)).to.deep.include({ user_id: 'bob', user: { name: 'Bob' }, data: { cart: [2] } });
    await world().source.storeSessionData(null, id, { cart: [3] });
    await session.setUser(ann()).save();
    expect(await stored(session)).to.deep.include({
      user_id: 'ann',
      user: { name: 'Ann' },
      data: { cart: [3] },
      version: 4,
    });
  });

  it('save() stores a change inside of the user’s content with whose it is', async () => {
    const session = await storage().create();
    await session.setUser({ _key: 'ann', userData: { roles: [] } }).save();
    session.get('userData').roles.push('admin');
    await session.save();
    expect(await stored(session)).to.deep.include({ user_id: 'ann', user: { roles: ['admin'] }, version: 2 });
  });

  it('save() stores the user’s content over what others have written meanwhile, once it is still that user’s', async () => {
    const session = await storage().create();
    const id = session.get('_key');
    await session.setUser(ann()).save();
    for (const data of [1, 2, 3]) await world().source.storeSessionData(null, id, data);
    await session.set('userData', { roles: ['admin'] }).save();
    expect(await stored(session)).to.deep.include({ user_id: 'ann', user: { roles: ['admin'] }, data: 3, version: 5 });
  });

  it('save() brings no user back who has been logged out meanwhile, and gives none another’s content', async () => {
    for (const [_key, changesData] of [
      [undefined, false],
      [undefined, true],
      ['bob', false],
      ['bob', true],
    ] as const) {
      const session = await storage().create();
      await session.setUser(ann()).save();
      const other = await storage().get(session.get('_key'));
      await other.setUser(_key === undefined ? null : { _key, userData: { name: 'Bob' } }).save();
      const user = (await stored(session)).user;
      if (changesData) await session.set('sessionData', { a: 1 }).save();
      session.get('userData').roles = ['admin'];
      expect((await refusal(session.save())).code).to.equal('SESSION_CONFLICT');
      expect(await stored(session)).to.deep.include({ user_id: _key ?? 'anonymous', user });
    }
  });

  it('save() makes the session that user’s in every list, and nobody’s again', async () => {
    const { source } = world();
    const session = await storage().create();
    const listed = async () => (await source.getSessions(null, { user_id: 'ann', active: true }, null)).data.length;
    await session.setUser(ann()).save();
    expect(await listed()).to.equal(1);
    await session.setUser(null).save();
    expect(await listed()).to.equal(0);
    expect(await stored(session)).to.deep.include({ user_id: 'anonymous', user: {}, active: true });
    expect((await storage().get(session.get('_key'))).get('uid')).to.equal(undefined);
  });

  it('save() leaves no name of the user before', async () => {
    const { source } = world();
    const { id } = await source.openSession(null, { user_id: 'eve', user_name: 'Eve' });
    const session = await storage().get(id);
    await session.set('userData', { a: 1 }).save();
    expect((await stored(session)).user_name).to.equal('Eve');
    await session.setUser(ann()).save();
    expect((await stored(session)).user_name ?? '').to.equal('');
  });

  it('save() stores nothing where a part is no JSON', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const throwing = {
      get a() {
        throw new Error('inside');
      },
    };
    for (const wrong of [
      cyclic,
      { a: 1n },
      [Number.NaN],
      { a: Number.POSITIVE_INFINITY },
      new Date(Number.NaN),
      throwing,
    ]) {
      const session = await storage().create();
      const error = await refusal(session.setUser(ann()).set('sessionData', wrong).save());
      expect(error.code).to.equal('INVALID_DATA');
      expect(error.message).to.match(/^sessionData must be /);
      expect((await stored(session)).version).to.equal(0);
    }
    expect((await refusal(storage().create({ a: '\ud800' }))).code).to.equal('INVALID_DATA');
    expect((await refusal(storage().create(() => 1))).code).to.equal('INVALID_DATA');
  });

  it('save() refuses what is too large, and the next one stores what is left to store', async () => {
    const session = await storage().create();
    const error = await refusal(session.setUser(ann()).set('sessionData', 'x'.repeat(LIMIT)).save());
    expect(error.code).to.equal('PAYLOAD_TOO_LARGE');
    expect(await stored(session)).to.deep.include({ user_id: 'ann', data: {}, version: 1 });
    await session.set('sessionData', 'x').save();
    expect(await stored(session)).to.deep.include({ user_id: 'ann', data: 'x', version: 2 });
    expect((await refusal(storage().create('x'.repeat(LIMIT)))).code).to.equal('PAYLOAD_TOO_LARGE');
  });

  it('save() called many times at once writes one after the other, the last state last', async () => {
    const session = await storage().create({ count: 0 });
    const saves = Array.from({ length: 20 }, (_, index) => session.set('sessionData', { count: index }).save());
    await Promise.all(saves);
    expect(await stored(session)).to.deep.include({ data: { count: 19 }, version: 1 });
    const inTurn = Array.from({ length: 5 }, async (_, index) => {
      await (index % 2 === 0 ? session.set('sessionData', index) : session.set('userData', index)).save();
    });
    await Promise.all(inTurn);
    expect(await stored(session)).to.deep.include({ data: 4, user: 3 });
  });

  it('save() tells -0 from 0', async () => {
    const session = await storage().create(0);
    await session.set('sessionData', -0).save();
    expect(Object.is((await stored(session)).data, -0)).to.equal(true);
  });

  it('save() goes on after one that was refused', async () => {
    const session = await storage().create();
    const refused = refusal(session.set('sessionData', 1n).save());
    await refused;
    await session.set('sessionData', { a: 1 }).save();
    expect((await stored(session)).data).to.deep.equal({ a: 1 });
  });

  it('keeps keys of prototypes as plain members of content', async () => {
    const hostile = JSON.parse('{"__proto__":{"admin":true},"constructor":1}');
    const session = await storage().create(hostile);
    expect((await storage().get(session.get('_key'))).get('sessionData').admin).to.equal(undefined);
    await session.set('userData', hostile).save();
    expect(JSON.stringify((await stored(session)).user)).to.equal('{"__proto__":{"admin":true},"constructor":1}');
    expect(JSON.stringify((await stored(session)).data)).to.equal('{"__proto__":{"admin":true},"constructor":1}');
  });
}
