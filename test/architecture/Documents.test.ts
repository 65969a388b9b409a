import { expect } from 'chai';
import { COMPONENTS } from '../../src/build/Components.js';
import { OLDER_GROUP } from '../../src/build/ToolkitComponents.js';
import { SessionErrorsV1 } from '../../src/data/version1/SessionErrorsV1.js';
import { documentedPatterns, fillOptionTables } from '../support/OptionsDocument.js';
import { textOf } from '../support/Sources.js';

describe('docs/errors.md', () => {
  const sections = new Map<string, string>();
  for (const section of textOf('docs/errors.md').split(/^### /m).slice(1)) {
    sections.set(/^`([A-Z_]+)`/.exec(section)?.[1] ?? '', section);
  }

  it('describes every error code and no other', () => {
    expect([...sections.keys()].sort()).to.deep.equal(Object.keys(SessionErrorsV1).sort());
  });

  for (const [code, { http, grpc, category }] of Object.entries(SessionErrorsV1)) {
    it(`says how ${code} travels`, () => {
      expect(sections.get(code)).to.contain(`HTTP ${http}, gRPC \`${grpc}\`, category \`${category}\``);
    });
  }
});

describe('docs/configuration.md', () => {
  const text = textOf('docs/configuration.md');

  it('has the tables that the components declare; npm run docs writes them', () => {
    expect(fillOptionTables(text)).to.equal(text);
  });

  it('shows the options of every component, and names each', () => {
    const shown = new Set(documentedPatterns(text).map((pattern) => optionsOf(pattern)));
    for (const { pattern, options } of COMPONENTS) {
      expect(shown.has(options), `options of ${pattern}`).to.equal(true);
      if (!pattern.startsWith(`${OLDER_GROUP}:`)) expect(text).to.contain(`\`${pattern}\``);
    }
  });

  for (const file of ['config/config.yml', 'config/legacy.yml']) {
    it(`names every parameter of ${file}`, () => {
      const parameters = new Set([...textOf(file).matchAll(/\{([A-Z_]+)\}/g)].map(([, name = '']) => name));
      expect(parameters.size).to.be.greaterThan(5);
      for (const name of parameters) expect(text).to.contain(`\`${name}\``);
    });
  }
});

function optionsOf(pattern: string): object | undefined {
  return COMPONENTS.find((row) => row.pattern === pattern)?.options;
}
