import { expect } from 'chai';
import fc from 'fast-check';
import { plainContent } from '../../src/embedded/PlainContent.js';

const seed = process.env['FC_SEED'];
const simple = [fc.string(), fc.boolean(), fc.integer(), fc.constantFrom(undefined, null)];

describe('The content of a session storage', () => {
  it('is what JSON makes of it, wrapped values too', () => {
    const content = fc.object({ values: simple, withBoxedValues: true, withMap: true, withSet: true });
    fc.assert(
      fc.property(content, (given) => {
        const { value, text } = plainContent('sessionData', given);
        expect(text).to.equal(JSON.stringify(given));
        expect(JSON.stringify(value)).to.equal(text);
      }),
      seed === undefined ? {} : { seed: Number(seed) },
    );
    expect(plainContent('sessionData', [Object('a'), Object(5), Object(false)]).value).to.deep.equal(['a', 5, false]);
  });

  it('is refused where JSON has no form for it, wrapped or not', () => {
    for (const given of [Number.NaN, Object(Number.NaN), 1n, Object(1n)]) {
      expect(() => plainContent('userData', { given }))
        .to.throw('userData must be')
        .with.property('code', 'INVALID_DATA');
    }
  });
});
