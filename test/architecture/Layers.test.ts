import { expect } from 'chai';
import { importsOf, sourcesBelow } from '../support/Sources.js';

/** Layer -> the layers below it that it may use. `toolkit` lies under all. */
const MAY_IMPORT: Record<string, string[]> = {
  toolkit: [],
  data: ['toolkit'],
  persistence: ['toolkit', 'data'],
  logic: ['toolkit', 'data', 'persistence'],
  services: ['toolkit', 'data', 'logic'],
  embedded: ['toolkit', 'data', 'logic', 'services'],
  build: ['toolkit', 'data', 'persistence', 'logic', 'services'],
  container: ['toolkit', 'data', 'logic', 'build'],
  'index.ts': ['toolkit', 'data', 'persistence', 'logic', 'build', 'container'],
};

/** Package -> the only folders that import it. */
const PACKAGES: Record<string, string[]> = {
  '@grpc/grpc-js': ['src/services/grpc/'],
  '@grpc/proto-loader': ['src/services/grpc/'],
  '@grpc/reflection': ['src/services/grpc/'],
  'pip-services3-commons-nodex': ['src/'],
  'pip-services3-components-nodex': ['src/'],
  'pip-services3-container-nodex': ['src/container/'],
  'engine.io': ['src/services/push/'],
  'find-my-way': ['src/services/http/'],
  'grpc-health-check': ['src/services/grpc/'],
  'jsonc-parser': ['src/services/legacy/'],
  mongodb: ['src/persistence/mongodb/'],
  seneca: ['src/services/version1/seneca/'],
  'socket.io': ['src/services/push/'],
  'swagger-ui-dist': ['src/services/ops/'],
  typebox: ['src/data/', 'src/logic/', 'src/services/version1/'],
};

/** Packages that a deployment which does not use them must neither load nor need: imported when they are used. */
const LAZY = [
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  '@grpc/reflection',
  'engine.io',
  'grpc-health-check',
  'mongodb',
  'seneca',
  'socket.io',
  'swagger-ui-dist',
];

const layerOf = (path: string): string => path.split('/')[1] ?? '';
const isOurs = (target: string): boolean => target.startsWith('src/');
const packageOf = (target: string): string => target.split('/', target.startsWith('@') ? 2 : 1).join('/');
const isPackage = (target: string): boolean => !isOurs(target) && !target.startsWith('node:');

describe('Layers', () => {
  const sources = sourcesBelow('src');

  it('are looked at with all their files and imports', () => {
    expect(sources.length).to.be.greaterThan(40);
    expect(importsOf('src/build/Components.ts').map(({ target }) => target)).to.include.members([
      'pip-services3-commons-nodex',
      'src/logic/SessionsController.ts',
      'src/toolkit/Options.ts',
    ]);
    expect(importsOf('src/index.ts')).to.have.length.greaterThan(8);
    const swagger = importsOf('src/services/ops/SwaggerHttpService.ts');
    expect(swagger.some(({ target, kind }) => kind === 'lazy' && packageOf(target) === 'swagger-ui-dist')).to.equal(
      true,
    );
  });

  for (const path of sources) {
    it(`${path} imports what lies below it only`, () => {
      const allowed = MAY_IMPORT[layerOf(path)];
      expect(allowed, `no rule for the layer of ${path}`).to.not.equal(undefined);
      for (const { target } of importsOf(path)) {
        if (!isOurs(target)) continue;
        expect([layerOf(path), ...(allowed ?? [])], `${path} imports ${target}`).to.include(layerOf(target));
      }
    });
  }

  it('above the persistences know their interface, records and filters only', () => {
    for (const path of sources.filter((source) => ['logic', 'services', 'container'].includes(layerOf(source)))) {
      for (const { target } of importsOf(path)) {
        if (layerOf(target) !== 'persistence') continue;
        expect(target, `${path} imports ${target}`).to.match(/^src\/persistence\/[^/]+$/);
      }
    }
  });

  it('leave naming concrete persistences and services to build and the public surface', () => {
    const concrete =
      /^src\/(persistence\/(memory|file|mongodb)\/Sessions\w+Persistence|services\/[\w/]+\/\w+(Http|Rest|Grpc|Seneca)\w*Service\w*)\.ts$/;
    for (const path of sources.filter((source) => !['build', 'index.ts', 'services'].includes(layerOf(source)))) {
      for (const { target } of importsOf(path)) {
        expect(concrete.test(target) && layerOf(path) !== layerOf(target), `${path} imports ${target}`).to.equal(false);
      }
    }
  });

  it('import each package from its own places only, and optional ones when they are used', () => {
    for (const path of sources) {
      for (const { target, kind } of importsOf(path)) {
        if (!isPackage(target)) continue;
        const places = PACKAGES[packageOf(target)];
        expect(places, `${path} imports ${target}, which no rule names`).to.not.equal(undefined);
        expect(
          places?.some((place) => path.startsWith(place)),
          `${path} imports ${target}`,
        ).to.equal(true);
        if (LAZY.includes(packageOf(target))) expect(kind, `${path} loads ${target} with itself`).to.not.equal('value');
      }
    }
  });

  it('load each optional package in one place', () => {
    for (const name of LAZY) {
      const places = sources.filter((path) =>
        importsOf(path).some(({ target, kind }) => kind === 'lazy' && packageOf(target) === name),
      );
      expect(places, name).to.have.length(1);
    }
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
});
