import { expect } from 'chai';
import { createSessionStorage } from '../../src/embedded/session-storage.js';
import { type StartWorld, worldOfEachTest } from '../support/StorageWorlds.js';

const WEEK = 604_800_000;
const CONTENTS: unknown[] = [{ a: { b: [1, null, 'x'] } }, [], ['a'], 'text', '', 0, -0, 1.5, true, false];

/** Making, fetching and looking at sessions. */
export function sessionStorageObjects(start: StartWorld): void {
  const world = worldOfEachTest(start, { touch_interval: 0 });
  const storage = () => createSessionStorage(world().source, null, world().clock);

  it('creates a session without a user, content or any argument', async () => {
    const now = world().clock.now();
    const session = await storage().create();
    expect(session.get('_key')).to.be.a('string').with.length.of.at.least(20);
    expect(session.get('uid')).to.equal(undefined);
    expect(session.get('sessionData')).to.deep.equal({});
    expect(session.get('userData')).to.deep.equal({});
    for (const time of ['created', 'lastAccess', 'lastUpdate'] as const) expect(session.get(time), time).to.equal(now);
  });

  it('stores what it creates at once, as nobody’s session with the default policy', async () => {
    const session = await storage().create({ cart: [1] });
    const stored = await world().source.getSessionById(null, session.get('_key'));
    expect(stored).to.deep.include({
      user_id: 'anonymous',
      active: true,
      data: { cart: [1] },
      expire_timeout: WEEK,
      expire_basis: 'created',
    });
  });

  it('keeps any JSON value as the content, and an empty object for null and undefined', async () => {
    for (const content of CONTENTS) {
      const session = await storage().create(content);
      expect(session.get('sessionData')).to.deep.equal(content);
      expect((await storage().get(session.get('_key'))).get('sessionData')).to.deep.equal(content);
    }
    for (const content of [null, undefined]) {
      expect((await storage().create(content)).get('sessionData')).to.deep.equal({});
    }
  });

  it('takes a copy of the content, as JSON has it', async () => {
    const content = { at: new Date(0), left: undefined, list: [undefined], cart: [1] };
    const session = await storage().create(content);
    content.cart.push(2);
    expect(session.get('sessionData')).to.deep.equal({ at: '1970-01-01T00:00:00.000Z', list: [null], cart: [1] });
  });

  it('fetches a session with all that was stored', async () => {
    const made = await storage().create({ cart: [1] });
    await made.setUser({ _key: 'ann', userData: { roles: ['admin'] } }).save();
    const session = await storage().get(made.get('_key'));
    expect(session).to.not.equal(made);
    for (const name of ['_key', 'uid', 'sessionData', 'userData', 'created', 'lastUpdate']) {
      expect(session.get(name), name).to.deep.equal(made.get(name));
    }
    expect(session.get('uid')).to.equal('ann');
  });

  it('counts fetching as an access', async () => {
    const { clock } = world();
    const made = await storage().create();
    const created = clock.now();
    clock.advance(5000);
    const session = await storage().get(made.get('_key'));
    expect(session.get('lastAccess')).to.equal(created + 5000);
    expect(session.get('lastUpdate')).to.equal(created);
    expect(session.get('created')).to.equal(created);
    expect(made.get('lastAccess')).to.equal(created);
  });

  it('fetches sessions that others have opened, without content too', async () => {
    const { source } = world();
    const others = await source.openSession(null, { user_id: 'ann', user_name: 'Ann', expire_timeout: 0 });
    const session = await storage().get(others.id);
    expect(session.get('uid')).to.equal('ann');
    expect(session.get('sessionData')).to.deep.equal({});
    expect(session.get('userData')).to.deep.equal({});
    expect(session.getExpiry()).to.equal(Number.POSITIVE_INFINITY);
    const empty = await source.openSession(null, { user_id: 'anonymous', user: null, data: null });
    expect((await storage().get(empty.id)).get('sessionData')).to.deep.equal({});
    expect((await storage().get(empty.id)).get('userData')).to.deep.equal({});
  });

  it('sets a user from a model and from an object, and none', async () => {
    const session = await storage().create();
    const userData = { name: 'Ann' };
    const model = new Map<string, unknown>([
      ['_key', 'ann'],
      ['userData', userData],
    ]);
    expect(session.setUser(model)).to.equal(session);
    expect(session.get('uid')).to.equal('ann');
    expect(session.get('userData')).to.deep.equal(userData);
    session.setUser({ _key: 'bob', userData: { name: 'Bob' } });
    expect([session.get('uid'), session.get('userData')]).to.deep.equal(['bob', { name: 'Bob' }]);
    session.setUser({ _key: 'eve' });
    expect([session.get('uid'), session.get('userData')]).to.deep.equal(['eve', {}]);
    session.setUser(null);
    expect([session.get('uid'), session.get('userData')]).to.deep.equal([undefined, {}]);
  });
}
