import { expect } from 'chai';
import { createSessionStorage, type StorageSession } from '../../src/embedded/session-storage.js';
import { memoryStore } from '../support/ApiStores.js';
import { controllerWorld, refusal, worldOfEachTest } from '../support/StorageWorlds.js';

const NAMES = ['_key', 'uid', 'sessionData', 'userData', 'created', 'lastAccess', 'lastUpdate'] as const;
const NO_NAMES: unknown[] = [
  'user_id',
  'id',
  'UID',
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  undefined,
  null,
  0,
  {},
  [],
  ['uid'],
  Symbol('uid'),
];
const NO_USERS: unknown[] = [
  undefined,
  0,
  5,
  'ann',
  '',
  true,
  () => 'ann',
  {},
  [],
  { userData: {} },
  { _key: '' },
  { _key: null },
  { _key: 5 },
  { _key: {} },
  { _key: ['ann'] },
  { _key: 'anonymous' },
  { get: 'ann' },
  new Map(),
  new Map([['_key', '']]),
];

describe('A session of the session storage', () => {
  const world = worldOfEachTest(controllerWorld(memoryStore), { touch_interval: 0 });
  const storage = () => createSessionStorage(world().source, null, world().clock);
  const snapshot = (session: StorageSession) => NAMES.map((name) => session.get(name));

  it('gets and sets every attribute', async () => {
    const session = await storage().create();
    const data = { a: 1 };
    expect(session.set('sessionData', data)).to.equal(session);
    expect(session.get('sessionData')).to.equal(data);
    expect(session.set('userData', data).get('userData')).to.equal(data);
    expect(session.set('uid', 'ann').get('uid')).to.equal('ann');
    expect(session.set('uid', null).get('uid')).to.equal(undefined);
    expect(session.set('_key', 'other').get('_key')).to.equal('other');
    for (const time of ['created', 'lastAccess', 'lastUpdate'] as const)
      expect(session.set(time, 5).get(time)).to.equal(5);
    for (const content of ['sessionData', 'userData'] as const) {
      expect(session.set(content, null).get(content)).to.deep.equal({});
      expect(session.set(content, undefined).get(content)).to.deep.equal({});
      for (const value of [0, '', false, []]) expect(session.set(content, value).get(content)).to.equal(value);
    }
  });

  it('has the key and the times of the service again after a save', async () => {
    const session = await storage().create();
    const before = snapshot(session);
    for (const time of ['created', 'lastAccess', 'lastUpdate'] as const) session.set(time, 0);
    await session.set('_key', 'other').save();
    expect(snapshot(session)).to.deep.equal(before);
    expect(session.getExpiry()).to.equal(world().clock.now() + 604_800_000);
  });

  it('answers undefined for an attribute that it has not, and refuses to set it, with a sentence', async () => {
    const session = await storage().create();
    const before = snapshot(session);
    for (const name of NO_NAMES) {
      expect(session.get(name as string)).to.equal(undefined);
      expect(() => session.set(name as never, { a: 1 })).to.throw(
        TypeError,
        /^A session has the attributes _key, uid, /,
      );
    }
    expect(snapshot(session)).to.deep.equal(before);
    expect(({} as Record<string, unknown>)['a']).to.equal(undefined);
  });

  it('refuses values that an attribute cannot have, with a sentence, and keeps the one it has', async () => {
    const session = await storage().create();
    const before = snapshot(session);
    for (const uid of ['', 5, {}, true, 'anonymous', Symbol('ann')]) {
      expect(() => session.set('uid', uid)).to.throw(TypeError, /^uid must be the _key of a user/);
    }
    for (const time of ['created', 'lastAccess', 'lastUpdate'] as const) {
      for (const value of ['now', new Date(0), null, undefined, Number.NaN]) {
        expect(() => session.set(time, value)).to.throw(TypeError, `${time} must be a time in milliseconds since 1970`);
      }
    }
    for (const key of [5, null, undefined, {}])
      expect(() => session.set('_key', key)).to.throw(TypeError, /^_key must be/);
    expect(snapshot(session)).to.deep.equal(before);
  });

  it('refuses users that are none, with a sentence, and keeps the one it has', async () => {
    const session = await storage().create();
    session.setUser({ _key: 'ann', userData: { name: 'Ann' } });
    for (const user of NO_USERS) {
      expect(() => session.setUser(user as never)).to.throw(TypeError, / must be /);
      expect([session.get('uid'), session.get('userData')]).to.deep.equal(['ann', { name: 'Ann' }]);
    }
  });

  it('leaves it to the service to refuse a user key that is too long or has control characters', async () => {
    for (const _key of ['x'.repeat(257), 'a\u0000', 'a\nb', '\ud800']) {
      const session = await storage().create();
      expect((await refusal(session.setUser({ _key }).save())).code).to.equal('INVALID_DATA');
      expect((await storage().get(session.get('_key'))).get('uid')).to.equal(undefined);
    }
  });

  it('shares no content with another of the same session', async () => {
    const one = await storage().create({ list: [1] });
    const other = await storage().get(one.get('_key'));
    one.get('sessionData').list.push(2);
    expect(other.get('sessionData')).to.deep.equal({ list: [1] });
    await one.save();
    expect(other.get('sessionData')).to.deep.equal({ list: [1] });
    await other.set('userData', { a: 1 }).save();
    expect((await storage().get(one.get('_key'))).get('sessionData')).to.deep.equal({ list: [1, 2] });
  });

  it('stores what it had when save() was called, and what is changed meanwhile with the next', async () => {
    const session = await storage().create();
    const saving = session.set('sessionData', { step: 1 }).save();
    await Promise.resolve();
    await Promise.resolve();
    session.get('sessionData').step = 2;
    await saving;
    await session.save();
    expect((await storage().get(session.get('_key'))).get('sessionData')).to.deep.equal({ step: 2 });
  });
});

describe('The last access of a session of the session storage', () => {
  const world = worldOfEachTest(controllerWorld(memoryStore), { touch_interval: 60_000 });

  it('lags by at most the touch interval of the service', async () => {
    const { source, clock } = world();
    const storage = createSessionStorage(source, null, clock);
    const created = clock.now();
    const id = (await storage.create()).get('_key');
    for (const [time, lastAccess] of [
      [59_999, 0],
      [60_000, 60_000],
      [119_999, 60_000],
      [120_000, 120_000],
    ] as const) {
      clock.advanceTo(created + time);
      expect((await storage.get(id)).get('lastAccess')).to.equal(created + lastAccess);
    }
  });
});
