import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';

interface Target {
  types: string;
  default: string;
}

/** What `import` and `require` lead to, and both in a browser. */
interface Conditions {
  browser?: { require: Target; default: Target };
  import: Target;
  require: Target;
}

interface Manifest {
  main: string;
  types: string;
  dependencies?: object;
  optionalDependencies?: object;
  exports: Record<string, string | Conditions>;
  typesVersions: Record<string, Record<string, string[]>>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, object>;
  files: string[];
}

const manifest = JSON.parse(textOf('client/package.json')) as Manifest;

/** Sub-path -> condition -> what it leads to; without `package.json`. */
const entries = Object.entries(manifest.exports).filter(
  (entry): entry is [string, Conditions] => typeof entry[1] !== 'string',
);

const targetsOf = ({ browser, ...node }: Conditions): Target[] => [
  ...Object.values(node),
  ...Object.values(browser ?? {}),
];

describe('The package of the client', () => {
  it('depends on nothing: what it works with is for the application to bring', () => {
    expect(manifest.dependencies).to.equal(undefined);
    expect(manifest.optionalDependencies).to.equal(undefined);
    const optional = Object.keys(manifest.peerDependencies).map((name) => [name, { optional: true }]);
    expect(manifest.peerDependenciesMeta).to.deep.equal(Object.fromEntries(optional));
  });

  it('leads to files that exist, each with its types', () => {
    const targets = entries.flatMap(([, conditions]) => targetsOf(conditions));
    const paths = targets.flatMap((target) => [target.types, target.default]);
    expect(paths.length).to.be.greaterThan(20);
    expect(paths.filter((path) => !existsSync(join(ROOT, 'client', path)))).to.deep.equal([]);
    for (const target of targets) expect(target.types).to.equal(target.default.replace(/\.js$/, '.d.ts'));
  });

  it('leads import to ES modules and require to CommonJS, types before values', () => {
    for (const [subPath, conditions] of entries) {
      const file = subPath === '.' ? 'index' : subPath.slice(2);
      const { browser, ...node } = conditions;
      expect(Object.keys(node), subPath).to.deep.equal(['import', 'require']);
      expect(node.import.default, subPath).to.equal(`./dist/esm/${file}.js`);
      expect(node.require.default, subPath).to.equal(`./dist/cjs/${file}.js`);
      for (const target of targetsOf(conditions)) expect(Object.keys(target)).to.deep.equal(['types', 'default']);
      const inBrowser = Object.entries(browser ?? {}).map(([condition, target]) => [condition, target.default]);
      const both = { require: './dist/cjs/browser.js', default: './dist/esm/browser.js' };
      expect(inBrowser, subPath).to.deep.equal(subPath === '.' ? Object.entries(both) : []);
    }
    // The first condition that fits counts, and bundlers know both.
    expect(Object.keys(manifest.exports['.'] as object)[0]).to.equal('browser');
  });

  it('has an entry for each file of the top folder that is one', () => {
    const files = readdirSync(join(ROOT, 'client', 'src')).filter((name) => name.endsWith('.ts'));
    const subPaths = files.filter((name) => !['index.ts', 'browser.ts', 'surface.ts'].includes(name));
    expect(entries.map(([subPath]) => subPath).sort()).to.deep.equal(
      ['.', ...subPaths.map((name) => `./${name.replace('.ts', '')}`)].sort(),
    );
  });

  it('leads compilers that know no exports to the same types', () => {
    const required = entries.map(([subPath, { require: target }]) => [subPath, target.types] as const);
    const older = Object.entries(manifest.typesVersions['*'] ?? {}).map(
      ([name, [path]]) => [`./${name}`, path] as const,
    );
    expect([['.', manifest.types] as const, ...older].sort()).to.deep.equal([...required].sort());
    expect(manifest.main).to.equal((manifest.exports['.'] as Conditions).require.default);
  });

  it('loads what needs Node nowhere in a browser', () => {
    const browser = entries.flatMap(([, { browser }]) => Object.values(browser ?? {}).map(({ default: path }) => path));
    const inBoth = ['./dist/esm/sessman.js', './dist/cjs/sessman.js'];
    for (const entry of [...browser, ...inBoth]) {
      const loaded = new Set([join('client', entry)]);
      for (const path of loaded) {
        const targets = [...textOf(path).matchAll(/\b(?:from|import|require)[\s(]*'([^']+)'/g)].map(
          ([, to = '']) => to,
        );
        for (const target of targets) {
          expect(target, path).to.match(/^\.{1,2}\/[\w./-]+\.js$/);
          loaded.add(join(dirname(path), target));
        }
      }
    }
  });

  it('ships what was built', () => {
    expect(manifest.files).to.deep.equal(['dist']);
  });
});
