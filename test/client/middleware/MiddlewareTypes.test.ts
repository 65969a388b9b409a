import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../../support/ServiceProcess.js';
import { temporaryFolder } from '../../support/TemporaryFolder.js';

const CONTENT = (entry: string) => `
import { SessionsHttpClientV1 } from 'service-sessions-client';
import { type RequestSession, sessions } from 'service-sessions-client/${entry}';
declare module 'service-sessions-client/${entry}' {
  interface SessionContentV1 { user: { roles: string[] }; data: { count: number } }
}
const client = new SessionsHttpClientV1({ connection: { port: 8080 } });
async function use(session: RequestSession): Promise<string[]> {
  await session.regenerate({ user_id: 'ann', user: { roles: [] }, data: { count: 0 } });
  const { count } = await session.change((data) => ({ count: (data?.count ?? 0) + 1 }));
  await session.save({ count }, { version: session.version, timeout: 100 });
  return session.user?.roles ?? [];
}
`;

const EXPRESS = `${CONTENT('express')}
import express from 'express';
const app = express();
app.use(sessions({ client, cookie: { sameSite: 'strict' } }));
app.use('/admin', sessions({ client, anonymous: 'refuse' }));
app.get('/', async (request, response) => { response.json({ roles: await use(request.session), id: request.session.id }); });
`;

const FASTIFY = `${CONTENT('fastify')}
import Fastify from 'fastify';
const app = Fastify();
app.register(sessions, { client, cookie: false });
app.get('/', async (request) => ({ roles: await use(request.session), id: request.session.id }));
`;

const BESIDE_EXPRESS_SESSION = `${EXPRESS}
import session from 'express-session';
app.use('/older', session({ secret: 'x' }));
`.replaceAll('request.session', '(request as unknown as { session: RequestSession }).session');

const PROGRAMS: [string, string, string][] = [
  ['an ES module on Express', 'app.mts', EXPRESS],
  ['a CommonJS module on Express', 'app.cts', EXPRESS],
  ['an ES module on Fastify', 'app.mts', FASTIFY],
  ['a CommonJS module on Fastify', 'app.cts', FASTIFY],
  ['an application with express-session beside it', 'app.mts', BESIDE_EXPRESS_SESSION],
];

const WRONG: [string, string, RegExp][] = [
  [
    'data of another shape',
    EXPRESS.replace('save({ count }', "save({ count: 'one' }"),
    /'string' is not assignable to type 'number'/,
  ],
  ['a member that the user has not', FASTIFY.replace('user?.roles', 'user?.rights'), /'rights' does not exist/],
  ['an unknown option', EXPRESS.replace('anonymous:', 'guests:'), /'guests' does not exist in type/],
  [
    'a session without an active one',
    FASTIFY.replace('id: request.session.id', 'id: request.session.id.length'),
    /possibly 'null'/,
  ],
];

describe('Types of the middleware', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  for (const [name, file, text] of PROGRAMS) {
    it(`fit ${name}`, () => {
      expect(compiled(folder.path(), file, text)).to.equal('');
    });
  }

  for (const [name, text, message] of WRONG) {
    it(`refuse ${name}`, () => {
      expect(compiled(folder.path(), 'app.mts', text)).to.match(message);
    });
  }
});

/** What the compiler says of a program of an application; nothing is good. */
function compiled(folder: string, file: string, text: string): string {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    skipLibCheck: true,
  };
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}
