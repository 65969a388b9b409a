import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { installedPackage, orSkip } from '../../../compatibility/OlderPackage.js';
import { ClientProject } from '../../../support/ClientProject.js';
import { restService } from '../../../support/RestService.js';

const OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  lib: ['es2022', 'dom', 'dom.iterable'],
  types: [],
};

/** A program of a user's: every call, typed by nothing but the document. */
const program = (port: number): string => `
import createClient from 'openapi-fetch';
import type { components, paths } from './sessions.js';

const client = createClient<paths>({ baseUrl: 'http://127.0.0.1:${port}' });
const opened = await client.POST('/v1/sessions', { body: { user_id: 'ann', data: { cart: [] } } });
const session: components['schemas']['Session'] = opened.data ?? fail();
const params = { path: { session_id: session.id } };
const etag: string = opened.response.headers.get('etag') ?? '';
const log: unknown[] = [opened.response.status, session.user_id, session.active, etag];

const page = await client.GET('/v1/sessions', { params: { query: { user_id: 'ann', active: true, take: 1, total: true } } });
const total: number | null | undefined = page.data?.total;
log.push(total, page.data?.data.length);

const valid = await client.POST('/v1/sessions/{session_id}/validate', { params, body: { user_id: 'ann' } });
log.push(valid.data?.close_reason);
const header = { 'If-Match': etag };
const stored = await client.PUT('/v1/sessions/{session_id}/data', {
  params: { ...params, header, query: { expire_timeout: 60000 } },
  body: ['book'],
});
log.push(stored.data?.data, stored.data?.expire_timeout);
const late = await client.PATCH('/v1/sessions/{session_id}/data', { params: { ...params, header }, body: { a: 1 } });
const fault: components['schemas']['Error'] = late.error ?? fail();
const code: 'SESSION_CONFLICT' | 'NOT_FOUND' | (string & {}) = fault.code;
log.push(late.response.status, code, fault.details);
const named = await client.PUT('/v1/sessions/{session_id}/user', { params: { ...params, query: { user_name: 'Ann' } }, body: null });
log.push(named.data?.user_name, named.data?.version);
const count: number | undefined = (await client.POST('/v1/sessions/close', { body: { filter: { user_id: 'ann' } } })).data;
log.push(count, (await client.POST('/v1/sessions/close-expired-sessions', {})).data);
log.push((await client.POST('/v1/sessions/{session_id}/close', { params })).data?.close_reason);
log.push((await client.DELETE('/v1/sessions/{session_id}', { params })).response.status);
log.push((await client.GET('/v1/sessions/{session_id}', { params })).error?.code);
console.log(JSON.stringify(log));

function fail(): never {
  throw new Error('The call has failed');
}
`;

const EXPECTED = [
  ...[201, 'ann', true, '"0"'],
  ...[1, 1, null],
  ...[['book'], 60000],
  ...[412, 'SESSION_CONFLICT', { version: 1 }],
  ...['Ann', 2, 1, 0, 'revoked', 200, 'NOT_FOUND'],
];

/** What the document does not have. */
const WRONG = [
  ["{ user_id: 'ann', data", '{ data'],
  ["'/v1/sessions/{session_id}/user'", "'/v1/sessions/{session_id}/users'"],
  ['take: 1', 'take: {}'],
  ['session.user_id', 'session.userId'],
] as const;

describe('A TypeScript client generated from the OpenAPI document of REST', function () {
  this.timeout(180_000);
  const service = restService();
  let folder: string;
  let generator: string | null;

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    generator = await orSkip(installedPackage('openapi-typescript', '7.13.0'), this.test?.parent);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('compiles, makes every call, and refuses to compile what the document does not have', async function () {
    if (generator === null) return this.skip();
    const { text } = await service.call('GET', '/openapi.json');
    writeFileSync(join(folder, 'openapi.json'), text);
    const commandLine = join(generator, 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
    await promisify(execFile)(process.execPath, [commandLine, 'openapi.json', '-o', 'sessions.d.ts'], { cwd: folder });
    const project = new ClientProject(folder);
    project.write('package.json', '{ "private": true, "type": "module" }');
    project.link('openapi-fetch');
    project.write('main.ts', program(service.server.port));
    expect(await project.compile(OPTIONS)).to.equal('');
    const { stdout, stderr } = await project.run('main.js');
    expect({ log: JSON.parse(stdout), stderr }).to.deep.equal({ log: EXPECTED, stderr: '' });
    for (const [right, wrong] of WRONG) {
      project.write('main.ts', program(0).replace(right, wrong));
      expect(await project.compile(OPTIONS), wrong).to.match(/error TS/);
    }
  });
});
