import { expect } from 'chai';
import type { SessionReplacement } from '../../../src/persistence/ISessionsPersistence.js';
import {
  countUp,
  createAll,
  expectCode,
  idsOf,
  sortedIds,
  textsOf,
} from '../../contracts/SessionsPersistenceContract.js';
import { aSession, at, iso, someSessions } from '../../support/Sessions.js';
import type { HeldLog } from './HeldLog.js';
import { HeldPersistence, isWaiting, nextTurn, settling } from './HeldPersistence.js';

/** More than end at one go. */
const MANY = 3000;
const NOW = at(5000);
const tab = { service: 'web', name: 'tab' };

describe('TablePersistence replacing the sessions of a user who has very many', () => {
  let persistence: HeldPersistence;
  let log: HeldLog;

  beforeEach(async () => {
    persistence = new HeldPersistence();
    await createAll(
      persistence,
      someSessions(MANY, (index) => (index % 3 === 0 ? { expireAt: null } : { ...tab, expireAt: null })),
    );
    log = persistence.hold();
  });

  const ENDED = (MANY / 3) * 2;
  const replace = (id = 'new') => persistence.replace(null, aSession({ id, requestAt: NOW, ...tab }), NOW);
  const active = async () => {
    const ids: string[] = [];
    for (const text of await textsOf(persistence))
      if (text.includes('"active":true,') && text.includes('"name":"tab"')) ids.push(JSON.parse(text).id);
    return ids;
  };
  const endedBy = (replaced: readonly SessionReplacement[]) => replaced.flatMap(({ ended }) => ended);

  it('P23 hands all to the log as one record, the new one last, and gives way to other work meanwhile', async () => {
    const replacing = replace();
    expect(log.written).to.deep.equal([]);
    await nextTurn();
    const other = persistence.create(null, aSession({ id: 'other' }));
    expect(await isWaiting(replacing)).to.equal(true);
    expect(log.written.map((ids) => [ids.length, ids.at(-1)])).to.deep.equal([
      [1, 'other'],
      [ENDED + 1, 'new'],
    ]);
    log.settle();
    expect((await replacing).ended).to.have.length(ENDED);
    await other;
  });

  it('P23 takes all back when the log fails on the way, or at the end', async () => {
    const before = await textsOf(persistence);
    for (const turns of [1, 40]) {
      const replacing = replace();
      replacing.catch(() => {});
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      log.fail();
      await expectCode(replacing, 'PERSISTENCE_UNAVAILABLE');
      expect(await textsOf(persistence)).to.deep.equal(before);
    }
    expect((await settling(log, replace())).ended).to.have.length(ENDED);
  });

  it('P23 ends also what appears, comes back or changes hands meanwhile', async () => {
    await createAllSettled(
      aSession({ id: 'bobs', user_id: 'bob', ...tab }),
      aSession({ id: 'late', ...tab, expireAt: NOW }),
    );
    const replacing = replace();
    await nextTurn();
    const others = [
      persistence.create(null, aSession({ id: 'fresh', ...tab, expireAt: null })),
      persistence.create(null, aSession({ id: 'elsewhere', expireAt: null })),
      persistence.change(null, 'bobs', (current) => current.with({ user_id: 'ann', expire_time: undefined })),
      persistence.change(null, 'late', (current) => current.with({ expire_time: undefined })),
      persistence.change(null, `s${MANY - 2}`, countUp),
    ];
    const { ended } = await settling(log, replacing);
    expect(sortedIds(ended)).to.include.members(['fresh', 'bobs', 'late', `s${MANY - 2}`]);
    expect(ended).to.have.length(ENDED + 3);
    await Promise.all(others);
    expect(await active()).to.deep.equal(['new']);
  });

  it('P23 lets the log undo what it took for granted, and ends that too', async () => {
    const closing = persistence.change(null, 's1', (current) => current.closed('closed', NOW));
    closing.catch(() => {});
    const bobs = persistence.replace(null, aSession({ id: 'bobs', user_id: 'bob', ...tab }), NOW);
    const replacing = persistence.replace(null, aSession({ id: 'first', requestAt: NOW }), NOW);
    log.fail();
    for (const lost of [closing, bobs, replacing]) await expectCode(lost, 'PERSISTENCE_UNAVAILABLE');
    const { ended } = await settling(log, replace());
    expect(sortedIds(ended)).to.include('s1');
    expect(await active()).to.deep.equal(['new']);
  });

  it('P23 of several at once leaves one, each in the log after those that it ended', async () => {
    const calls = ['n1', 'n2', 'n3', 'n4'].map(replace);
    await nextTurn();
    calls.push(replace('n5'));
    const replaced = await settling(log, Promise.all(calls));
    expect(endedBy(replaced)).to.have.length(ENDED + 4);
    expect(new Set(sortedIds(endedBy(replaced))).size).to.equal(ENDED + 4);
    expect(await active()).to.deep.equal(['n5']);
    expect(log.written.map((ids) => ids.at(-1))).to.deep.equal(['n1', 'n2', 'n3', 'n4', 'n5']);
  });

  it('P23 makes none before what others have ended is in the log', async () => {
    const early = persistence.closeByFilter(null, { user_id: 'ann', service: 'web' }, null, 'revoked', NOW);
    await nextTurn();
    const replacing = replace();
    await nextTurn();
    const late = persistence.closeByFilter(null, { user_id: 'ann' }, 'new', 'revoked', NOW);
    const counts = await settling(log, Promise.all([early, replacing.then(({ ended }) => ended), late]));
    expect(counts.flat()).to.have.length(MANY);
    expect(new Set(sortedIds(counts.flat())).size).to.equal(MANY);
    expect(await active()).to.deep.equal(['new']);
    expect(log.written.at(-1)?.at(-1)).to.equal('new');
  });

  /** Whoever looks from now on finds the last of them first. */
  const moveLastToFront = () =>
    persistence.change(null, `s${MANY - 2}`, (current) => current.with({ request_time: iso(at(-1)) }));

  it('P23 makes none before what another call has ended ahead of it is in the log', async () => {
    const replacing = replace();
    await nextTurn();
    const moved = moveLastToFront();
    const closing = persistence.closeByFilter(null, { user_id: 'ann' }, 'new', 'revoked', NOW);
    const [closed, { ended }] = await settling(log, Promise.all([closing, replacing, moved]));
    expect(sortedIds(closed)).to.include(`s${MANY - 2}`);
    expect(closed.length + ended.length).to.equal(MANY);
    expect(log.written.at(-1)?.at(-1)).to.equal('new');
  });

  it('P23 makes none before what another one has ended ahead of it is in the log', async () => {
    const first = replace('n1');
    await nextTurn();
    const moved = moveLastToFront();
    const replaced = await settling(log, Promise.all([first, replace('n2'), moved]));
    expect(endedBy(replaced.slice(0, 2) as SessionReplacement[])).to.have.length(ENDED + 1);
    expect(log.written.map((ids) => [ids.length, ids.at(-1)])).to.deep.equal([
      [1, `s${MANY - 2}`],
      [ENDED + 1, 'n1'],
      [2, 'n2'],
    ]);
  });

  it('P23 keeps its id from others on its way', async () => {
    const replacing = replace();
    await nextTurn();
    const others = [
      persistence.create(null, aSession({ id: 'new', user_id: 'bob' })),
      persistence.replace(null, aSession({ id: 'new', user_id: 'bob' }), NOW),
      replace(),
    ];
    const outcomes = await settling(log, Promise.allSettled(others));
    for (const outcome of outcomes)
      expect(outcome.status === 'rejected' && outcome.reason).to.have.property('code', 'SESSION_EXISTS');
    expect((await replacing).opened.userId).to.equal('ann');
    expect(await idsOf(persistence, { user_id: 'bob' }, null, NOW)).to.deep.equal([]);
  });

  it('P23 gives its id to the next when the log fails', async () => {
    const replacing = replace();
    replacing.catch(() => {});
    const next = persistence.create(null, aSession({ id: 'new', user_id: 'bob' }));
    await nextTurn();
    log.fail();
    await expectCode(replacing, 'PERSISTENCE_UNAVAILABLE');
    expect((await settling(log, next)).userId).to.equal('bob');
  });

  it('P23 refuses, and changes nothing, while the log takes no writes', async () => {
    const before = await textsOf(persistence);
    log.writable = false;
    await expectCode(replace(), 'PERSISTENCE_UNAVAILABLE');
    expect(await textsOf(persistence)).to.deep.equal(before);
    log.writable = true;
    expect((await settling(log, replace())).ended).to.have.length(ENDED);
  });

  async function createAllSettled(...sessions: Parameters<typeof createAll>[1][number][]): Promise<void> {
    await settling(log, createAll(persistence, sessions));
  }
});
