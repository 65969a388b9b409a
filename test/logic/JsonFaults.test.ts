import { expect } from 'chai';
import { inspectJson, type JsonFault } from '../../src/toolkit/JsonValue.js';

function findJsonFault(value: unknown, maxDepth: number): JsonFault | null {
  return inspectJson(value, maxDepth).fault;
}

describe('inspectJson', () => {
  it('finds none in what JSON.parse makes of a plain text', () => {
    const text = '{"a":[1,-0.5,1e308,"\\u0000\\ud83d\\ude00",true,null,{}],"__proto__":{"b":[]},"":0}';
    expect(findJsonFault(JSON.parse(text), 3)).to.equal(null);
  });

  it('counts nested arrays and objects, [] being 1', () => {
    expect(findJsonFault([], 1)).to.equal(null);
    expect(findJsonFault([], 0)).to.equal('depth');
    expect(findJsonFault('text', 0)).to.equal(null);
    expect(findJsonFault({ a: [[{}]] }, 4)).to.equal(null);
    expect(findJsonFault({ a: [[{}]] }, 3)).to.equal('depth');
    expect(findJsonFault([[], [], [[]]], 2)).to.equal('depth');
  });

  it('survives a million levels, which a recursive look would not', () => {
    expect(findJsonFault(JSON.parse('['.repeat(1_000_000) + ']'.repeat(1_000_000)), 32)).to.equal('depth');
    expect(findJsonFault(JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), 200_000)).to.equal(null);
  });

  it('stops at a circle', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(findJsonFault(circle, 32)).to.equal('depth');
  });

  it('stops at an object that holds itself twice, which doubles from level to level', () => {
    const twice: unknown[] = [];
    twice.push(twice, twice);
    expect(findJsonFault(twice, 1000)).to.equal('size');
  });

  it('finds numbers that overflow, at every depth', () => {
    expect(findJsonFault(JSON.parse('1e400'), 32)).to.equal('number');
    expect(findJsonFault(JSON.parse('[[{"a":-1e999}]]'), 32)).to.equal('number');
    expect(findJsonFault(Number.NaN, 32)).to.equal('number');
    expect(findJsonFault(JSON.parse('123456789012345678901234567890'), 32)).to.equal(null);
  });

  it('tells whether there is a -0, at every depth', () => {
    for (const text of ['-0', '[-0.0]', '[[{"a":0,"b":[-1e-400]}],1]', '{"__proto__":-0}']) {
      expect(inspectJson(JSON.parse(text), 32), text).to.deep.equal({ fault: null, hasNegativeZero: true });
    }
    for (const text of ['0', '"-0"', '[0,-0.5,{"-0":-5e-324}]', '[]']) {
      expect(inspectJson(JSON.parse(text), 32), text).to.deep.equal({ fault: null, hasNegativeZero: false });
    }
  });

  it('finds lone surrogates in strings and keys', () => {
    for (const text of ['"\\ud800"', '"x\\udfff"', '"\\udc00\\ud800"', '{"\\ud800":1}', '[["a\\ud83d"]]']) {
      expect(findJsonFault(JSON.parse(text), 32), text).to.equal('surrogate');
    }
  });

  it('finds what JSON has no form for', () => {
    for (const value of [undefined, () => 1, Symbol('s'), 1n, new Date(), new Map(), new (class Foo {})()]) {
      expect(findJsonFault(value, 32)).to.equal('type');
      expect(findJsonFault([{ a: value }], 32)).to.equal('type');
    }
    expect(findJsonFault(Object.create(null), 32)).to.equal(null);
  });
});
