import { expect } from 'chai';
import fc from 'fast-check';
import type { ExpireBasisV1 } from '../../src/data/version1/SessionV1.js';
import { directEnd, directWrite } from '../../src/logic/DirectSteps.js';
import { type ContentWrite, ended, type SessionPolicy, written } from '../../src/logic/SessionLifecycle.js';
import type { DirectStep, DirectWrite, KnownPolicy } from '../../src/persistence/DirectStep.js';
import type { SessionDecision } from '../../src/persistence/ISessionsPersistence.js';
import { type SessionContent, type SessionHead, SessionRecord } from '../../src/persistence/SessionRecord.js';
import { aSession, at, iso } from '../support/Sessions.js';

const seed = process.env['FC_SEED'];
const RUNS = 20_000;

// Few instants and time-outs, so that they meet; apart by less than a second too.
const instant = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -1, max: 1 })).map(([s, ms]) => at(s) + ms);
const timeout = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 40 }).map((seconds) => seconds * 1000),
);
const basis = fc.constantFrom<ExpireBasisV1[]>('last_access', 'last_update', 'created');
const text = fc.constantFrom('1', 'null', '{"a":[-0]}', '""');
const version = fc.integer({ min: 0, max: 2 });

const policy: fc.Arbitrary<SessionPolicy> = fc.record({
  expireTimeout: timeout,
  expireBasis: basis,
  maxLifetime: timeout,
  touchInterval: fc.constant(null),
});

const session = fc
  .record({
    open: instant,
    request: instant,
    update: instant,
    expire: fc.option(instant, { freq: 4 }),
    isActive: fc.constantFrom(true, true, true, false),
    version,
    own: fc.oneof(fc.constant({}), fc.record({ expire_timeout: timeout, expire_basis: basis }, { requiredKeys: [] })),
    content: fc.record({ user: text, data: text }, { requiredKeys: [] }),
  })
  .map(({ open, request, update, expire, isActive, version: count, own, content }) => {
    const times = { open_time: iso(open), update_time: iso(update) };
    const fields = {
      requestAt: request,
      expireAt: expire && expire + 30_000,
      version: count,
      name: 'tab',
      ...own,
      ...times,
    };
    if (!isActive) return aSession({ ...fields, closeAt: request });
    return SessionRecord.of(aSession(fields).head(), content);
  });

const write: fc.Arbitrary<ContentWrite> = fc.record(
  {
    content: fc.oneof(fc.record({ data: text }), fc.record({ user: text })),
    expectedVersion: fc.option(version, { freq: 2 }),
    head: fc.record(
      { user_id: fc.constantFrom('ann', 'bob'), user_name: text, expire_timeout: timeout },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['content', 'expectedVersion'] },
);

const NOTHING: KnownPolicy = { openAt: null, expireTimeout: null, expireBasis: null };

function policyOf(record: SessionRecord): KnownPolicy {
  const { open_time, expire_timeout = null, expire_basis = null } = record.head();
  return { openAt: Date.parse(open_time), expireTimeout: expire_timeout, expireBasis: expire_basis };
}

/** Whether it is a session that the step speaks of, in the words of DirectStep. */
function fits(record: SessionRecord, step: DirectStep, known: KnownPolicy, now: number): boolean {
  if (!record.active || record.isExpired(now) || record.requestAt > now) return false;
  if (step.kind === 'end') return true;
  const own = policyOf(record);
  if (known.openAt !== null && own.openAt !== known.openAt) return false;
  if (own.expireBasis !== known.expireBasis) return false;
  if (!step.setsTimeout && own.expireTimeout !== known.expireTimeout) return false;
  if (step.expectedVersion !== null && step.expectedVersion !== record.version) return false;
  return step.openedSince === null || Number(own.openAt) >= step.openedSince;
}

/** The session after the step, by what the step says alone. */
function applied(record: SessionRecord, step: DirectStep, now: number): SessionRecord {
  if (step.kind === 'end') {
    const end = { active: false, close_time: iso(now), close_reason: step.reason };
    return SessionRecord.of({ ...record.head(), ...end });
  }
  const { expire_time: _, ...head } = record.head();
  const set: SessionHead = {
    ...head,
    ...step.head,
    request_time: iso(now),
    update_time: iso(now),
    ...(step.expireAt !== Number.POSITIVE_INFINITY && { expire_time: iso(step.expireAt) }),
    version: record.version + 1,
  };
  return SessionRecord.of(set, { ...record.content(), ...step.content });
}

function expectSame(record: SessionRecord, step: DirectStep, decide: SessionDecision, now: number): void {
  const [made, decided] = [applied(record, step, now), decide(record)];
  expect(made.toSession()).to.deep.equal(decided.toSession());
  expect(made.content()).to.deep.equal(decided.content());
  expect([made.active, made.endAt, made.version]).to.deep.equal([decided.active, decided.endAt, decided.version]);
}

/** Runs the property, and answers how often there was a step for a session that it speaks of. */
function check(remembered: (record: SessionRecord) => KnownPolicy): number {
  let compared = 0;
  fc.assert(
    fc.property(policy, session, write, instant, (rules, record, what, now) => {
      const known = remembered(record);
      const step = directWrite(what, rules, now)(known);
      if (step === null || !fits(record, step, known, now)) return;
      compared += 1;
      expectSame(record, step, written(null, what, rules, now), now);
    }),
    { numRuns: RUNS, ...(seed !== undefined && { seed: Number(seed) }) },
  );
  return compared;
}

describe('Steps as plain values', () => {
  const usual: SessionPolicy = {
    expireTimeout: 86_400_000,
    expireBasis: 'last_access',
    maxLifetime: 0,
    touchInterval: null,
  };
  const store: ContentWrite = { content: { data: '1' }, expectedVersion: null };
  const writeOf = (what: ContentWrite, rules: SessionPolicy, known: KnownPolicy) =>
    directWrite(what, rules, at(9))(known) as DirectWrite | null;

  it('say what the decision beside them decides, where the policy of the session is known', () => {
    expect(check(policyOf)).to.be.greaterThan(RUNS / 20);
  });

  it('say it where it is known but for the opening', () => {
    expect(check((record) => ({ ...policyOf(record), openAt: null }))).to.be.greaterThan(RUNS / 20);
  });

  it('say it where nothing is known, of sessions without a policy of their own', () => {
    expect(check(() => NOTHING)).to.be.greaterThan(RUNS / 40);
  });

  it('end sessions as the decision does', () => {
    let compared = 0;
    fc.assert(
      fc.property(session, instant, (record, now) => {
        const step = directEnd();
        if (!fits(record, step, NOTHING, now)) return;
        compared += 1;
        expectSame(record, step, ended(now), now);
      }),
      { numRuns: RUNS, ...(seed !== undefined && { seed: Number(seed) }) },
    );
    expect(compared).to.be.greaterThan(RUNS / 20);
  });

  it('need to know nothing with the usual policy', () => {
    const step = writeOf(store, usual, NOTHING);
    expect(step).to.deep.equal({
      kind: 'write',
      expectedVersion: null,
      openedSince: null,
      setsTimeout: false,
      head: {},
      content: { data: '1' },
      expireAt: at(9) + 86_400_000,
    });
    for (const expireBasis of ['last_access', 'last_update'] as const)
      expect(writeOf({ ...store, head: { expire_timeout: 5 } }, { ...usual, expireBasis }, NOTHING)).to.include({
        setsTimeout: true,
        expireAt: at(9) + 5,
      });
    expect(writeOf(store, { ...usual, expireTimeout: 0, expireBasis: 'created' }, NOTHING)).to.include({
      expireAt: Number.POSITIVE_INFINITY,
    });
  });

  it('speak, where nothing is known but a longest life, of those alone who live to the deadline', () => {
    const step = writeOf(store, { ...usual, expireTimeout: 1000, maxLifetime: 60_000 }, NOTHING);
    expect(step).to.include({ expireAt: at(10), openedSince: at(-50) });
  });

  it('are none where only the session can tell', () => {
    const patch: ContentWrite = { content: (current: SessionContent) => current, expectedVersion: null };
    const known: KnownPolicy = { openAt: at(0), expireTimeout: null, expireBasis: null };
    for (const what of [NOTHING, known]) expect(writeOf(patch, usual, what)).to.equal(null);
    expect(writeOf(store, { ...usual, expireBasis: 'created' }, NOTHING)).to.equal(null);
    expect(writeOf(store, { ...usual, expireTimeout: 0, maxLifetime: 5 }, NOTHING)).to.equal(null);
    expect(writeOf(store, { ...usual, expireBasis: 'created' }, known)).to.include({ expireAt: at(0) + 86_400_000 });
  });
});
