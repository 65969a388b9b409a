import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { ClientProject } from '../support/ClientProject.js';
import { ROOT, ServiceProcess } from '../support/ServiceProcess.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const NAME = 'service-sessions/session-manager';
const STRICT = { target: 'es2022', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
const NODE_TYPES = { types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] };

const IMPORTS = `import SessionManager, { SessionManager as Named, type SessionDetails, type UserSession } from '${NAME}';
`;
const REQUIRES = `import SessionManager = require('${NAME}');
import { SessionManager as Named, type SessionDetails, type UserSession } from '${NAME}';
`;

const USES = `
const manager: SessionManager = new SessionManager();
const same: Named = new Named();
const key: string = same.addSession('ann');
const user: string | false = manager.getUsernameFromSessionKey(key);
const details: SessionDetails | false = manager.getSessionDetails(key);
const session: UserSession | undefined = manager.sessions[key];
manager.on('notifyClientToLogout', (io: { in(key: string): { emit(event: string): void } }, ended: string) => io.in(ended).emit('logout'));
manager.on('error', (error: Error, { key }: { key: unknown }) => console.log(error.message, key));
manager.settings.SESSION_TIMEOUT = 5;
export const seen = [user, details, session, manager.getSocketReference<{ close(): void }>()?.close()];
`;

describe(`The entry ${NAME}`, () => {
  const folder = temporaryFolder();

  /** Runs a program in a project that has this package installed; answers what it prints. */
  async function run(file: string, text: string): Promise<string> {
    link('.');
    writeFileSync(folder.path(file), text);
    const command = [process.execPath, folder.path(file)];
    const { code, stdout, stderr } = await ServiceProcess.run({ command, cwd: folder.path() });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  }

  function link(project: string): void {
    const place = folder.path(project, 'node_modules', 'service-sessions');
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(ROOT, place);
  }

  /** A second copy of the package: its files and nothing that it depends on. */
  function copy(project: string): void {
    const place = folder.path(project, 'node_modules', 'service-sessions');
    cpSync(join(ROOT, 'dist', 'src'), join(place, 'dist', 'src'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(place, 'package.json'));
  }

  it('gives import the class by its name and as the default', async () => {
    const text = `import SessionManager, * as entry from '${NAME}';
      console.log(new SessionManager().loadNewSession('ann').length, entry.SessionManager === SessionManager, Object.keys(entry));`;
    expect(await run('main.mjs', text)).to.equal("32 true [ 'SessionManager', 'default', 'module.exports' ]\n");
  });

  it('gives require the class itself, with its two names on it, without a warning', async () => {
    const text = `const SessionManager = require('${NAME}');
      const manager = new SessionManager();
      console.log(typeof SessionManager, SessionManager.name, manager instanceof require('node:events'));
      console.log(SessionManager.SessionManager === SessionManager, SessionManager.default === SessionManager);`;
    expect(await run('main.cjs', text)).to.equal('function SessionManager true\ntrue true\n');
  });

  it('has one object however often and from however many copies it is constructed, by import and by require', async () => {
    copy('other');
    writeFileSync(
      folder.path('other', 'main.cjs'),
      `const { SessionManager } = require('${NAME}');
      const manager = new SessionManager();
      module.exports = { SessionManager, manager, key: manager.loadNewSession('first') };`,
    );
    const text = `import { SessionManager } from '${NAME}';
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const Required = require('${NAME}');
      const other = require('./other/main.cjs');
      const all = [new SessionManager(), new SessionManager('anything'), new Required(), new Required.default(), other.manager];
      console.log(new Set(all).size, Required === SessionManager, other.SessionManager === SessionManager);
      console.log(all.every((manager) => manager instanceof SessionManager && manager instanceof other.SessionManager));
      console.log(all[0].getLoggedUsers(), all[0].checkSessionStatus(other.key));
      class Other extends SessionManager {}
      console.log(all[0] instanceof Other, {} instanceof SessionManager, undefined instanceof SessionManager);`;
    expect(await run('main.mjs', text)).to.equal("1 true false\ntrue\n[ 'first' ] true\nfalse false false\n");
  });

  it('has for its object what is constructed first, be that a class that extends it', async () => {
    const text = `import { SessionManager } from '${NAME}';
      class Counting extends SessionManager {
        count = 0;
        loadNewSession(username) { this.count++; return super.loadNewSession(username); }
      }
      const manager = new Counting();
      new SessionManager().addSession('ann');
      console.log(manager === new SessionManager(), manager.count, manager instanceof Counting, manager instanceof SessionManager);`;
    expect(await run('main.mjs', text)).to.equal('true 1 true true\n');
  });

  it('lets the process end with sessions open', async () => {
    const text = `const manager = new (require('${NAME}'))();
      manager.on('sessionDeleted', () => console.log('too late'));
      for (let i = 0; i < 1000; i++) manager.loadNewSession('ann');
      console.log(manager.getLoggedUsers().length);`;
    const before = Date.now();
    expect(await run('main.cjs', text)).to.equal('1000\n');
    expect(Date.now() - before).to.be.lessThan(20_000);
  });

  it('needs no other package', async () => {
    copy('.');
    writeFileSync(folder.path('main.cjs'), `console.log(require('${NAME}').name);`);
    const command = [process.execPath, folder.path('main.cjs')];
    const { stdout, stderr } = await ServiceProcess.run({ command, cwd: folder.path() });
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'SessionManager\n', stderr: '' });
  });

  const modules = {
    'ES modules': { manifest: { type: 'module' }, imports: IMPORTS },
    CommonJS: { manifest: { type: 'commonjs' }, imports: REQUIRES },
  };
  for (const [kind, { manifest, imports }] of Object.entries(modules)) {
    it(`has types for ${kind}`, async () => {
      link('.');
      const project = new ClientProject(folder.path());
      project.write('package.json', JSON.stringify(manifest));
      project.write('main.ts', imports + USES);
      const options = { ...STRICT, ...NODE_TYPES, module: 'nodenext', noEmit: true };
      expect(await project.compile(options)).to.equal('');
      project.write('main.ts', `${imports}export const wrong: number = new SessionManager().loadNewSession('ann');`);
      expect(await project.compile(options)).to.match(/'string' is not assignable to type 'number'/);
    });
  }
});
