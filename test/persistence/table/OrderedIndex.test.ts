import { expect } from 'chai';
import fc from 'fast-check';
import type { SessionRecord } from '../../../src/persistence/SessionRecord.js';
import { MAX_CHUNK, OrderedIndex } from '../../../src/persistence/table/OrderedIndex.js';
import { requestAtOf, type SortedChunks } from '../../../src/persistence/table/SortedChunks.js';
import { aSession, at, someSessions } from '../../support/Sessions.js';

function indexOf(records: readonly SessionRecord[]): OrderedIndex {
  const index = new OrderedIndex(requestAtOf);
  for (const record of records) index.add(record);
  return index;
}

/** The order by its words: by instant, ties by id descending. */
function sorted(records: Iterable<SessionRecord>): SessionRecord[] {
  return [...records].sort((a, b) => a.requestAt - b.requestAt || (a.id < b.id ? 1 : -1));
}

function expectHeld(index: OrderedIndex, records: readonly SessionRecord[]): void {
  const chunks = index.snapshot();
  const expected = sorted(records);
  expect(chunks.flat().map(({ id }) => id)).to.deep.equal(expected.map(({ id }) => id));
  expect(chunks.flat().every((record, position) => record === expected[position])).to.equal(true);
  expect(index.size).to.equal(records.length);
  expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= MAX_CHUNK)).to.equal(true);
}

const key = fc.record({
  id: fc.integer({ min: 0, max: 2000 }),
  at: fc.integer({ min: 0, max: 50 }),
  snap: fc.boolean(),
});

const seed = process.env['FC_SEED'];
/** To make a long counterexample short takes long: what is found until then is printed. */
const BOUNDED = { interruptAfterTimeLimit: 20_000, ...(seed !== undefined && { seed: Number(seed) }) };

describe('OrderedIndex', () => {
  it('holds what a sorted array holds, and snapshots that never change', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(key, { minLength: 1, maxLength: 3000, size: 'max' }), (isDense, steps) => {
        const held = new Map<string, SessionRecord>();
        const index = new OrderedIndex(requestAtOf);
        const snapshots: [SortedChunks, string[]][] = [];
        for (const [step, { id, at: instant, snap }] of steps.entries()) {
          const record = aSession({ id: `s${id}`, requestAt: at(isDense ? instant : step) });
          const before = held.get(record.id);
          if (before === undefined) index.add(record);
          else if (instant % 5 === 0) index.delete(before);
          else index.replace(before, record);
          if (before !== undefined && instant % 5 === 0) held.delete(record.id);
          else held.set(record.id, record);
          if (snap && step % 97 === 0)
            snapshots.push([
              index.snapshot(),
              index
                .snapshot()
                .flat()
                .map(({ text }) => text),
            ]);
        }
        expectHeld(index, [...held.values()]);
        for (const [chunks, texts] of snapshots) expect(chunks.flat().map(({ text }) => text)).to.deep.equal(texts);
      }),
      { numRuns: 50, ...BOUNDED },
    );
  });

  it('finds those up to an instant, the first ones first', () => {
    const index = indexOf(someSessions(2000, (position) => ({ requestAt: at(position >> 1) })));
    expect(index.upTo(at(2), 100).map(({ id }) => id)).to.deep.equal(['s1', 's0', 's3', 's2', 's5', 's4']);
    expect(index.upTo(at(2), 3).map(({ id }) => id)).to.deep.equal(['s1', 's0', 's3']);
    expect(index.upTo(at(0) - 1, 3)).to.deep.equal([]);
    expect(index.upTo(Number.POSITIVE_INFINITY, 5000)).to.have.length(2000);
  });

  it('keeps records without an end in order', () => {
    const endless = indexOf([]);
    expect(endless.snapshot()).to.deep.equal([]);
    const index = new OrderedIndex((record) => record.endAt);
    const records = someSessions(1500, (position) => ({ expireAt: position % 2 === 0 ? null : at(position) }));
    for (const record of records.toReversed()) index.add(record);
    for (const record of records) index.replace(record, record);
    for (const record of records) index.delete(record);
    expect(index.size).to.equal(0);
  });

  it('fills its chunks when records come in order, ties included', () => {
    const index = indexOf(someSessions(20_000, (position) => ({ requestAt: at(Math.floor(position / 7)) })));
    expect(index.snapshot().length).to.be.at.most(Math.ceil(20_000 / (MAX_CHUNK - 40)) + 1);
  });

  it('leaves no dust behind records that move to the end one by one', () => {
    const records = someSessions(20_000);
    const index = indexOf(records);
    for (let step = 0; step < 20_000; step++) {
      // 7919 is prime: all over the index, each once.
      const position = (step * 7919) % 20_000;
      const after = aSession({ id: `s${position}`, requestAt: at(20_000 + step) });
      index.replace(records[position] as SessionRecord, after);
      records[position] = after;
      // What has moved fills its chunks; what is left at last stands together.
      if (step === 19_000) expect(index.snapshot().length).to.be.at.most(19_000 / (MAX_CHUNK - 40) + 1000 / 64);
    }
    expectHeld(index, records);
  });

  it('says so when asked to take out what it does not hold', () => {
    const records = someSessions(3);
    const index = indexOf(records);
    for (const stranger of [
      aSession({ id: 'x' }),
      aSession({ id: 's1', requestAt: at(2) }),
      aSession({ id: 'x', requestAt: at(9) }),
    ]) {
      expect(() => index.delete(stranger)).to.throw('not where its index says');
    }
    expectHeld(index, records);
  });
});
