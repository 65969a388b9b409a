import { expect } from 'chai';
import { createSessionStorage, type StorageSession } from '../../src/embedded/session-storage.js';
import { refusal, type StartWorld, type StorageWorld, worldOfEachTest } from '../support/StorageWorlds.js';

/** `userId`: whose session it is. */
export type EndOfSession = (world: StorageWorld, session: StorageSession, userId: string) => Promise<unknown>;

/** Ways in which others, or this application elsewhere, end a session. */
export const ENDS: Readonly<Record<string, EndOfSession>> = {
  close_session: ({ source }, session) => source.closeSession(null, session.get('_key')),
  close_sessions: ({ source }, _, user_id) => source.closeSessions(null, { user_id }),
  delete_session_by_id: ({ source }, session) => source.deleteSessionById(null, session.get('_key')),
  'delete() of the storage': ({ source, clock }, session) =>
    createSessionStorage(source, null, clock).delete(session.get('_key')),
  'delete() of the session': (_, session) => session.delete(),
};

const CHANGES: Readonly<Record<string, (session: StorageSession) => unknown>> = {
  nothing: () => undefined,
  sessionData: (session) => session.set('sessionData', { saved: 1 }),
  'the user': (session) => session.setUser({ _key: 'bob', userData: { saved: 1 } }),
  both: (session) => session.setUser(null).set('sessionData', { saved: 1 }),
};

/** As JavaScript may pass them. */
const NO_IDS: unknown[] = [
  undefined,
  null,
  '',
  0,
  5,
  true,
  1n,
  Symbol('id'),
  {},
  { id: 'x' },
  [],
  ['nobody'],
  () => 'nobody',
  new Date(0),
  'x'.repeat(257),
  'x'.repeat(1_000_000),
  'a\u0000b',
  'a\nb',
  '\ud800',
];
const UNKNOWN_IDS = ['nobody', '__proto__', 'constructor', 'a b', '%00', '../..', '<b>', 'é', 'x'.repeat(256)];

/** Sessions that are not there, or not any more. */
export function sessionStorageAbsence(start: StartWorld): void {
  const world = worldOfEachTest(start, { touch_interval: 0 });
  const storage = () => createSessionStorage(world().source, null, world().clock);
  const openAnns = async () => {
    const session = await storage().create({ cart: [1] });
    return session.setUser({ _key: 'ann', userData: { name: 'Ann' } }).save();
  };
  /** Refused as for a session that never was. */
  const expectNotFound = async (call: Promise<unknown>) => {
    const { SessionNotFound, SessionExpired } = storage().errors;
    const error = await refusal(call);
    expect(error).to.be.instanceOf(SessionNotFound);
    expect(error).to.not.be.instanceOf(SessionExpired);
    expect(error.message).to.equal(new SessionNotFound('nobody').message);
  };

  it('get() and delete() of what is no id or nobody’s are SessionNotFound, with the same words', async () => {
    for (const id of [...NO_IDS, ...UNKNOWN_IDS]) {
      await expectNotFound(storage().get(id as string));
      await expectNotFound(storage().delete(id as string));
    }
  });

  it('delete() of the storage answers null and ends the session for all', async () => {
    const session = await openAnns();
    expect(await storage().delete(session.get('_key'))).to.equal(null);
    expect(await world().source.getSessionById(null, session.get('_key'))).to.equal(null);
    await expectNotFound(storage().get(session.get('_key')));
    await expectNotFound(storage().delete(session.get('_key')));
  });

  it('delete() of the session is true once, then false', async () => {
    const session = await openAnns();
    expect(await session.delete()).to.equal(true);
    expect(await session.delete()).to.equal(false);
    expect(await world().source.getSessionById(null, session.get('_key'))).to.equal(null);
  });

  it('of many deletions at once exactly one deletes', async () => {
    const session = await openAnns();
    const other = await storage().get(session.get('_key'));
    const outcomes = await Promise.all([
      session.delete(),
      other.delete(),
      storage()
        .delete(session.get('_key'))
        .then(
          () => true,
          () => false,
        ),
      session.delete(),
    ]);
    expect(outcomes.filter((deleted) => deleted)).to.have.length(1);
  });

  for (const [way, end] of Object.entries(ENDS)) {
    it(`a session that ended by ${way} is not there any more`, async () => {
      const session = await openAnns();
      await end(world(), session, 'ann');
      await expectNotFound(storage().get(session.get('_key')));
      expect(await session.delete()).to.equal(false);
      const another = await openAnns();
      await end(world(), another, 'ann');
      await expectNotFound(storage().delete(another.get('_key')));
    });

    it(`save() after ${way} is SessionNotFound, whatever has changed, and brings nothing back`, async () => {
      for (const [what, change] of Object.entries(CHANGES)) {
        const session = await openAnns();
        change(session);
        await end(world(), session, 'ann');
        const before = await world().source.getSessionById(null, session.get('_key'));
        await expectNotFound(session.save());
        await expectNotFound(session.save());
        expect(await world().source.getSessionById(null, session.get('_key')), what).to.deep.equal(before);
        expect(before?.active ?? false, what).to.equal(false);
      }
    });
  }

  it('deleting a session that others have closed removes what the service still keeps of it', async () => {
    const session = await openAnns();
    await world().source.closeSession(null, session.get('_key'));
    expect(await session.delete()).to.equal(false);
    expect(await world().source.getSessionById(null, session.get('_key'))).to.equal(null);
  });

  it('sets nothing of another session, whatever _key is set to', async () => {
    const [mine, yours] = [await openAnns(), await openAnns()];
    await mine.set('_key', yours.get('_key')).set('sessionData', { mine: 1 }).save();
    expect((await storage().get(yours.get('_key'))).get('sessionData')).to.deep.equal({ cart: [1] });
    expect(mine.get('_key')).to.not.equal(yours.get('_key'));
    expect(await mine.set('_key', yours.get('_key')).delete()).to.equal(true);
    expect((await storage().get(yours.get('_key'))).get('uid')).to.equal('ann');
  });
}
