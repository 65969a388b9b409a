import { expect } from 'chai';
import { countUp, createAll, expectCode, sortedIds, textsOf } from '../../contracts/SessionsPersistenceContract.js';
import { aSession, at, someSessions } from '../../support/Sessions.js';
import type { HeldLog } from './HeldLog.js';
import { HeldPersistence, isWaiting, nextTurn, settling } from './HeldPersistence.js';

const MANY = 3000;

describe('TablePersistence changing many sessions', () => {
  let persistence: HeldPersistence;
  let log: HeldLog;

  beforeEach(async () => {
    persistence = new HeldPersistence();
    await createAll(
      persistence,
      someSessions(MANY, (index) => ({ expireAt: at(index) })),
    );
    log = persistence.hold();
  });

  const logout = () => persistence.closeByFilter(null, { user_id: 'ann' }, null, 'revoked', 0);

  it('P14 hands them to the log as one record, and gives way to other work meanwhile', async () => {
    const closing = logout();
    expect(log.written).to.deep.equal([]);
    await nextTurn();
    const other = persistence.create(null, aSession({ id: 'other' }));
    expect(await isWaiting(closing)).to.equal(true);
    expect(log.written.map((ids) => ids.length)).to.deep.equal([1, MANY]);
    log.settle();
    expect(await closing).to.have.length(MANY);
    await other;
  });

  it('P14 takes all back when the log fails before the last of them, and stops', async () => {
    const before = await textsOf(persistence);
    const closing = logout();
    await nextTurn();
    log.fail();
    await expectCode(closing, 'PERSISTENCE_UNAVAILABLE');
    expect(await textsOf(persistence)).to.deep.equal(before);
    expect(log.written).to.deep.equal([]);
  });

  it('P15 does not answer before those are closed for good that another call is closing', async () => {
    const first = logout();
    await nextTurn();
    const second = logout();
    while (log.written.length === 0) await nextTurn();
    expect(log.written[0]).to.have.length(MANY);
    expect(await isWaiting(second)).to.equal(true);
    log.settle();
    expect(await second).to.deep.equal([]);
    expect(await first).to.have.length(MANY);
  });

  it('P15 closes itself what another call had to give up', async () => {
    const first = logout();
    const last = persistence.closeByFilter(null, { user_id: 'ann', id: 's0' }, null, 'revoked', 0);
    expect(await isWaiting(last)).to.equal(true);
    log.fail();
    await expectCode(first, 'PERSISTENCE_UNAVAILABLE');
    await nextTurn();
    log.settle();
    expect(sortedIds(await last)).to.deep.equal(['s0']);
  });

  const followers: [title: string, call: () => Promise<unknown>][] = [
    ['removed', () => persistence.deleteById(null, 's0')],
    ['changed', () => persistence.change(null, 's0', countUp)],
    ['used', () => persistence.access(null, 's0', countUp)],
  ];
  for (const [title, call] of followers) {
    it(`lets a session not be ${title} in the log before it is closed there`, async () => {
      const closing = logout();
      const follower = call();
      await settling(log, Promise.all([closing, follower]));
      expect(log.written[0]).to.have.length(MANY);
      expect(log.written[1]).to.deep.equal(['s0']);
    });
  }

  it('gives the id of a purged session away only after the purge is in the log', async () => {
    await settling(log, logout());
    const purging = persistence.deleteClosedBefore(null, 1, MANY);
    // Of those that closed at once the last id goes first.
    const created = persistence.create(null, aSession({ id: 's999' }));
    await settling(log, Promise.all([purging, created]));
    expect(log.written[1]).to.have.length(MANY);
    expect(log.written[2]).to.deep.equal(['s999']);
  });

  it('P19 leaves alone for now what is not closed for good', async () => {
    const closing = persistence.change(null, 's0', (current) => current.closed('closed', at(0)));
    expect(await persistence.deleteClosedBefore(null, at(9), 10)).to.deep.equal([]);
    log.settle();
    await closing;
    const removed = await settling(log, persistence.deleteClosedBefore(null, at(9), 10));
    expect(sortedIds(removed)).to.deep.equal(['s0']);
  });

  it('P20 takes all back when a decision throws', async () => {
    persistence = new HeldPersistence();
    await createAll(
      persistence,
      someSessions(MANY, () => ({ expireAt: null })),
    );
    const before = await textsOf(persistence);
    log = persistence.hold();
    let decided = 0;
    const completing = persistence.completeOlder(null, (current) => {
      if (++decided === MANY - 1) throw new Error('broken');
      return countUp(current);
    });
    expect(await isWaiting(completing)).to.equal(true);
    log.settle();
    expect(await completing.catch((error: Error) => error.message)).to.equal('broken');
    expect(await textsOf(persistence)).to.deep.equal(before);
  });
});
