import { expect } from 'chai';
import type { SessionDecision } from '../../../src/persistence/ISessionsPersistence.js';
import {
  countUp,
  createAll,
  expectCode,
  idsOf,
  sortedIds,
  textsOf,
  touch,
} from '../../contracts/SessionsPersistenceContract.js';
import { aSession, at, iso } from '../../support/Sessions.js';
import type { HeldLog } from './HeldLog.js';
import { HeldPersistence, isWaiting, nextTurn, settling } from './HeldPersistence.js';

describe('TablePersistence in front of a log', () => {
  let persistence: HeldPersistence;
  let log: HeldLog;

  beforeEach(async () => {
    persistence = new HeldPersistence();
    await createAll(persistence, [
      aSession({ id: 'a', data: 1 }),
      aSession({ id: 'b', requestAt: at(1), closeAt: at(2) }),
    ]);
    log = persistence.hold();
  });

  const refuse: SessionDecision = (current) => {
    if (current.version > 0) throw new Error('refused');
    return current;
  };

  const waiting: [title: string, call: () => Promise<unknown>][] = [
    ['a read', () => persistence.getOneById(null, 'a')],
    ['a read of what is gone', () => persistence.getOneById(null, 'b')],
    ['a list', () => persistence.getPageByFilter(null, {}, { skip: 0, take: 1, total: false }, at(0))],
    ['a count', () => persistence.count(null)],
    ['a refusal', () => persistence.change(null, 'a', refuse)],
    ['a change of nothing', () => persistence.change(null, 'a', (current) => current)],
    ['an access that changes nothing', () => persistence.access(null, 'a', (current) => current)],
    ['an access', () => persistence.access(null, 'a', touch(at(5), at(9)))],
    ['a change of what is gone', () => persistence.change(null, 'b', countUp)],
    ['a removal of what is gone', () => persistence.deleteById(null, 'b')],
    ['a taken id', () => persistence.create(null, aSession({ id: 'a' }))],
    ['a taken id of one that replaces', () => persistence.replace(null, aSession({ id: 'a' }), at(0))],
    ['a logout that finds nothing', () => persistence.closeByFilter(null, { user_id: 'bob' }, null, 'revoked', at(0))],
  ];
  for (const [title, call] of waiting) {
    it(`P1 answers ${title} only when what it saw can be lost no more`, async () => {
      const changes = [persistence.change(null, 'a', countUp), persistence.deleteById(null, 'b')];
      const answer = call();
      answer.catch(() => {});
      expect(await isWaiting(answer)).to.equal(true);
      log.settle();
      expect(await isWaiting(answer)).to.equal(false);
      await Promise.all(changes);
    });
  }

  it('P1 waits for no change of another session', async () => {
    const change = persistence.change(null, 'a', countUp);
    expect(await isWaiting(persistence.getOneById(null, 'b'))).to.equal(false);
    log.settle();
    await change;
  });

  it('P1 looks again when what it saw was taken back', async () => {
    const lost = [persistence.change(null, 'a', countUp), persistence.create(null, aSession({ id: 'c' }))];
    lost.push(persistence.deleteById(null, 'b') as never);
    const answers = [
      persistence.getOneById(null, 'a').then((session) => session?.version),
      persistence.getOneById(null, 'b').then((session) => session?.id),
      persistence.getOneById(null, 'c'),
      idsOf(persistence, null, null, at(0)),
      persistence.count(null),
      persistence.change(null, 'a', refuse).then((step) => step?.after.version),
      persistence.access(null, 'c', touch(at(5), at(9))),
      persistence.deleteById(null, 'nobody'),
    ];
    log.fail();
    for (const change of lost) await expectCode(change, 'PERSISTENCE_UNAVAILABLE');
    expect(await Promise.all(answers)).to.deep.equal([0, 'b', null, ['b', 'a'], 2, 0, null, null]);
  });

  it('P8 an id whose creation was taken back is free', async () => {
    const first = persistence.create(null, aSession({ id: 'c', user_id: 'bob' }));
    const second = persistence.create(null, aSession({ id: 'c', user_id: 'cid' }));
    log.fail();
    await expectCode(first, 'PERSISTENCE_UNAVAILABLE');
    await nextTurn();
    log.settle();
    expect((await second).userId).to.equal('cid');
  });

  it('P13 does not wait for an access, and answers the session unchanged while writes are refused', async () => {
    const step = await persistence.access(null, 'a', touch(at(5), at(9)));
    expect(step?.after.requestAt).to.equal(at(5));
    expect((await persistence.getOneById(null, 'a'))?.requestAt).to.equal(at(5));
    log.writable = false;
    const unchanged = await persistence.access(null, 'a', touch(at(7), at(9)));
    expect(unchanged?.after).to.equal(unchanged?.before);
    expect((await persistence.getOneById(null, 'a'))?.requestAt).to.equal(at(5));
  });

  it('P13 makes an access again that was taken back with what it built on', async () => {
    const lost = persistence.change(null, 'a', countUp);
    const access = persistence.access(null, 'a', touch(at(5), at(9)));
    log.fail();
    await expectCode(lost, 'PERSISTENCE_UNAVAILABLE');
    expect((await access)?.after.head()).to.include({ version: 0, request_time: iso(at(5)) });
  });

  it('refuses writes, serves reads and changes nothing while the log takes none', async () => {
    const before = await textsOf(persistence);
    log.writable = false;
    const calls = [
      () => persistence.create('c1', aSession({ id: 'c' })),
      () => persistence.change('c1', 'a', countUp),
      () => persistence.deleteById('c1', 'a'),
      () => persistence.replace('c1', aSession({ id: 'c' }), at(0)),
      () => persistence.closeByFilter('c1', { user_id: 'ann' }, null, 'revoked', at(0)),
      () => persistence.closeExpired('c1', at(9999), 10),
      () => persistence.deleteClosedBefore('c1', at(9999), 10),
      () => persistence.completeOlder('c1', countUp).then(() => persistence.check('c1')),
    ];
    for (const call of calls) await expectCode(call(), 'PERSISTENCE_UNAVAILABLE');
    expect(await textsOf(persistence)).to.deep.equal(before);
    expect((await persistence.change(null, 'b', (current) => current))?.after.active).to.equal(false);
    await expectCode(persistence.create(null, aSession({ id: 'a' })), 'SESSION_EXISTS');
  });

  it('P19 counts what had ended before the take-over as closed then', async () => {
    persistence.hold(at(100));
    expect(await persistence.deleteClosedBefore(null, at(100), 10)).to.deep.equal([]);
    const removed = await settling(log, persistence.deleteClosedBefore(null, at(100) + 1, 10));
    expect(sortedIds(removed)).to.deep.equal(['b']);
  });
});
