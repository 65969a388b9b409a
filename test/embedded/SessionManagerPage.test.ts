import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { io as connect, type Socket } from 'socket.io-client';
import { SessionRegister } from '../../src/embedded/SessionRegister.js';
import { installedPackage, orSkip } from '../compatibility/OlderPackage.js';
import { ROOT, ServiceProcess } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const PAGE = textOf('docs/protocols/users-session-manager.md');

describe('docs/protocols/users-session-manager.md', () => {
  const folder = temporaryFolder();
  const running: ServiceProcess[] = [];
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    for (const program of running.splice(0)) program.kill('SIGKILL');
  });

  /** Starts an example, in a project that has installed this package and what is given, with what a test adds to it. */
  function start(name: string, file: string, packages: Record<string, string>, added = ''): ServiceProcess {
    for (const [module, place] of Object.entries({ 'service-sessions': ROOT, ...packages })) {
      const link = folder.path('node_modules', module);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(place, link);
    }
    // The first example waits for several seconds.
    const text = example(name).replace('setSessionTimeOut(6)', 'setSessionTimeOut(2)').replace('5000', '300');
    writeFileSync(folder.path(file), text + added);
    const command = [process.execPath, folder.path(file)];
    const program = ServiceProcess.spawn({ command, cwd: folder.path(), env: { PORT: '0' } });
    running.push(program);
    return program;
  }

  const ours = (module: string) => ({ [module]: join(ROOT, 'node_modules', module) });

  it('names every method, and no other', () => {
    const [, table = ''] = /^## Methods\n([\s\S]*?)^## /m.exec(PAGE) ?? [];
    const cells = table.split('\n').map((line) => line.split('|')[1] ?? '');
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name));
    const members = Object.getOwnPropertyDescriptors(SessionRegister.prototype);
    const declared = textOf('src/embedded/SessionRegister.ts').matchAll(/^ {2}private (\w+)\(/gm);
    const hidden = ['constructor', ...[...declared].map(([, name]) => name)];
    const methods = Object.keys(members).filter((name) => 'value' in (members[name] ?? {}) && !hidden.includes(name));
    expect(named.sort()).to.deep.equal(methods.sort());
  });

  it('shows a first example that tells each end', async () => {
    const program = start('first', 'main.mjs', {});
    await program.untilLine(/\[ 'Luca', 'Fabio' \]\n/);
    await program.untilLine(/(User [0-9a-f]{32} has been deleted\n){2}/);
  });

  it('shows a login whose front end is the one of the document', async () => {
    const program = start('login', 'main.mjs', ours('express'));
    await program.untilLine(/Listening on \S+\n/);
    const call = async (api_name: string, body: object, session_key = ''): Promise<Reply> => {
      const headers = { 'Content-Type': 'application/json', api_name, session_key };
      const url = `${addressOf(program)}/api`;
      return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Reply;
    };
    for (const wrong of [{}, { username: 'Luca' }, { username: '__proto__', password: 'x' }]) {
      expect(await call('try_login', wrong)).to.include({ accepted: false });
    }
    const login = await call('try_login', { username: 'Luca', password: '5f4dcc3b5aa765d61d8327deb882cf99' });
    const key = login.user_data?.session_key ?? '';
    expect(await call('get_table_data', { page: 3 }, key)).to.deep.include({ table_data: { owner: 'Luca', page: 3 } });
    expect(await call('logout', {}, key)).to.include({ accepted: true });
    for (const none of [key, '', 'f'.repeat(32), '__proto__']) {
      expect(await call('get_table_data', { page: 3 }, none)).to.include({ accepted: false, logout: true });
    }
  });

  it('shows a socket.io server that has the clients of ended sessions log out, and no others', async () => {
    const added = `
      const keys = ['Luca', 'Fabio', 'Ugo'].map((user) => SM.loadNewSession(user));
      console.log('keys', ...keys);
      process.once('SIGUSR2', () => {
        SM.sendLogoutMessage(keys[1]);
        SM.setSessionTimeOut(2);
        for (const key of keys.slice(0, 2)) SM.restartSessionTimer(key);
      });`;
    const program = start('socket', 'main.mjs', ours('socket.io'), added);
    for (const line of [/Listening on \S+\n/, /keys .+\n/]) await program.untilLine(line);
    const keys = /keys (.+)/.exec(program.stdout)?.[1]?.split(' ') ?? [];
    const told: string[] = [];
    const join = (name: string, data: unknown) => {
      const socket = connect(addressOf(program), { transports: ['websocket'] });
      sockets.push(socket);
      socket.on('logout', () => told.push(name));
      socket.emit('session_key', data);
    };
    for (const [index, key] of keys.entries()) join(`${index}`, { session_key: key, user: `user ${index}` });
    for (const junk of [undefined, null, 5, {}, { session_key: 'unknown' }]) join('junk', junk);
    await program.untilLine(/(User user \d joined\n){3}/);
    program.kill('SIGUSR2');
    const deadline = Date.now() + 10_000;
    while (told.length < 3 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    // The second is told of the message, and with the first when its time is over; the third's is not.
    expect(told.sort()).to.deep.equal(['0', '1', '1']);
  });

  describe('with @pm2/io 6.1.0', () => {
    let place: string;

    before(async function () {
      this.timeout(180_000);
      const installed = await orSkip(installedPackage('@pm2/io', '6.1.0'), this.test?.parent);
      if (installed === null) return this.skip();
      place = join(installed, 'node_modules', '@pm2', 'io');
    });

    it('shows counters that count the open sessions, whichever way those end', async () => {
      const added = `
        SM.on('error', () => {});
        const count = (what) => console.log(what, realtimeUser.val());
        const [first, second] = ['Luca', 'Fabio', 'Luca'].map((user) => SM.loadNewSession(user));
        count('open');
        SM.deleteSession(first);
        SM.deleteSession(first);
        count('deleted');
        SM.deleteAllSessions();
        count('all deleted');
        SM.setSessionTimeOut(2);
        SM.loadNewSession('Ugo');
        SM.on('sessionDeleted', () => count('expired'));
        setTimeout(() => {}, 2500);`;
      const { code, stdout, stderr } = await start('counters', 'main.cjs', { '@pm2/io': place }, added).exited;
      expect(stdout).to.equal('open 3\ndeleted 2\nall deleted 0\nexpired 0\n');
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  });
});

interface Reply {
  accepted: boolean;
  logout?: boolean;
  user_data?: { session_key: string };
}

function example(name: string): string {
  const block = new RegExp(`<!-- runs: ${name} -->\\n\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1];
  if (block === undefined) throw new Error(`The page has no example ${name}`);
  return block;
}

function addressOf({ stdout }: ServiceProcess): string {
  return /Listening on (\S+)/.exec(stdout)?.[1] ?? '';
}
