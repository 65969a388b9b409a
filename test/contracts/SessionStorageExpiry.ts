import { expect } from 'chai';
import { createSessionStorage, type SessionStorageOptions } from '../../src/embedded/session-storage.js';
import { refusal, type StartWorld, worldOfEachTest } from '../support/StorageWorlds.js';

const DAY = 86_400_000;
const WEEK = 7 * DAY;
const TTL = 10_000;

/** When sessions expire, and what is said of those that have. */
export function sessionStorageExpiry(start: StartWorld): void {
  const world = worldOfEachTest(start, { touch_interval: 0, retention: 30 * DAY });
  const storage = (options?: SessionStorageOptions) =>
    createSessionStorage(world().source, options ?? { timeToLive: TTL }, world().clock);
  const expectExpired = async (call: Promise<unknown>) => {
    const { SessionNotFound, SessionExpired } = storage().errors;
    const error = await refusal(call);
    expect(error).to.be.instanceOf(SessionExpired);
    expect(error).to.be.instanceOf(SessionNotFound);
  };

  it('says when a session expires, and that it has from that very millisecond on', async () => {
    const { clock } = world();
    const session = await storage().create();
    expect([session.getExpiry(), session.getTTL(), session.hasExpired()]).to.deep.equal([
      clock.now() + TTL,
      TTL,
      false,
    ]);
    clock.advance(TTL - 1);
    expect([session.getTTL(), session.hasExpired()]).to.deep.equal([1, false]);
    expect((await storage().get(session.get('_key'))).hasExpired()).to.equal(false);
    clock.advance(1);
    expect([session.getTTL(), session.hasExpired()]).to.deep.equal([0, true]);
    await expectExpired(storage().get(session.get('_key')));
    clock.advance(5);
    expect(session.getTTL()).to.equal(0);
  });

  it('lets a session live for a week unless told otherwise', async () => {
    const session = await createSessionStorage(world().source, undefined, world().clock).create();
    expect(session.getTTL()).to.equal(WEEK);
  });

  it('lets no session expire with a timeToLive of 0', async () => {
    const session = await storage({ timeToLive: 0 }).create();
    world().clock.advance(20 * 365 * DAY);
    for (const one of [session, await storage().get(session.get('_key'))]) {
      expect(one.getExpiry()).to.equal(Number.POSITIVE_INFINITY);
      expect(one.getTTL()).to.equal(Number.POSITIVE_INFINITY);
      expect(one.hasExpired()).to.equal(false);
    }
  });

  it('counts from the creation by default, whatever happens meanwhile', async () => {
    const { clock } = world();
    const session = await storage({ timeToLive: TTL }).create();
    const deadline = clock.now() + TTL;
    clock.advance(6000);
    expect((await storage().get(session.get('_key'))).getExpiry()).to.equal(deadline);
    await session.set('sessionData', { a: 1 }).save();
    expect(session.getExpiry()).to.equal(deadline);
    clock.advance(4000);
    await expectExpired(storage().get(session.get('_key')));
  });

  it('counts from the last access with ttlType lastAccess: fetching and saving are accesses', async () => {
    const { clock } = world();
    const made = await storage({ timeToLive: TTL, ttlType: 'lastAccess' }).create();
    for (let step = 0; step < 5; step++) {
      clock.advance(6000);
      const session = await storage().get(made.get('_key'));
      expect(session.getExpiry()).to.equal(clock.now() + TTL);
      clock.advance(6000);
      await session.set('sessionData', { step }).save();
      expect(session.getExpiry()).to.equal(clock.now() + TTL);
    }
    clock.advance(TTL);
    await expectExpired(storage().get(made.get('_key')));
  });

  it('counts from the last write with ttlType lastUpdate: fetching is none', async () => {
    const { clock } = world();
    const session = await storage({ timeToLive: TTL, ttlType: 'lastUpdate' }).create();
    clock.advance(6000);
    expect((await storage().get(session.get('_key'))).getTTL()).to.equal(TTL - 6000);
    await session.setUser({ _key: 'ann' }).save();
    expect(session.getTTL()).to.equal(TTL);
    clock.advance(TTL);
    await expectExpired(storage().get(session.get('_key')));
  });

  it('save() of an expired session is SessionExpired, before a sweep and after, and brings nothing back', async () => {
    const { clock, source } = world();
    const session = await storage().create();
    clock.advance(TTL);
    await expectExpired(session.save());
    await expectExpired(session.set('sessionData', { a: 1 }).save());
    await expectExpired(session.setUser({ _key: 'ann' }).save());
    expect(await source.closeExpiredSessions(null)).to.equal(1);
    await expectExpired(session.save());
    await expectExpired(storage().get(session.get('_key')));
    expect(await source.getSessionById(null, session.get('_key'))).to.include({ active: false, user_id: 'anonymous' });
  });

  it('an expired session can be deleted, in both ways, and is unknown then', async () => {
    const { clock } = world();
    const [one, other] = [await storage().create(), await storage().create()];
    clock.advance(TTL);
    expect(await storage().delete(one.get('_key'))).to.equal(null);
    expect(await other.delete()).to.equal(true);
    for (const session of [one, other]) {
      const error = await refusal(storage().get(session.get('_key')));
      expect(error).to.be.instanceOf(storage().errors.SessionNotFound);
      expect(error).to.not.be.instanceOf(storage().errors.SessionExpired);
      expect(await session.delete()).to.equal(false);
    }
  });

  it('an expired session is unknown once the service keeps nothing of it any more', async () => {
    const { clock, source } = world();
    const session = await storage().create();
    clock.advance(TTL);
    await source.closeExpiredSessions(null);
    clock.advance(31 * DAY);
    await source.closeExpiredSessions(null);
    const error = await refusal(storage().get(session.get('_key')));
    expect(error).to.not.be.instanceOf(storage().errors.SessionExpired);
    expect(error).to.be.instanceOf(storage().errors.SessionNotFound);
  });
}
