import { expect } from 'chai';
import { sessionError } from '../../src/data/version1/SessionErrorsV1.js';
import type { ISessionsPersistence, SessionDecision, SessionStep } from '../../src/persistence/ISessionsPersistence.js';
import { type SessionContent, type SessionHead, SessionRecord } from '../../src/persistence/SessionRecord.js';
import { aSession, at, iso, someSessions } from '../support/Sessions.js';
import { createAll, type StoreUnderTest, textsOf, touch } from './SessionsPersistenceContract.js';

/** How many sessions race at once. */
const ROUND = 1000;
const MOST_PAIRS = 100_000;

/**
 * What the writes of older stores lost: many things done to the same session at the same time. `pairs` of a close and a use
 * of the same session; a store that is asked for fewer of them gets fewer rounds of the others too.
 */
export function sessionsPersistenceRaces(name: string, store: StoreUnderTest, pairs = MOST_PAIRS): void {
  const race = (title: string, body: (persistence: ISessionsPersistence) => Promise<void>): void => {
    if (store.unavailable === undefined) it(title, async () => body(await store.open())).timeout(120_000);
    else it.skip(`${title} (not here: ${store.unavailable})`);
  };
  const rounds = (most: number): number => Math.max(3, Math.ceil((most * pairs) / MOST_PAIRS));
  describe(`${name} keeps its promises in races`, () => {
    afterEach(async () => {
      if (store.unavailable === undefined) await store.remove?.();
    });

    race(
      `no session stays open, or keeps data, that is closed while it is used: ${pairs} times`,
      async (persistence) => {
        let opened = persistence;
        for (let done = 0; done < pairs; done += ROUND) {
          const closed = await raceCloses(opened, done, Math.min(ROUND, pairs - done));
          // Once, in the middle: what was closed stays so.
          if (done === Math.floor(pairs / ROUND / 2) * ROUND && store.reopen !== undefined)
            opened = await store.reopen();
          await expectClosed(opened, closed);
          await opened.deleteClosedBefore(null, Number.MAX_SAFE_INTEGER, ROUND);
        }
      },
    );

    race('none of many patches of different members is lost', async (persistence) => {
      await createAll(
        persistence,
        someSessions(100, () => ({ data: {} })),
      );
      const patches = someTimes(100 * 50, (index) =>
        persistence.change(null, `s${index % 100}`, patched(`m${Math.floor(index / 100)}`)),
      );
      await Promise.all(patches);
      for (let index = 0; index < 100; index++) {
        const session = await persistence.getOneById(null, `s${index}`);
        expect(Object.keys(JSON.parse(session?.content().data ?? '{}'))).to.have.length(50);
        expect(session?.version).to.equal(50);
      }
    });

    race('a user who is logged out everywhere keeps no session from before', async (persistence) => {
      for (let round = 0; round < rounds(60); round++) await raceLogout(persistence, `user${round}`, round);
    });

    race('a session that changes hands is closed with those of its old or its new user', async (persistence) => {
      for (let round = 0; round < rounds(30); round++) await raceMoves(persistence, round);
    });
  });
}

const WRITES: readonly ((index: number) => SessionDecision)[] = [
  () => written({ data: '{"stored":true}' }),
  () => patched('patched'),
  () => written({ user: '{"name":"Ann"}' }, { user_id: 'bob' }),
  (index) => (current) => (current.active ? touch(at(index + 10), at(index + 9999))(current) : current),
];

/** Closes sessions while they are used; answers how each must be from then on. */
async function raceCloses(persistence: ISessionsPersistence, first: number, count: number): Promise<SessionRecord[]> {
  await createAll(
    persistence,
    someSessions(count, () => ({ data: { secret: 1 }, user: 1 }), `r${first}-`),
  );
  const closed: SessionRecord[] = [];
  await Promise.all(
    someTimes(count, async (index) => {
      const id = `r${first}-${index}`;
      const write = (WRITES[index % WRITES.length] as (index: number) => SessionDecision)(index);
      const isAccess = index % WRITES.length === WRITES.length - 1;
      const use = () => outcomeOf(isAccess ? persistence.access(null, id, write) : persistence.change(null, id, write));
      const close = () => persistence.change(null, id, ending(at(index)));
      // Every order of starting, and both in the same turn or in neighbouring ones.
      const order = (index >> 2) % 4;
      const [used, ended] = order < 2 ? startBoth(use, close, order) : swapped(startBoth(close, use, order - 2));
      closed.push(expectConsistent(await used, await ended));
    }),
  );
  return closed;
}

function startBoth<A, B>(one: () => Promise<A>, two: () => Promise<B>, delay: number): [Promise<A>, Promise<B>] {
  return [one(), delay === 0 ? two() : Promise.resolve().then(two)];
}

function swapped<A, B>([one, two]: [A, B]): [B, A] {
  return [two, one];
}

/** What the two were answered must have happened one after the other. */
function expectConsistent(used: SessionStep | 'SESSION_CLOSED', ended: SessionStep | null): SessionRecord {
  if (ended === null) throw new Error('The session is gone');
  expect(ended.before.active, 'the close was the only one').to.equal(true);
  expect(ended.after.active).to.equal(false);
  if (used === 'SESSION_CLOSED' || !used.after.active)
    expect(ended.before.text, 'nothing was written').to.contain('secret');
  else expect(ended.before.text, 'the write came first').to.equal(used.after.text);
  return ended.after;
}

async function expectClosed(persistence: ISessionsPersistence, closed: readonly SessionRecord[]): Promise<void> {
  for (const { id, text } of closed) {
    const session = await persistence.getOneById(null, id);
    expect(session?.text).to.equal(text);
    expect(session?.active).to.equal(false);
    expect(session?.content()).to.deep.equal({});
  }
}

async function raceLogout(persistence: ISessionsPersistence, userId: string, round: number): Promise<void> {
  const before = someSessions(round % 2 === 0 ? 20 : 700, () => ({ user_id: userId }), `${userId}-old`);
  const kept = before[round]?.id ?? null;
  await createAll(persistence, before);
  const opens = someTimes(10, (index) =>
    persistence.create(null, aSession({ id: `${userId}-a${index}`, user_id: userId })),
  );
  const logout = persistence.closeByFilter(null, { user_id: userId }, kept, 'revoked', at(round));
  opens.push(
    ...someTimes(10, (index) => persistence.create(null, aSession({ id: `${userId}-b${index}`, user_id: userId }))),
  );
  const uses = before.map(({ id }) => outcomeOf(persistence.change(null, id, written({ data: '1' }))));
  const closed = await logout;
  const open = await openIdsOf(persistence, userId);
  expect([...open].filter((id) => id.startsWith(`${userId}-old`))).to.deep.equal(kept === null ? [] : [kept]);
  await Promise.all([...opens, ...uses]);
  expect(new Set(closed.map(({ id }) => id)).size).to.equal(closed.length);
  const stillOpen = await openIdsOf(persistence, userId);
  for (const { id } of closed) expect(stillOpen.has(id)).to.equal(false);
  expect(closed.length + stillOpen.size).to.equal(before.length + opens.length);
}

async function raceMoves(persistence: ISessionsPersistence, round: number): Promise<void> {
  const [from, to] = [`from${round}`, `to${round}`];
  const sessions = someSessions(600, () => ({ user_id: from }), `move${round}-`);
  await createAll(persistence, sessions);
  const move = ({ id }: SessionRecord) => outcomeOf(persistence.change(null, id, written({}, { user_id: to })));
  const moves = sessions.slice(0, 300).map(move);
  const first = persistence.closeByFilter(null, { user_id: from }, null, 'revoked', at(1));
  moves.push(...sessions.slice(300).map(move));
  const closed = await first;
  await Promise.all(moves);
  expect((await openIdsOf(persistence, from)).size).to.equal(0);
  closed.push(...(await persistence.closeByFilter(null, { user_id: to }, null, 'revoked', at(1))));
  expect(new Set(closed.map(({ id }) => id)).size).to.equal(sessions.length);
  expect(closed).to.have.length(sessions.length);
  const texts = (await textsOf(persistence)).filter((text) => text.includes(`"id":"move${round}-`));
  expect(texts.every((text) => text.includes('"active":false'))).to.equal(true);
}

async function openIdsOf(persistence: ISessionsPersistence, userId: string): Promise<Set<string>> {
  const paging = { skip: 0, take: 10_000, total: false };
  const page = await persistence.getPageByFilter(null, { user_id: userId, active: true }, paging, at(0));
  return new Set(page.data.map(({ id }) => id));
}

function ending(now: number): SessionDecision {
  return (current) => (current.active ? current.closed('closed', now) : current);
}

/** A write that a closed session refuses. */
function written(content: SessionContent, head: Partial<SessionHead> = {}): SessionDecision {
  return (current) => {
    if (!current.active) throw sessionError(null, 'SESSION_CLOSED');
    const next = { ...current.head(), ...head, version: current.version + 1, update_time: iso(at(1)) };
    return SessionRecord.of(next, { ...current.content(), ...content });
  };
}

function patched(member: string): SessionDecision {
  return (current) => {
    const data = { ...JSON.parse(current.content().data ?? '{}'), [member]: 1 };
    return written({ data: JSON.stringify(data) })(current);
  };
}

/** The step, or that the session was closed; anything else fails the test. */
async function outcomeOf(step: Promise<SessionStep | null>): Promise<SessionStep | 'SESSION_CLOSED'> {
  try {
    const answered = await step;
    if (answered !== null) return answered;
  } catch (error) {
    if ((error as { code?: string }).code === 'SESSION_CLOSED') return 'SESSION_CLOSED';
    throw error;
  }
  throw new Error('The session is gone');
}

function someTimes<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}
