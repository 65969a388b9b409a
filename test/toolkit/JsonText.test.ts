import { expect } from 'chai';
import fc from 'fast-check';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';

const leaf = fc.oneof(
  fc.constantFrom<JsonValue[]>(-0, 0, null, true, '-0', '0', '[-0,0]', '\\"', '\ud800', '\u2028'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary' }),
);
const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', '', '0', '-0', '"'), fc.string());
const { value: json } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

describe('jsonText', () => {
  it('writes what JSON.parse reads as the same value, -0 included', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = jsonText(value);
        // Strict in chai: -0 and 0 differ.
        expect(JSON.parse(text)).to.deep.equal(value);
        expect(jsonText(JSON.parse(text))).to.equal(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes but for -0 exactly what JSON.stringify does', () => {
    fc.assert(
      fc.property(json, (value) => {
        const zeros = JSON.parse(JSON.stringify(value));
        expect(jsonText(zeros)).to.equal(JSON.stringify(value));
        // Made to be written out, and the same but for the two characters that are known.
        expect(jsonText([-0, zeros])).to.equal(`[-0,${JSON.stringify(value)}]`);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows -0 from all that looks like it', () => {
    for (const text of [
      '-0',
      '[-0]',
      '{"a":-0}',
      '[0,-0,"-0",-0.5,1e-7,{"-0":"[-0]","a":[-0,{"b":-0,"c":0}]}]',
      '{"__proto__":{"a":-0},"toString":-0,"":{}}',
    ]) {
      expect(jsonText(JSON.parse(text))).to.equal(text);
    }
    expect(jsonText(JSON.parse('[ -0.0, -0e5, -1e-400, 9007199254740993 ]'))).to.equal('[-0,-0,-0,9007199254740992]');
    expect(jsonText(0)).to.equal('0');
  });

  it('writes any nesting that JSON.stringify writes', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const text = `${open.repeat(2000)}-0${close.repeat(2000)}`;
      expect(jsonText(JSON.parse(text))).to.equal(text);
    }
  });
});
