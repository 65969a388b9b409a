import { expect } from 'chai';
import fc from 'fast-check';
import { Deadlines } from '../../src/toolkit/Deadlines.js';
import { FakeClock, START } from '../support/FakeClock.js';
import { ManualTimers } from '../support/ManualTimers.js';

const seed = process.env['FC_SEED'];

describe('Deadlines', () => {
  let clock: FakeClock;
  let timers: ManualTimers;
  let told: string[];
  let deadlines: Deadlines<string>;

  beforeEach(() => {
    clock = new FakeClock();
    timers = new ManualTimers();
    told = [];
    deadlines = new Deadlines((key) => told.push(key), clock, timers);
  });

  const advance = (milliseconds: number) => {
    clock.advance(milliseconds);
    timers.run();
  };

  it('tell each key once, the earliest first, from its very millisecond on', () => {
    deadlines.set('late', START + 20);
    deadlines.set('early', START + 10);
    advance(9);
    expect(told).to.deep.equal([]);
    advance(1);
    expect(told).to.deep.equal(['early']);
    advance(100);
    expect(told).to.deep.equal(['early', 'late']);
    expect(deadlines.size).to.equal(0);
  });

  it('tell the keys of one instant in the order in which they were given it', () => {
    for (const key of ['a', 'b', 'c', 'd']) deadlines.set(key, START + 10);
    deadlines.set('b', START + 10);
    deadlines.delete('c');
    expect([deadlines.at('a'), deadlines.at('c')]).to.deep.equal([START + 10, Number.POSITIVE_INFINITY]);
    advance(10);
    expect(told).to.deep.equal(['a', 'd', 'b']);
  });

  it('use one timer however many keys there are, and none for no key', () => {
    for (let i = 0; i < 1000; i++) deadlines.set(`key${i}`, START + 1000 - i);
    expect(timers.count).to.equal(1);
    for (let i = 0; i < 1000; i++) deadlines.delete(`key${i}`);
    expect(timers.count).to.equal(0);
  });

  it('move and forget keys', () => {
    deadlines.set('moved', START + 10);
    deadlines.set('moved', START + 30);
    deadlines.set('sooner', START + 40);
    deadlines.set('sooner', START + 5);
    deadlines.set('gone', START + 10);
    deadlines.delete('gone');
    deadlines.delete('never there');
    deadlines.set('endless', START + 10);
    deadlines.set('endless', Number.POSITIVE_INFINITY);
    advance(20);
    expect(told).to.deep.equal(['sooner']);
    advance(10);
    expect(told).to.deep.equal(['sooner', 'moved']);
    deadlines.set('one', START + 40);
    deadlines.clear();
    expect(timers.count).to.equal(0);
  });

  it('wait for what is further away than a timer can wait', () => {
    const month = 30 * 86_400_000;
    deadlines.set('key', START + month);
    advance(month / 2);
    expect(timers.count).to.equal(1);
    advance(month / 2);
    expect(told).to.deep.equal(['key']);
  });

  it('lose no key by what is thrown for another', () => {
    const failing = new Deadlines<string>(
      (key) => {
        told.push(key);
        if (key === 'bad') throw new Error('a listener failed');
      },
      clock,
      timers,
    );
    failing.set('bad', START + 1);
    failing.set('good', START + 2);
    clock.advance(5);
    expect(() => timers.run()).to.throw('a listener failed');
    timers.run();
    expect(told).to.deep.equal(['bad', 'good']);
  });

  it('tell what a sorted list would, whatever is set and deleted in whatever order', () => {
    const step = fc.oneof(
      fc.record({ key: fc.integer({ max: 30, min: 0 }), after: fc.integer({ max: 100, min: -5 }) }),
      fc.record({ key: fc.integer({ max: 30, min: 0 }), after: fc.constant(null) }),
      fc.record({ key: fc.constant(null), after: fc.integer({ max: 40, min: 0 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const own = new FakeClock();
        const ownTimers = new ManualTimers();
        const model = new Map<number, number>();
        const seen: number[] = [];
        const tested = new Deadlines<number>((key) => seen.push(key), own, ownTimers);
        for (const { key, after } of steps) {
          if (key === null) {
            own.advance(after as number);
            ownTimers.run();
            const due = [...model].filter(([, at]) => at <= own.now());
            expect(seen.splice(0).sort()).to.deep.equal(due.map(([one]) => one).sort());
            for (const [one] of due) model.delete(one);
          } else if (after === null) {
            tested.delete(key);
            model.delete(key);
          } else {
            tested.set(key, own.now() + after);
            model.set(key, own.now() + after);
          }
          expect(tested.size).to.equal(model.size);
          if (key !== null) expect(tested.at(key)).to.equal(model.get(key) ?? Number.POSITIVE_INFINITY);
          expect(ownTimers.count).to.equal(model.size === 0 ? 0 : 1);
        }
      }),
      seed === undefined ? {} : { seed: Number(seed) },
    );
  });
});
