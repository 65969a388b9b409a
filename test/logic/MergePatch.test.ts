import { expect } from 'chai';
import { type JsonValue, mergePatch } from '../../src/toolkit/JsonValue.js';

/** The test cases of RFC 7396, appendix A, as they stand there: original, patch, result. */
const APPENDIX: [string, string, string][] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

describe('mergePatch', () => {
  for (const [original, patch, result] of APPENDIX) {
    it(`makes of ${original} with ${patch} ${result} (RFC 7396)`, () => {
      const target: JsonValue = JSON.parse(original);
      expect(JSON.stringify(mergePatch(target, JSON.parse(patch)))).to.equal(result);
      expect(JSON.stringify(target)).to.equal(original);
    });
  }

  it('merges the example of RFC 7396, section 3', () => {
    const original = {
      title: 'Goodbye!',
      author: { givenName: 'John', familyName: 'Doe' },
      tags: ['example', 'sample'],
      content: 'This will be unchanged',
    };
    const patch = { title: 'Hello!', phoneNumber: '+01-123-456-7890', author: { familyName: null }, tags: ['example'] };
    expect(mergePatch(original, patch)).to.deep.equal({
      title: 'Hello!',
      author: { givenName: 'John' },
      tags: ['example'],
      content: 'This will be unchanged',
      phoneNumber: '+01-123-456-7890',
    });
  });

  it('builds on nothing where there is nothing', () => {
    expect(mergePatch(undefined, { a: { b: null, c: 1 } })).to.deep.equal({ a: { c: 1 } });
    expect(mergePatch(undefined, 0)).to.equal(0);
  });

  it('keeps keys such as __proto__, constructor and toString as plain members', () => {
    const patch: JsonValue = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"x":2}},"toString":3}',
    );
    for (const target of [undefined, {}, JSON.parse('{"__proto__":{"old":true}}')] as (JsonValue | undefined)[]) {
      const merged = mergePatch(target, patch) as object;
      expect(Object.keys(merged)).to.deep.equal(['__proto__', 'constructor', 'toString']);
      expect(Object.getPrototypeOf(merged)).to.equal(Object.prototype);
      expect(JSON.stringify(merged)).to.include('"polluted":1');
    }
    expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    expect(({} as Record<string, unknown>)['x']).to.equal(undefined);
    const removed = mergePatch(JSON.parse('{"__proto__":1,"a":2}'), JSON.parse('{"__proto__":null}'));
    expect(JSON.stringify(removed)).to.equal('{"a":2}');
  });
});
