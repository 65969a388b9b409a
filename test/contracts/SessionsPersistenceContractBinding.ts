import { expect } from 'chai';
import type { ISessionsPersistence, SessionReplacement } from '../../src/persistence/ISessionsPersistence.js';
import type { SessionRecord } from '../../src/persistence/SessionRecord.js';
import type { SessionsFilter } from '../../src/persistence/SessionsFilter.js';
import { aSession, at, iso, type SessionFields, someSessions } from '../support/Sessions.js';
import {
  countUp,
  createAll,
  type DeclarePromise,
  expectCode,
  idsOf,
  sortedIds,
  textsOf,
} from './SessionsPersistenceContract.js';

/** So many replace each other at once. */
const MANY = 50;
const tab = { service: 'web', name: 'tab' };

/** The promises about the one session of a user in an application. */
export function bindingPromises(promise: DeclarePromise): void {
  const bindings: [binding: SessionFields, others: SessionFields[]][] = [
    [tab, [{}, { service: 'web' }, { name: 'tab' }, { service: 'app', name: 'tab' }, { service: 'web', name: 'tab2' }]],
    [{ service: 'web' }, [{}, tab, { name: 'web' }, { service: 'Web' }]],
    [{ name: 'tab' }, [{}, tab, { service: 'tab' }]],
    [{}, [tab, { service: 'web' }, { name: 'tab' }]],
  ];
  for (const [binding, others] of bindings) {
    promise('P23', `ends only those of ${JSON.stringify(binding)}`, async ({ persistence, store }) => {
      await createAll(persistence, [
        aSession({ id: 'old1', ...binding, user: 1, data: { secret: 1 } }),
        aSession({ id: 'old2', ...binding, expireAt: at(9) + 1, requestAt: at(1), version: 7, client: 'curl' }),
        aSession({ id: 'old3', ...binding, expireAt: null }),
        aSession({ id: 'closed', ...binding, closeAt: at(1) }),
        aSession({ id: 'expired', ...binding, expireAt: at(9), data: 1 }),
        aSession({ id: 'bob', ...binding, user_id: 'bob', data: 1 }),
        ...others.map((other, index) => aSession({ id: `other${index}`, ...other, data: { index } })),
      ]);
      const rest = async (from: ISessionsPersistence) =>
        (await textsOf(from)).filter((text) => !/"id":"(old|new)/.test(text));
      const before = await rest(persistence);
      const session = aSession({ id: 'new', ...binding, requestAt: at(9), user: { a: 1 }, data: null });
      const { opened, ended } = await persistence.replace(null, session, at(9));
      expect(opened.text).to.equal(session.text);
      expect(sortedIds(ended)).to.deep.equal(['old1', 'old2', 'old3']);
      const later = store.reopen === undefined ? persistence : await store.reopen();
      expect((await later.getOneById(null, 'new'))?.text).to.equal(session.text);
      expect(await rest(later)).to.deep.equal(before);
      for (const one of ended) {
        expect(one.head()).to.include({ active: false, close_time: iso(at(9)), close_reason: 'replaced' });
        expect(one.content()).to.deep.equal({});
        expect((await later.getOneById(null, one.id))?.text).to.equal(one.text);
      }
      expect(await later.count(null)).to.equal(7 + others.length);
    });
  }

  promise('P14', 'takes null in a filter for sessions without service or name', async ({ persistence }) => {
    const sessions = [{}, { service: 'web' }, { name: 'tab' }, tab];
    await createAll(
      persistence,
      sessions.map((binding, index) => aSession({ id: `s${index}`, ...binding })),
    );
    const close = async (filter: SessionsFilter) =>
      sortedIds(await persistence.closeByFilter(null, { user_id: 'ann', ...filter }, null, 'closed', at(9)));
    expect(await close({ service: 'web', name: null })).to.deep.equal(['s1']);
    expect(await close({ service: null, name: 'tab' })).to.deep.equal(['s2']);
    expect(await close({ service: null, name: null })).to.deep.equal(['s0']);
    expect(await close({ name: 'tab' })).to.deep.equal(['s3']);
  });

  promise('P23', 'stores the first session of a user, in the place of none', async ({ persistence }) => {
    const { opened, ended } = await persistence.replace(null, aSession(tab), at(0));
    expect(ended).to.deep.equal([]);
    expect((await persistence.getOneById(null, 's1'))?.text).to.equal(opened.text);
    expect(await idsOf(persistence, { user_id: 'ann', active: true }, null, at(0))).to.deep.equal(['s1']);
  });

  promise('P23', 'ends nothing for a taken id', async ({ persistence }) => {
    await createAll(persistence, [
      aSession({ id: 'active', ...tab, data: 1 }),
      aSession({ id: 'closed', ...tab, closeAt: at(1) }),
      aSession({ id: 'expired', ...tab, expireAt: at(1) }),
      aSession({ id: 'bob', user_id: 'bob' }),
    ]);
    const before = await textsOf(persistence);
    for (const id of ['active', 'closed', 'expired', 'bob']) {
      await expectCode(persistence.replace('c1', aSession({ id, ...tab, version: 3 }), at(2)), 'SESSION_EXISTS');
    }
    expect(await textsOf(persistence)).to.deep.equal(before);
    await createAll(persistence, [aSession({ id: 'new', ...tab })]);
  });

  promise('P23', 'lets exactly one of those win who replace with the same id at once', async ({ persistence }) => {
    await createAll(
      persistence,
      someSessions(10, () => tab, 'old'),
    );
    const outcomes = await Promise.allSettled(
      someTimes(20, (index) => {
        const session = aSession({ id: 'same', ...tab, version: index });
        return index % 4 === 3
          ? persistence.create(null, session)
          : persistence.replace(null, session, at(20)).then(({ opened }) => opened);
      }),
    );
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).to.have.length(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).to.have.property('code', 'SESSION_EXISTS');
    expect((await persistence.getOneById(null, 'same'))?.version).to.equal(winners[0]?.value.version);
    const last = await persistence.replace(null, aSession({ id: 'last', ...tab }), at(21));
    expect(sortedIds(last.ended)).to.include('same');
    expect(await idsOf(persistence, { user_id: 'ann', active: true }, null, at(21))).to.deep.equal(['last']);
  });

  promise('P23', `leaves exactly one active of ${MANY} at once`, async ({ persistence, store }) => {
    await createAll(persistence, [aSession({ id: 'other', service: 'app' }), aSession({ id: 'bob', user_id: 'bob' })]);
    const replaced = await Promise.all(
      someTimes(MANY, (index) => persistence.replace(null, aSession({ id: `n${index}`, ...tab }), at(1))),
    );
    expect(sortedIds(replaced.map(({ opened }) => opened))).to.deep.equal(someTimes(MANY, (i) => `n${i}`).sort());
    await expectEndedOnce(persistence, MANY - 1, replaced);
    const later = store.reopen === undefined ? persistence : await store.reopen();
    await expectEndedOnce(later, MANY - 1, replaced);
    expect(await idsOf(later, { user_id: 'ann', ...tab, active: true }, null, at(2))).to.have.length(1);
    expect((await later.getOneById(null, 'other'))?.active).to.equal(true);
    expect((await later.getOneById(null, 'bob'))?.active).to.equal(true);
    expect(await later.count(null)).to.equal(MANY + 2);
  });

  promise('P23', 'takes turns among several bindings, each with those there were', async ({ persistence }) => {
    const of = (index: number) => [tab, { service: 'web' }, {}][index % 3] as SessionFields;
    await createAll(persistence, someSessions(60, of, 'old'));
    const replaced = await Promise.all(
      someTimes(60, (index) =>
        persistence.replace(null, aSession({ id: `n${index}`, requestAt: at(90), ...of(index) }), at(90)),
      ),
    );
    await expectEndedOnce(persistence, 60 + 57, replaced);
    const active = await idsOf(persistence, { active: true }, null, at(90));
    expect(active).to.have.length(3);
    expect(new Set(active.map((id) => Number(id.slice(1)) % 3)).size).to.equal(3);
  });

  promise('P23', 'ends each once, whatever else ends or uses it meanwhile', async ({ persistence, store }) => {
    await createAll(
      persistence,
      someSessions(100, () => ({ ...tab, data: 1 }), 'old'),
    );
    const close = (id: string) =>
      persistence.change(null, id, (current) => (current.active ? current.closed('closed', at(200)) : current));
    const write = (id: string) =>
      persistence.change(null, id, (current) => (current.active ? countUp(current) : current));
    const uses: ReturnType<typeof close>[] = [];
    const replaced: Promise<SessionReplacement>[] = [];
    const revoked: Promise<SessionRecord[]>[] = [];
    for (let index = 0; index < 30; index++) {
      if (index % 10 === 5) revoked.push(persistence.closeByFilter(null, { user_id: 'ann' }, null, 'revoked', at(200)));
      uses.push(close(`old${index}`), write(`old${index + 30}`));
      replaced.push(persistence.replace(null, aSession({ id: `n${index}`, requestAt: at(200), ...tab }), at(200)));
      uses.push(write(`old${index + 60}`), close(`n${index}`));
    }
    const closed = (await Promise.all(uses)).filter((step) => step?.before.active && !step.after.active);
    const ends = [
      ...closed.map((step) => (step as { after: SessionRecord }).after),
      ...(await Promise.all(revoked)).flat(),
      ...(await Promise.all(replaced)).flatMap(({ ended }) => ended),
    ];
    const later = store.reopen === undefined ? persistence : await store.reopen();
    const active = await idsOf(later, { active: true }, null, at(200));
    expect(active).to.have.length.lessThan(2);
    expect(new Set(sortedIds(ends)).size, 'each ended once').to.equal(ends.length);
    expect(ends.length + active.length).to.equal(130);
    for (const { id, text } of ends) expect((await later.getOneById(null, id))?.text).to.equal(text);
  });

  promise('P23', 'ends a session that changes hands with those of its old or its new user', async ({ persistence }) => {
    await createAll(
      persistence,
      someSessions(40, () => tab, 'old'),
    );
    const move = (id: string) =>
      persistence.change(null, id, (current) => (current.active ? current.with({ user_id: 'bob' }) : current));
    const moves = someTimes(20, (index) => move(`old${index}`));
    const first = persistence.replace(null, aSession({ id: 'n1', ...tab }), at(90));
    moves.push(...someTimes(20, (index) => move(`old${index + 20}`)));
    await Promise.all(moves);
    const second = persistence.replace(null, aSession({ id: 'n2', user_id: 'bob', ...tab }), at(90));
    await expectEndedOnce(persistence, 40, [await first, await second]);
    expect(await idsOf(persistence, { active: true }, null, at(90))).to.have.members(['n1', 'n2']);
  });
}

/** So many ended `replaced`, each answered once and stored as it was answered. */
async function expectEndedOnce(
  persistence: ISessionsPersistence,
  count: number,
  replaced: readonly SessionReplacement[],
): Promise<void> {
  const ended = replaced.flatMap((one) => one.ended);
  expect(new Set(sortedIds(ended)).size, 'each ended once').to.equal(ended.length);
  expect(ended).to.have.length(count);
  for (const { id, text } of ended) {
    expect((await persistence.getOneById(null, id))?.text).to.equal(text);
    expect(text).to.contain('"close_reason":"replaced"');
  }
}

function someTimes<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}
