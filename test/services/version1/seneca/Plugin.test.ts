import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sessions } from '../../../../src/embedded/seneca.js';
import { SESSION_OPERATIONS } from '../../../../src/logic/SessionOperations.js';
import { act, closeSeneca, newSeneca, type SenecaClient, type SenecaError } from '../../../support/SenecaApi.js';
import { message } from '../../../support/SenecaLines.js';
import { senecaWithPlugin } from '../../../support/SenecaPluginApi.js';
import { senecaWorlds } from '../../../support/SenecaWorld.js';
import { ROOT } from '../../../support/ServiceProcess.js';
import { temporaryFolder } from '../../../support/TemporaryFolder.js';

interface Host extends SenecaClient {
  list(pin?: object): Record<string, unknown>[];
  options(): Record<string, unknown>;
}

const REQUIRED = `
const seneca = require('seneca');
const { sessions } = require('service-sessions/seneca');
const instance = seneca({ log: 'silent' }).use(sessions({ perform: async () => 3 }));
instance.act('role:sessions,version:1,cmd:close_expired_sessions', async (error, { count }) => {
  const imported = await import('service-sessions/seneca');
  console.log(error, count, imported.sessions === sessions);
  instance.close(() => {});
});
`;

const UNLOADED = `
import { createRequire } from 'node:module';
await import('service-sessions/seneca');
const { cache } = createRequire(import.meta.url);
console.log(Object.keys(cache).filter((path) => /node_modules.(seneca|mongodb|socket.io|find-my-way)/.test(path)).length);
`;

describe('The plugin of Seneca', () => {
  const worlds = senecaWorlds();
  const folder = temporaryFolder();

  async function hosted(options: object = {}): Promise<Host> {
    const { controller } = await worlds.serveSessions();
    const instance = (await senecaWithPlugin(controller, options)) as Host;
    worlds.atEnd(() => closeSeneca(instance));
    return instance;
  }

  const failed = (host: Host, what: object) =>
    act(host, what).catch((error: SenecaError) => error) as Promise<SenecaError>;

  it('adds an action for each operation, and changes nothing else of its host', async () => {
    const plain = newSeneca() as Host;
    const host = await hosted();
    worlds.atEnd(() => closeSeneca(plain));
    const added = SESSION_OPERATIONS.map(({ name }) => ({ ...message(name), version: '1' }));
    expect(host.list({ role: 'sessions' })).to.have.deep.members(added);
    // Those of its own that Seneca adds for every plugin.
    const others = ({ role, name }: Record<string, unknown>) => role !== 'sessions' && name !== 'sessions';
    expect(host.list().filter(others)).to.have.deep.members(plain.list().filter(others));
    const { log, debug, system, history, timeout, legacy } = host.options();
    const kept = { log, debug, system, history, timeout, legacy };
    expect(kept).to.have.property('timeout', plain.options()['timeout']);
    expect(JSON.stringify(kept)).to.equal(
      JSON.stringify(Object.fromEntries(Object.keys(kept).map((key) => [key, plain.options()[key]]))),
    );
  });

  it('tells errors as err.orig.code, err.status and err.details', async () => {
    const host = await hosted();
    const error = await failed(host, message('open_session', { user_id: '', correlation_id: 'c-1' }));
    expect(error.orig).to.include({ code: 'INVALID_DATA', category: 'BadRequest', correlation_id: 'c-1' });
    expect(error.status).to.equal(400);
    expect(error.details).to.include({ field: 'user_id' });
  });

  it('keeps the cause of an unexpected error for the log of the host, and from what a transport of it would send', async () => {
    const controller = { perform: () => Promise.reject(new Error('secret')) };
    const host = (await senecaWithPlugin(controller)) as Host;
    worlds.atEnd(() => closeSeneca(host));
    const { orig } = await failed(host, message('get_sessions'));
    expect(orig).to.include({ code: 'UNKNOWN', status: 500 });
    expect(orig?.cause).to.include({ message: 'secret' });
    expect(JSON.stringify({ ...orig })).to.not.contain('secret');
  });

  it('refuses functions, cycles and what else JSON has no form for with INVALID_DATA', async () => {
    const host = await hosted();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = { cycle };
    for (const data of [() => 1, cycle, [cycle], { f() {} }, new Date(), new Map(), 1n, Number.NaN, Symbol('x')]) {
      for (const [cmd, args] of [
        ['open_session', { user_id: 'ann' }],
        ['store_session_data', { session_id: 'x' }],
        ['patch_session_data', { session_id: 'x' }],
      ] as const) {
        const { orig } = await failed(host, message(cmd, { ...args, data }));
        expect(orig, `${cmd} ${String(data)}`).to.deep.include({ code: 'INVALID_DATA', details: { field: 'data' } });
      }
      expect((await failed(host, message('open_session', { user_id: data }))).orig).to.include({
        code: 'INVALID_DATA',
      });
    }
    expect(await act(host, message('get_sessions', { paging: { total: true } }))).to.include({ total: 0 });
  });

  it('takes an argument that is undefined for an absent one', async () => {
    const host = await hosted();
    const session = await act(
      host,
      message('open_session', { user_id: 'ann', data: undefined, session_id: undefined }),
    );
    expect(session).to.include({ user_id: 'ann' }).and.to.not.have.any.keys('data');
  });

  it('hands out values of their own, times as texts', async () => {
    const host = await hosted();
    const data = { list: [1] };
    const opened = (await act(host, message('open_session', { user_id: 'ann', data }))) as {
      id: string;
      data: unknown;
    };
    data.list.push(2);
    Object.assign(opened, { user_id: 'bob', data: null });
    const read = (await act(host, message('get_session_by_id', { session_id: opened.id }))) as object;
    expect(read).to.deep.include({ user_id: 'ann', data: { list: [1] }, open_time: '2026-03-01T12:00:00.000Z' });
  });

  it('says what it needs where it gets no controller', () => {
    for (const controller of [undefined, null, {}, { perform: 1 }]) {
      expect(() => sessions(controller as never)).to.throw('the first argument must be a sessions controller');
    }
  });

  function run(file: string, text: string): string {
    mkdirSync(folder.path('node_modules'), { recursive: true });
    symlinkSync(ROOT, folder.path('node_modules', 'service-sessions'), 'dir');
    symlinkSync(join(ROOT, 'node_modules', 'seneca'), folder.path('node_modules', 'seneca'), 'dir');
    writeFileSync(folder.path(file), text);
    const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder.path(), encoding: 'utf8' });
    return stdout + stderr;
  }

  it('can be required, as the one that is imported', () => {
    expect(run('main.cjs', REQUIRED)).to.equal('null 3 true\n');
  });

  it('loads neither Seneca nor anything that it does not need', () => {
    expect(run('main.mjs', UNLOADED)).to.equal('0\n');
  });
});
