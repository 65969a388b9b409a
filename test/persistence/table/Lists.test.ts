import { expect } from 'chai';
import { SessionsMemoryPersistence } from '../../../src/persistence/memory/SessionsMemoryPersistence.js';
import { createAll, touch } from '../../contracts/SessionsPersistenceContract.js';
import { at, someSessions } from '../../support/Sessions.js';

const MANY = 20_000;

/** Counts how often other work gets its turn while something is done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  isDone = true;
  return turns;
}

describe('Long lists and long changes', () => {
  let persistence: SessionsMemoryPersistence;

  beforeEach(async () => {
    persistence = new SessionsMemoryPersistence();
    const of = (index: number) => ({ user_id: index < MANY / 2 ? 'ann' : 'bob', expireAt: at(MANY) });
    await createAll(persistence, someSessions(MANY, of));
  });

  const list = (filter: object, skip: number, total: boolean) =>
    persistence.getPageByFilter(null, filter, { skip, take: 100, total }, at(0));

  const long: [title: string, work: () => Promise<unknown>, turns: number][] = [
    ['a total of a filter that no index serves', () => list({ active: true }, 0, true), MANY / 2000],
    ['a page that only the oldest match', () => list({ service: 'none' }, 0, false), MANY / 2000],
    ['a deep skip', () => list({ active: true }, MANY - 1, false), MANY / 2000],
    [
      "the end of a user's sessions",
      () => persistence.closeByFilter(null, { user_id: 'ann' }, null, 'revoked', at(0)),
      MANY / 2000,
    ],
    ['a sweep', () => persistence.closeExpired(null, at(MANY), MANY), MANY / 1000],
  ];
  for (const [title, work, turns] of long) {
    it(`gives way to other work during ${title}`, async () => {
      expect(await turnsDuring(work())).to.be.at.least(turns);
    });
  }

  it('skips and counts without looking at records where the filter is served by the order', async () => {
    expect(await turnsDuring(list({ from_time: at(10) }, MANY - 20, true))).to.be.at.most(2);
    expect((await list({ from_time: at(10) }, MANY - 20, true)).data).to.have.length(10);
  });

  it('lists each session once, as it was at one instant, though all are used and half are removed meanwhile', async () => {
    const filter = { active: true, user_id: 'ann' };
    const paging = { skip: 0, take: MANY, total: true };
    const before = await persistence.getPageByFilter(null, filter, paging, at(0));
    const listing = persistence.getPageByFilter(null, filter, paging, at(0));
    for (let index = 0; index < MANY / 2; index++) {
      if (index % 2 === 0) await persistence.access(null, `s${index}`, touch(at(MANY + index), at(MANY * 3)));
      else await persistence.deleteById(null, `s${index}`);
    }
    expect(await listing).to.deep.equal(before);
    expect(before.total).to.equal(MANY / 2);
    expect((await persistence.getPageByFilter(null, filter, paging, at(0))).total).to.equal(MANY / 4);
  });
});
