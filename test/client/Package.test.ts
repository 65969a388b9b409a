import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ClientProject, PackedClient } from '../support/ClientProject.js';
import { ROOT, ServiceProcess } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';

const NAME = 'service-sessions-client';
const STRICT = { target: 'es2022', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
const NODE_TYPES = { types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] };
const PEERS = [
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  'express',
  'fastify',
  'express-session',
  'pip-services3-commons-nodex',
  'pip-services3-components-nodex',
];

/** Sub-path -> what it needs to be loaded. The middleware for Express and Fastify works on what these hand it. */
const NEEDS: Record<string, string[]> = {
  express: [],
  fastify: [],
  'express-session': ['express-session'],
  grpc: ['@grpc/grpc-js', '@grpc/proto-loader'],
  factory: ['pip-services3-commons-nodex', 'pip-services3-components-nodex'],
  sessman: [],
};

describe('The packed client', function () {
  this.timeout(120_000);
  let folder: string;
  let packed: PackedClient;
  let service: ServiceProcess;

  // One for all: packing takes a second, installing another.
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    packed = await PackedClient.pack();
    service = await ServiceProcess.start({
      cwd: folder,
      args: ['-p', 'HTTP_PORT=0;SESSMAN_ENABLED=true;GRPC_ENABLED=true;GRPC_PORT=0'],
    });
  });
  after(async () => {
    await service?.stop();
    packed?.remove();
    rmSync(folder, { recursive: true });
  });

  /** The block of client/README.md that follows the marker, with the port of the service. */
  function example(marker: string): string {
    const block = new RegExp(`<!-- runs: ${marker} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(
      textOf('client/README.md'),
    );
    if (block?.[1] === undefined) throw new Error(`client/README.md has no example ${marker}`);
    expect(block[1]).to.match(/80[89]0/);
    return block[1].replaceAll('8080', new URL(service.url).port).replaceAll('8090', String(service.portOf('grpc')));
  }

  it('is one package of less than a megabyte, with what it needs and nothing else', async () => {
    const project = await packed.installed('size', {});
    expect(project.packages()).to.deep.equal([NAME]);
    const files = project.files();
    // On a disk each file takes whole blocks.
    const total = [...files.values()].reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, 0);
    expect(total).to.be.lessThan(1_000_000);
    const own = [...files.keys()]
      .filter((path) => path.startsWith(`${NAME}/`))
      .map((path) => path.slice(NAME.length + 1));
    expect(own).to.include.members(['README.md', 'LICENSE', 'package.json', 'dist/cjs/package.json']);
    const other = own.filter((path) => !/^dist\/(esm|cjs)\/.+\.(js|d\.ts)$/.test(path));
    expect(other.sort()).to.deep.equal(['LICENSE', 'README.md', 'dist/cjs/package.json', 'package.json']);
  });

  it('runs the example of its README in an empty project of ES modules', async () => {
    const project = await packed.installed('esm', { type: 'module' });
    project.write('main.js', example('quickstart'));
    expect(await project.run('main.js')).to.deep.equal({ stdout: 'ann\n', stderr: '' });
  });

  it('runs the example of its README in an empty project of CommonJS, without a warning', async () => {
    const project = await packed.installed('cjs', {});
    project.write('main.js', example('quickstart-cjs'));
    expect(await project.run('main.js')).to.deep.equal({ stdout: 'Test User\n', stderr: '' });
  });

  it('runs the example of the class Session in an empty project of ES modules', async () => {
    const project = await packed.installed('sessman', { type: 'module' });
    project.write('main.js', example('sessman'));
    expect(await project.run('main.js')).to.deep.equal({ stdout: "[ 'book' ] true\ntrue NOT_FOUND 404\n", stderr: '' });
  });

  for (const [kind, manifest] of [
    ['ES modules', { type: 'module' }],
    ['CommonJS', {}],
  ] as const) {
    it(`runs the example of the clients of gRPC in a project of ${kind} that has what they work with`, async () => {
      const project = await packed.installed(`grpc-${kind.replace(' ', '-')}`, manifest);
      project.link('@grpc/grpc-js', '@grpc/proto-loader');
      const program = example('grpc');
      const required = program.replace(/^import (.*) from ('.*');/, 'const $1 = require($2);');
      project.write('main.js', kind === 'CommonJS' ? `(async () => {${required}})();` : program);
      expect(await project.run('main.js')).to.deep.equal({ stdout: 'ann\nnull\n', stderr: '' });
    });
  }

  const compilers = {
    'ES modules': { manifest: { type: 'module' }, options: { module: 'nodenext' } },
    CommonJS: { manifest: {}, options: { module: 'nodenext' } },
    'a bundler': { manifest: { type: 'module' }, options: { module: 'esnext', moduleResolution: 'bundler' } },
  };
  for (const [kind, { manifest, options }] of Object.entries(compilers)) {
    it(`compiles and runs the example of its README in an empty project of TypeScript for ${kind}`, async () => {
      const project = await packed.installed(`ts-${kind.replace(' ', '-')}`, manifest);
      project.write('main.ts', example('quickstart-ts'));
      expect(await project.compile({ ...STRICT, ...NODE_TYPES, ...options })).to.equal('');
      expect(await project.run('main.js')).to.deep.equal({ stdout: 'SESSION_CONFLICT 409 0\n', stderr: '' });
    });

    it(`has types for every sub-path in TypeScript for ${kind}`, async () => {
      const project = await packed.installed(`types-${kind.replace(' ', '-')}`, manifest);
      project.link(...PEERS, '@types/express', '@types/express-session');
      project.write('main.ts', SUB_PATHS);
      // The types of the frameworks do not all agree with those of Node.
      expect(await project.compile({ ...STRICT, ...NODE_TYPES, ...options, skipLibCheck: true })).to.equal('');
    });
  }

  for (const framework of ['express', 'fastify']) {
    it(`knows the session of a request of ${framework}, and what the application says that it holds`, async () => {
      const project = await packed.installed(`request-${framework}`, { type: 'module' });
      project.link(framework, '@types/express');
      project.write('main.ts', requestProgram(framework));
      const options = { ...STRICT, ...NODE_TYPES, module: 'nodenext', skipLibCheck: true };
      expect(await project.compile(options)).to.equal('');
      project.write('main.ts', requestProgram(framework).replace('{ count: number }', '{ other: number }'));
      expect(await project.compile(options)).to.match(/'count' does not exist/);
    });
  }

  it('has types for a browser, where there are none of Node', async () => {
    const project = await packed.installed('ts-browser', { type: 'module' });
    project.write('main.ts', example('quickstart-ts'));
    const browser = { module: 'esnext', moduleResolution: 'bundler', customConditions: ['browser'], types: [] };
    expect(await project.compile({ ...STRICT, ...browser, lib: ['es2022', 'dom'] })).to.equal('');
  });

  for (const [subPath, needs] of Object.entries(NEEDS)) {
    it(`loads ${subPath} when ${needs.length === 0 ? 'nothing else' : 'what it works with'} is installed`, async () => {
      const project = await packed.installed(`sub-${subPath}`, {});
      if (needs.length > 0)
        expect(await failureOf(project, subPath)).to.match(new RegExp(`Cannot find .*'${needs[0]}'`));
      project.link(...needs);
      project.write('main.mjs', `console.log(Object.keys(await import('${NAME}/${subPath}')).length > 0);`);
      project.write('main.cjs', `console.log(Object.keys(require('${NAME}/${subPath}')).length > 0);`);
      for (const file of ['main.mjs', 'main.cjs']) {
        expect(await project.run(file), file).to.deep.equal({ stdout: 'true\n', stderr: '' });
      }
    });
  }
});

const SUB_PATHS = `
import { type ISessionsClientV1, SessionsMockClientV1 } from '${NAME}';
import { sessions } from '${NAME}/express';
import { SessionsStore } from '${NAME}/express-session';
import { SessionsClientFactory } from '${NAME}/factory';
import { SessionsCommandableGrpcClientV1, SessionsGrpcClientV1 } from '${NAME}/grpc';
import { Session, SessmanError } from '${NAME}/sessman';
import { sessions as plugin } from '${NAME}/fastify';
import express from 'express';
import fastify from 'fastify';
import session from 'express-session';

const client: ISessionsClientV1 = new SessionsMockClientV1();
const others: ISessionsClientV1[] = [new SessionsGrpcClientV1({}), SessionsCommandableGrpcClientV1()];
express().use(sessions({ client: others[0] ?? client }));
fastify().register(plugin, { client });
session({ store: new SessionsStore({ client }), secret: 'secret' });
export const cart = (opened: Session<{ cart: string[] }>): string[] => opened.data.cart;
export const opening: Promise<Session<{ a: number }>> = Session.create('ann', { data: { a: 1 } });
export const status = (error: SessmanError): number | undefined => error.status;
export const kind: string = SessionsClientFactory.HttpClientV1Descriptor.getKind();
`;

/** Compiled only. */
function requestProgram(framework: string): string {
  const uses = {
    express: `
import express from 'express';
const app = express();
app.use(sessions({ client }));`,
    fastify: `
import fastify from 'fastify';
const app = fastify();
app.register(sessions, { client });`,
  }[framework];
  return `import { SessionsMockClientV1 } from '${NAME}';
import { sessions } from '${NAME}/${framework}';
const client = new SessionsMockClientV1();
${uses}
declare module '${NAME}/${framework}' {
  interface SessionContentV1 { data: { count: number } }
}
app.get('/', async ({ session }) => {
  const before: number | undefined = session.data?.count;
  await session.save({ count: (before ?? 0) + 1 });
  const user: string | null | undefined = session.userId;
  return user;
});
`;
}

async function failureOf(project: ClientProject, subPath: string): Promise<string> {
  project.write('missing.cjs', `require('${NAME}/${subPath}');`);
  return project.run('missing.cjs').then(
    () => '',
    (error: { stderr: string }) => error.stderr,
  );
}
