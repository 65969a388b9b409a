import { expect } from 'chai';
import { importsOf, sourcesBelow, textOf } from '../support/Sources.js';

/** Folder or entry -> what it may import beside itself. */
const MAY_IMPORT: Record<string, string[]> = {
  version1: [],
  config: ['version1'],
  calls: ['version1', 'config'],
  cache: ['version1', 'config', 'calls'],
  direct: ['version1', 'config', 'calls'],
  mock: ['version1', 'config', 'calls'],
  null: ['version1', 'config', 'calls'],
  remote: ['version1', 'config', 'calls', 'cache'],
  http: ['version1', 'config', 'calls', 'remote'],
  grpc: ['version1', 'config', 'calls', 'remote'],
  middleware: ['version1', 'config'],
  store: ['version1', 'config'],
  sessman: ['version1'],
  'surface.ts': ['version1', 'config', 'calls', 'cache', 'direct', 'mock', 'null', 'remote'],
  'index.ts': ['surface.ts', 'http'],
  'browser.ts': ['surface.ts', 'http'],
  'express.ts': ['config', 'middleware'],
  'fastify.ts': ['middleware'],
  'grpc.ts': ['grpc'],
  'express-session.ts': ['store'],
  'factory.ts': ['config', 'index.ts'],
  'sessman.ts': ['sessman'],
};

/** Module -> the files that know it. All are peers that an application which does not use them need not have. */
const PEERS: Record<string, RegExp> = {
  express: /^express\.ts$/,
  fastify: /^fastify\.ts$/,
  'express-session': /^(express-session\.ts$|store\/)/,
  '@grpc/grpc-js': /^grpc\/Grpc\w+\.ts$/,
  '@grpc/proto-loader': /^grpc\/GrpcMessages\.ts$/,
  'pip-services3-commons-nodex': /^factory\.ts$/,
  'pip-services3-components-nodex': /^factory\.ts$/,
};

/** The middleware works on what a framework hands it, and loads none. */
const TYPES_ONLY = ['express', 'fastify'];

const ROOT = 'client/src/';
/** The entries that browsers load. */
const BROWSER = ['client/src/browser.ts', 'client/src/sessman.ts'];
const sources = sourcesBelow('client/src');
const inClient = (path: string): string => path.slice(ROOT.length);
const layerOf = (path: string): string => inClient(path).split('/')[0] ?? '';
const isOurs = (target: string): boolean => target.startsWith(ROOT);
const isNode = (target: string): boolean => target.startsWith('node:');

describe('Layers of the client', () => {
  for (const path of sources) {
    it(`${path} imports what lies below it only`, () => {
      const allowed = MAY_IMPORT[layerOf(path)];
      expect(allowed, `no rule for the layer of ${path}`).to.not.equal(undefined);
      for (const { target } of importsOf(path)) {
        if (isOurs(target)) {
          expect([layerOf(path), ...(allowed ?? [])], `${path} imports ${target}`).to.include(layerOf(target));
        }
      }
    });
  }

  it('know nothing of the service, and no package but their peers', () => {
    for (const path of sources) {
      for (const { target, kind } of importsOf(path)) {
        if (isOurs(target) || isNode(target)) continue;
        const place = PEERS[target];
        expect(place, `${path} imports ${target}, which no rule names`).to.not.equal(undefined);
        expect(place?.test(inClient(path)), `${path} imports ${target}`).to.equal(true);
        if (TYPES_ONLY.includes(target)) expect(kind, `${path} loads ${target}`).to.equal('types');
      }
    }
  });

  it('leave the modules of Node to what is named after it', () => {
    const users = sources.filter((path) => importsOf(path).some(({ target }) => isNode(target)));
    expect(users.filter((path) => !/^client\/src\/(http|remote)\/Node\w+\.ts$/.test(path))).to.deep.equal([]);
  });

  it('bring into a browser nothing that only Node has', () => {
    const reached = sources.filter((path) => BROWSER.includes(path)).flatMap((path) => reachedFrom(path));
    expect(reached.filter((path) => importsOf(path).some(({ target }) => isNode(target)))).to.deep.equal([]);
    expect(
      reached.filter((path) => /\b(Buffer|process|setImmediate|global|require)\b[.(]/.test(codeOf(path))),
    ).to.deep.equal([]);
  });

  it('keep what a browser has and Node has not out of the rest', () => {
    const onlyBrowser = /\b(window|document|localStorage|sessionStorage|XMLHttpRequest)\b\s*[.(]/;
    expect(sources.filter((path) => onlyBrowser.test(codeOf(path)))).to.deep.equal([]);
  });

  it('leave the HTTP client to the two entries, each of which has its own transport', () => {
    const values = importsOf('client/src/surface.ts').filter(({ kind }) => kind !== 'types');
    expect(values.filter(({ target }) => target.startsWith('client/src/http/'))).to.deep.equal([]);
  });

  it('do not go round in circles', () => {
    const done = new Set<string>();
    const visit = (path: string, trail: string[]): void => {
      expect(trail, `imports go in a circle: ${[...trail, path].join(' -> ')}`).to.not.include(path);
      if (done.has(path)) return;
      for (const { target, kind } of importsOf(path)) {
        if (isOurs(target) && kind === 'value') visit(target, [...trail, path]);
      }
      done.add(path);
    };
    for (const path of sources) visit(path, []);
  });

  it('compile to ES modules and to CommonJS alike: nothing waits while it is loaded, and nothing is known of modules', () => {
    expect(
      sources.filter((path) => /^(export const \w+ = )?await\b|\bimport\.meta\b|\bcreateRequire\b/m.test(codeOf(path))),
    ).to.deep.equal([]);
    expect(sources.filter((path) => importsOf(path).some(({ target }) => target.endsWith('.json')))).to.deep.equal([]);
    expect(sources.filter((path) => importsOf(path).some(({ kind }) => kind === 'lazy'))).to.deep.equal([]);
  });

  it('are used by tests and benchmarks through the exports of the package', () => {
    for (const path of [...sourcesBelow('test'), ...sourcesBelow('bench')]) {
      const inside = importsOf(path).filter(({ target }) => /(^|\/)client\/(src|dist)\//.test(target));
      expect(inside, `${path} goes past the exports`).to.deep.equal([]);
    }
  });
});

/** What is loaded with an entry. */
function reachedFrom(entry: string, reached: string[] = []): string[] {
  if (reached.includes(entry)) return reached;
  reached.push(entry);
  for (const { target, kind } of importsOf(entry)) if (isOurs(target) && kind === 'value') reachedFrom(target, reached);
  return reached;
}

/** Without comments and the content of texts. */
function codeOf(path: string): string {
  return textOf(path)
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
