import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';

/** A test that the document names, perhaps with what its title holds. */
const SHOWN = /`(test\/[^`]+)`(?:: "([^"]+)")?/g;

describe('docs/compatibility.md', () => {
  const shown = [...textOf('docs/compatibility.md').matchAll(SHOWN)];

  it('names tests that there are', () => {
    expect(shown).to.have.length.greaterThan(50);
    for (const [, path = '', title] of shown) {
      expect(existsSync(join(ROOT, path)), path).to.equal(true);
      if (title !== undefined) expect(textOf(path), path).to.contain(title);
    }
  });

  it('shows every row of its tables of calls', () => {
    for (const table of textOf('docs/compatibility.md').split(/\n\n/)) {
      const [head = '', , ...rows] = table.split('\n').filter((line) => line.startsWith('|'));
      if (!head.includes('shown by')) continue;
      for (const row of rows) expect(row).to.match(/`test\//);
    }
  });
});
