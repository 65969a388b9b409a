import { expect } from 'chai';
import { FormParameters } from '../../../src/services/http/FormParameters.js';

const read = (text: string) => new FormParameters('c1', text);

/** What the error says of the parameter `a`. */
function refusal(text: string, separators?: RegExp): string {
  try {
    new FormParameters('c1', text, separators).one('a', 'alias');
    return 'none';
  } catch (error) {
    const { code, message, details, correlation_id } = error as Record<string, unknown>;
    expect({ code, details, correlation_id }).to.deep.equal({
      code: 'INVALID_DATA',
      details: { field: 'a' },
      correlation_id: 'c1',
    });
    return String(message);
  }
}

describe('Form parameters', () => {
  it('are found under any of their names, and null where there is none', () => {
    expect(read('a=1&b=2').one('b')).to.equal('2');
    expect(read('alias=1').one('a', 'alias')).to.equal('1');
    expect(read('').one('a')).to.equal(null);
    expect(read('b=1').one('a')).to.equal(null);
    expect(read('&&a=&').one('a')).to.equal('');
    expect(read('a').one('a')).to.equal('');
    expect(read('a=b=c').one('a')).to.equal('b=c');
  });

  it('are decoded as percent-encoded UTF-8, names too, and bytes that came as they are', () => {
    expect(read('a=%C3%A9+%2B%20%26').one('a')).to.equal('é + &');
    expect(read('%61=x').one('a')).to.equal('x');
    expect(read(Buffer.from('a=é😀').toString('latin1')).one('a')).to.equal('é😀');
    expect(read('a=%00%0d').one('a')).to.equal('\0\r');
  });

  it('that are there twice are refused, whichever of their names they have', () => {
    for (const text of ['a=1&a=2', 'a=1&a=1', 'a=1&alias=1', 'a=1&%61=2', 'a&a'])
      expect(refusal(text), text).to.equal('a must be given once');
    expect(read('b=1&b=2&a=3').one('a')).to.equal('3');
  });

  it('that are wrongly encoded are refused, others that are are not looked at', () => {
    for (const value of ['%', '%z', '%zz', '%4', 'x%', '%ff', '%c3', '%E0%A4', '\xff', '%ed%a0%80'])
      expect(refusal(`a=${value}`), value).to.equal('a must be percent-encoded UTF-8');
    expect(read('b=%&%=%&a=3').one('a')).to.equal('3');
  });

  it('may stand between other separators, and in several texts', () => {
    const form = new FormParameters(null, 'a=1;b=2&c=3', /[;&]/);
    expect([form.one('a'), form.one('b'), form.one('c')]).to.deep.equal(['1', '2', '3']);
    expect(read('a=1;b=2').one('a')).to.equal('1;b=2');
    form.add('d=4;a=5', /[;&]/);
    expect(form.one('d')).to.equal('4');
    expect(() => form.one('a')).to.throw('a must be given once');
  });

  it('are at most 1,000 a text: to take apart a body of nothing else would keep all others waiting', () => {
    expect(read(`${'b&'.repeat(999)}a=1`).one('a')).to.equal('1');
    for (const text of [`a=1${'&b'.repeat(1000)}`, '&'.repeat(200_000)]) {
      expect(() => read(text))
        .to.throw('At most 1000 parameters may be given')
        .with.property('code', 'INVALID_DATA');
    }
  });
});
