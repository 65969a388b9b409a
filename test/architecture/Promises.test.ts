import { expect } from 'chai';
import { sourcesBelow, textOf } from '../support/Sources.js';

const INTERFACE = 'src/persistence/ISessionsPersistence.ts';
const numbers = (text: string, pattern: RegExp): number[] =>
  [...new Set([...text.matchAll(pattern)].map(([, number]) => Number(number)))].sort((one, other) => one - other);

describe('Promises of ISessionsPersistence', () => {
  const promised = numbers(textOf(INTERFACE), /\bP(\d+)\b/g);
  const suites = sourcesBelow('test/contracts').map(textOf).join('\n');

  it('are numbered without a gap', () => {
    expect(promised).to.deep.equal(promised.map((_, index) => index + 1));
    expect(promised.length).to.be.greaterThan(20);
  });

  it('each have a test, and each test of one has its promise', () => {
    expect(numbers(suites, /\bpromise\(\s*'P(\d+)'/g)).to.deep.equal(promised);
  });

  it('are tested on every persistence', () => {
    const stores = sourcesBelow('src/persistence').filter((path) => /\/Sessions\w+Persistence\.ts$/.test(path));
    const tests = sourcesBelow('test/persistence')
      .map(textOf)
      .filter((text) => text.includes('sessionsPersistenceContract('));
    expect(stores).to.have.length.greaterThan(1);
    for (const path of stores) {
      const name = path.split('/').at(-1)?.replace('.ts', '') ?? '';
      expect(
        tests.some((text) => text.includes(name)),
        `${name} is not tested with the contract`,
      ).to.equal(true);
    }
  });
});
