import { expect } from 'chai';
import type { ApplicationException } from 'pip-services3-commons-nodex';
import { assertJson, contentText } from '../../src/logic/ContentLimits.js';

const LIMITS = { maxSize: 100, maxDepth: 4 };

function refusal(value: unknown, limits = LIMITS): ApplicationException {
  try {
    contentText('c1', 'data', value, limits);
  } catch (error) {
    return error as ApplicationException;
  }
  return expect.fail(`was taken: ${JSON.stringify(value)}`);
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('ContentLimits', () => {
  it('answers the compact JSON of every JSON value', () => {
    for (const value of [null, 0, false, '', [], {}, 'ü\u0000"', 1e300, { a: [1, { b: null }] }]) {
      expect(contentText(null, 'data', value, LIMITS)).to.equal(JSON.stringify(value));
    }
  });

  it('answers -0 as it is, and counts its sign', () => {
    expect(contentText(null, 'data', { a: [-0, { b: -0, c: 0 }] }, LIMITS)).to.equal('{"a":[-0,{"b":-0,"c":0}]}');
    expect(contentText(null, 'data', -0, { ...LIMITS, maxSize: 2 })).to.equal('-0');
    expect(contentText(null, 'data', 0, { ...LIMITS, maxSize: 1 })).to.equal('0');
    expect(refusal(-0, { ...LIMITS, maxSize: 1 }).code).to.equal('PAYLOAD_TOO_LARGE');
  });

  it('takes exactly the largest size in bytes of UTF-8, and not one byte more', () => {
    expect(contentText(null, 'user', 'x'.repeat(98), LIMITS)).to.have.length(100);
    expect(contentText(null, 'user', 'ü'.repeat(49), LIMITS)).to.have.length(51);
    expect(contentText(null, 'user', '😀'.repeat(24), LIMITS)).to.have.length(50);
    for (const long of ['x'.repeat(99), `ü${'x'.repeat(97)}`, '😀'.repeat(25), '€'.repeat(33)]) {
      expect(refusal(long)).to.include({ code: 'PAYLOAD_TOO_LARGE', status: 413, correlation_id: 'c1' });
    }
  });

  it('counts escapes as they are written', () => {
    expect(contentText(null, 'user', '"'.repeat(49), LIMITS)).to.have.length(100);
    expect(refusal('"'.repeat(50)).code).to.equal('PAYLOAD_TOO_LARGE');
    expect(contentText(null, 'user', '\u0000'.repeat(16), LIMITS)).to.have.length(98);
    expect(refusal('\u0000'.repeat(17)).code).to.equal('PAYLOAD_TOO_LARGE');
  });

  it('takes exactly the deepest nesting, and not one level more', () => {
    expect(() => contentText(null, 'data', nested(4), LIMITS)).not.to.throw();
    expect(refusal(nested(5))).to.include({
      code: 'INVALID_DATA',
      message: 'data must be nested at most 4 levels deep',
    });
    expect(refusal(nested(100_000)).code).to.equal('INVALID_DATA');
  });

  it('refuses what JSON cannot carry, naming the field and what was expected', () => {
    const values = [
      undefined,
      Number.NaN,
      JSON.parse('1e400'),
      'a\ud800',
      { '\udc00': 1 },
      new Date(),
      () => 1,
      1n,
      Symbol('s'),
    ];
    for (const value of [...values, ...values.map((inner) => ({ a: [inner] })), [undefined], new Array(2), new Map()]) {
      const error = refusal(value);
      expect(error.code).to.equal('INVALID_DATA');
      expect(error.message).to.match(/^data must be JSON|^data must be a JSON value/);
      expect({ ...error.details }).to.deep.equal({ field: 'data' });
    }
  });

  it('looks at a patch without measuring it: its size is that of what it makes', () => {
    expect(() => assertJson(null, 'data', 'x'.repeat(1000), LIMITS)).not.to.throw();
    expect(() => assertJson(null, 'data', nested(5), LIMITS)).to.throw('nested');
  });
});
