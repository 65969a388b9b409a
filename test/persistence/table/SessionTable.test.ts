import { expect } from 'chai';
import fc from 'fast-check';
import type { SessionRecord } from '../../../src/persistence/SessionRecord.js';
import type { TableChange } from '../../../src/persistence/table/ChangeLog.js';
import { SessionTable } from '../../../src/persistence/table/SessionTable.js';
import { ShardedMap } from '../../../src/persistence/table/ShardedMap.js';
import { aSession, at } from '../../support/Sessions.js';

const session = fc.record({
  id: fc.integer({ min: 0, max: 120 }).map(String),
  user_id: fc.constantFrom('ann', 'bob', '__proto__'),
  requestAt: fc.integer({ min: 0, max: 20 }).map(at),
  expireAt: fc.option(fc.integer({ min: 0, max: 20 }).map(at)),
  version: fc.integer({ min: 0, max: 9 }),
});
const change = fc.record({ session, isClosed: fc.boolean(), isRemoval: fc.boolean() });

const seed = process.env['FC_SEED'];
/** To make a long counterexample short takes long: what is found until then is printed. */
const BOUNDED = { interruptAfterTimeLimit: 20_000, ...(seed !== undefined && { seed: Number(seed) }) };

/** All that the table says, by every way into it. */
function viewOf(table: SessionTable): object {
  const texts = (records: readonly SessionRecord[]) => records.map(({ text }) => text);
  return {
    size: table.size,
    all: texts(table.snapshot().flat()),
    users: ['ann', 'bob', '__proto__', 'nobody'].map((user) => texts(table.snapshotOfUser(user).flat())),
    due: texts(table.due(at(10), 1000)),
    closed: texts(table.closedBefore(at(10), 1000)),
    endless: texts(
      table
        .snapshotWithoutDeadline()
        .flat()
        .filter(({ endAt }) => endAt === Number.POSITIVE_INFINITY),
    ).sort(),
    ids: Array.from({ length: 121 }, (_, id) => table.get(String(id))?.text),
  };
}

function tableOf(records: Iterable<SessionRecord>): SessionTable {
  const table = new SessionTable();
  for (const after of records) table.apply({ before: null, after });
  return table;
}

describe('SessionTable', () => {
  it('shows after any changes what a table of the same sessions shows, and what it showed when they are undone', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400, size: 'max' }), fc.nat(), (changes, from) => {
        const table = new SessionTable();
        const held = new Map<string, SessionRecord>();
        const done: TableChange[] = [];
        const undoFrom = changes.length === 0 ? 0 : from % changes.length;
        let before: object = viewOf(table);
        for (const [index, { session: fields, isClosed, isRemoval }] of changes.entries()) {
          if (index === undoFrom) before = viewOf(table);
          const after = aSession({ ...fields, ...(isClosed && { closeAt: fields.requestAt }) });
          const made = { before: held.get(after.id) ?? null, after: isRemoval ? null : after };
          table.apply(made);
          if (isRemoval) held.delete(after.id);
          else held.set(after.id, after);
          if (index >= undoFrom) done.push(made);
        }
        expect(viewOf(table)).to.deep.equal(viewOf(tableOf(held.values())));
        for (const made of done.toReversed()) table.undo(made);
        expect(viewOf(table)).to.deep.equal(before);
      }),
      { numRuns: 100, ...BOUNDED },
    );
  });

  it("keeps a user's sessions in order as they grow from one to many and shrink again", () => {
    const table = new SessionTable();
    const records = Array.from({ length: 200 }, (_, index) =>
      aSession({ id: `s${index}`, requestAt: at((index * 37) % 200) }),
    );
    const ids = () =>
      table
        .snapshotOfUser('ann')
        .flat()
        .map(({ requestAt }) => requestAt);
    for (const [index, after] of records.entries()) {
      const snapshot = table.snapshotOfUser('ann');
      const before = snapshot.flat();
      table.apply({ before: null, after });
      expect(ids())
        .to.deep.equal(ids().toSorted((a, b) => a - b))
        .and.to.have.length(index + 1);
      expect(snapshot.flat()).to.deep.equal(before);
    }
    for (const [index, before] of records.entries()) {
      table.apply({ before, after: null });
      expect(ids())
        .to.deep.equal(ids().toSorted((a, b) => a - b))
        .and.to.have.length(199 - index);
    }
  });
});

describe('ShardedMap', () => {
  it('holds what a map holds', () => {
    const keys = fc.oneof(fc.constantFrom('', 'a', '__proto__', 'constructor'), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(fc.record({ key: keys, isRemoval: fc.boolean() })), (steps) => {
        const [map, sharded] = [new Map<string, number>(), new ShardedMap<number>()];
        for (const [index, { key, isRemoval }] of steps.entries()) {
          if (isRemoval) expect(sharded.delete(key)).to.equal(map.delete(key));
          else expect(sharded.set(key, index)).to.equal(!map.has(key));
          if (!isRemoval) map.set(key, index);
          expect(sharded.size).to.equal(map.size);
        }
        for (const { key } of steps) expect(sharded.get(key)).to.equal(map.get(key));
      }),
      { numRuns: 30 },
    );
  });

  it('spreads keys that look alike', () => {
    for (const keyOf of [
      (n: number) => `session-${n}-suffix`,
      (n: number) => `${n}`.padStart(32, '0'),
      (n: number) => `${n}`.padEnd(32, '0'),
    ]) {
      const sharded = new ShardedMap<number>();
      for (let n = 0; n < 50_000; n++) sharded.set(keyOf(n), n);
      const sizes = (sharded as unknown as { shards: Map<string, number>[] }).shards.map(({ size }) => size);
      expect(Math.max(...sizes)).to.be.below(150);
    }
  });
});
