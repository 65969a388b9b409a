import { expect } from 'chai';
import fc from 'fast-check';
import { isoTime } from '../../src/toolkit/IsoTime.js';

describe('isoTime', () => {
  it('answers what Date does, whatever it was asked before', () => {
    const near = fc.integer({ min: 0, max: 300 }).map((offset) => 1_772_366_400_000 + offset);
    const far = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(fc.array(fc.oneof(near, far)), (times) => {
        for (const time of times) expect(isoTime(time)).to.equal(new Date(time).toISOString());
      }),
    );
  });

  it('throws for an instant that no date can hold', () => {
    expect(() => isoTime(9e15)).to.throw(RangeError);
    expect(() => isoTime(Number.NaN)).to.throw(RangeError);
  });
});
