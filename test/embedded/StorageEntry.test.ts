import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../support/ServiceProcess.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const NAME = 'service-sessions/session-storage';
const HEAVY = ['mongodb', 'socket.io', 'find-my-way', 'pip-services3-components-nodex', 'service-sessions-client'];

const REQUIRED = `
const { createSessionStorage } = require('${NAME}');
const loaded = Object.keys(require.cache).filter((path) => /node_modules.(${HEAVY.join('|')})/.test(path));
import('${NAME}').then((imported) => {
  console.log(typeof createSessionStorage, imported.createSessionStorage === createSessionStorage, loaded.join());
});
`;

const IMPORTED = `
import { createSessionStorage, SessionNotFound } from '${NAME}';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const loaded = Object.keys(require.cache).filter((path) => /node_modules.(${HEAVY.join('|')})/.test(path));
console.log(typeof createSessionStorage, require('${NAME}').SessionNotFound === SessionNotFound, loaded.join());
`;

const TYPES = `
import { type ISessionsController, SessionsController } from 'service-sessions';
import {
  createSessionStorage, type SessionStorage, type SessionStorageOptions, type StorageSession,
} from '${NAME}';
import {
  type ISessionsClientV1, SessionsDirectClientV1, SessionsHttpClientV1, SessionsMockClientV1, SessionsNullClientV1,
} from 'service-sessions-client';

interface Cart { cart: number[] }
declare const client: ISessionsClientV1;
declare const controller: ISessionsController;
const options: SessionStorageOptions = { timeToLive: 0, ttlType: 'lastAccess', sidTimestamp: false };
const storages: SessionStorage[] = [
  createSessionStorage(client),
  createSessionStorage(controller, options),
  createSessionStorage(new SessionsController(), null, { now: () => 0 }),
  createSessionStorage(new SessionsHttpClientV1()),
  createSessionStorage(new SessionsDirectClientV1({}, controller)),
  createSessionStorage(new SessionsMockClientV1()),
  createSessionStorage(new SessionsNullClientV1()),
];
export async function use(storage: SessionStorage): Promise<boolean | null> {
  const given: Cart = { cart: [1] };
  const session: StorageSession = await storage.create(given);
  const data: Cart = session.get('sessionData');
  const uid: string | undefined = session.get('uid');
  const created: number = session.get('created');
  const model = { get: (name: '_key' | 'userData') => name };
  session.setUser(model).setUser({ _key: 'ann', userData: { roles: [] } }).setUser(null).set('sessionData', data);
  const saved: StorageSession = await session.save();
  const ttl: number = saved.getTTL() + saved.getExpiry() + created;
  const deleted: null = await storage.delete(session.get('_key'));
  try {
    return (await session.delete()) && session.hasExpired() && ttl > 0;
  } catch (error) {
    if (error instanceof storage.errors.SessionExpired) throw new storage.errors.SessionNotFound(uid);
    return deleted;
  }
}
console.log(storages.length);
`;

const WRONG: [string, string, RegExp][] = [
  ['an option that there is not', TYPES.replace('timeToLive: 0', 'timeToLeave: 0'), /'timeToLeave' does not exist/],
  [
    'a way to count that there is not',
    TYPES.replace("'lastAccess'", "'last_access'"),
    /"last_access"' is not assignable/,
  ],
  ['a source that is none', TYPES.replace('(client)', '({})'), /missing the following properties/],
  [
    'an attribute that there is not',
    TYPES.replace("set('sessionData'", "set('session'"),
    /"session"' is not assignable/,
  ],
];

describe('The entry of the session storage', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const run = (...args: string[]) => {
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder.path(), encoding: 'utf8' });
    return stdout + stderr;
  };

  /** A project that has installed the packages. */
  function project(file: string, text: string): void {
    mkdirSync(folder.path('node_modules'), { recursive: true });
    symlinkSync(ROOT, folder.path('node_modules', 'service-sessions'), 'dir');
    symlinkSync(join(ROOT, 'client'), folder.path('node_modules', 'service-sessions-client'), 'dir');
    writeFileSync(folder.path(file), text);
  }

  it('can be required, as the one that is imported, and loads no more than it needs', () => {
    project('main.cjs', REQUIRED);
    expect(run('main.cjs')).to.equal('function true \n');
  });

  it('can be imported, as the one that is required, and loads no more than it needs', () => {
    project('main.mjs', IMPORTED);
    expect(run('main.mjs')).to.equal('function true \n');
  });

  const compiled = (file: string, text: string): string => {
    project(file, text);
    const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, module: 'nodenext' };
    const types = { target: 'es2023', types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] };
    const config = { compilerOptions: { ...compilerOptions, ...types, skipLibCheck: true }, files: [file] };
    writeFileSync(folder.path('tsconfig.json'), JSON.stringify(config));
    return run(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder.path());
  };

  for (const file of ['main.mts', 'main.cts']) {
    it(`has types that fit the controller and every client, in ${file}`, () => {
      expect(compiled(file, TYPES)).to.equal('');
    });
  }

  for (const [what, text, message] of WRONG) {
    it(`has types that refuse ${what}`, () => {
      expect(compiled('main.mts', text)).to.match(message);
    });
  }
});
