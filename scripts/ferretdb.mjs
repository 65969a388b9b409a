// FerretDB, the MongoDB server of the tests where there is no other: built from its Go module, once, into a cache
// outside of the checkout.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './checkout.mjs';

const SOURCES = join(root, 'test', 'support', 'ferretdb');
const OLDEST_GO = 24;
const BUILD_TIMEOUT = 15 * 60_000;
const ABANDONED_AFTER = 2 * 60 * 60_000;
// What the tests do not use (another backend) need not be compiled.
const BUILD = [
  'build',
  '-mod=vendor',
  '-trimpath',
  '-buildvcs=false',
  '-tags=ferretdb_no_postgresql',
  '-ldflags=-s -w',
];
const SQLITE = 'vendor/github.com/FerretDB/FerretDB/internal/backends/sqlite';

// FerretDB's index on SQLite is one on `->"_id"`, but its queries ask for `->'$._id'`, which reads the whole collection; and
// they ask for an id only when the filter has nothing else, while a conditional update has. The full filter is applied
// to what was found in either case. These lines make an update 10 to 100 times faster.
const PATCHES = [
  {
    file: `${SQLITE}/metadata/metadata.go`,
    text: `IDColumn = DefaultColumn + "->'$._id'"`,
    instead: 'IDColumn = DefaultColumn + `->"_id"`',
    times: 1,
  },
  {
    file: `${SQLITE}/collection.go`,
    text: 'if params.Filter.Len() == 1 {',
    instead: 'if params.Filter.Has("_id") {',
    times: 2,
  },
];

/** Where the built command is, and its version. Throws a sentence when it can be neither found nor built. */
export async function provideFerretDb() {
  const go = goVersion();
  const cache = join(
    process.env.SESSIONS_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'service-sessions',
  );
  const folder = join(cache, `ferretdb-${sumOf(go)}`);
  const command = join(folder, process.platform === 'win32' ? 'ferretdb.exe' : 'ferretdb');
  if (!existsSync(command)) await buildInto(cache, folder);
  return { command, version: /FerretDB v(\S+)/.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1] };
}

function goVersion() {
  const { stdout, error, status } = spawnSync('go', ['version'], {
    encoding: 'utf8',
    timeout: 10_000,
    env: environment(),
  });
  if (error !== undefined || status !== 0) throw new Error(`Go 1.${OLDEST_GO} or newer is not installed`);
  const minor = /go1\.(\d+)/.exec(stdout)?.[1];
  if (minor === undefined || Number(minor) >= OLDEST_GO) return stdout.trim();
  throw new Error(`Go 1.${OLDEST_GO} or newer is needed, and this is ${stdout.trim()}`);
}

/** Everything that a build depends on. */
function sumOf(go) {
  const sum = createHash('sha256').update(JSON.stringify([go, BUILD, PATCHES]));
  for (const name of sourceNames())
    sum
      .update(name)
      .update('\0')
      .update(readFileSync(join(SOURCES, name)));
  return sum.digest('hex').slice(0, 16);
}

function sourceNames() {
  return readdirSync(SOURCES)
    .filter((name) => !name.endsWith('_test.go'))
    .sort();
}

/** Builds beside and renames: a folder that is there is whole, however many build at once and whichever is killed. */
async function buildInto(cache, folder) {
  process.stderr.write('service-sessions: building FerretDB for the tests, once; a minute or two ...\n');
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  const building = join(cache, `building-${process.pid}-${Date.now()}`);
  const fresh = join(building, 'built');
  mkdirSync(fresh, { recursive: true });
  const removeBuilding = () => rmSync(building, { recursive: true, force: true, maxRetries: 10 });
  process.once('exit', removeBuilding);
  try {
    for (const name of sourceNames()) writeFileSync(join(building, name), readFileSync(join(SOURCES, name)));
    await go(building, ['mod', 'vendor']);
    for (const patch of PATCHES) apply(building, patch);
    await go(building, [...BUILD, '-o', `${fresh}/`, '.']);
    moveIntoPlace(fresh, folder);
  } finally {
    process.off('exit', removeBuilding);
    removeBuilding();
  }
}

function apply(building, { file, text, instead, times }) {
  const path = join(building, file);
  const parts = readFileSync(path, 'utf8').split(text);
  if (parts.length - 1 !== times) {
    throw new Error(`FerretDB has changed: ${file} holds ${text} ${parts.length - 1} times instead of ${times}`);
  }
  writeFileSync(path, parts.join(instead));
}

function moveIntoPlace(fresh, folder) {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another process was quicker; what it built is the same.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

function removeAbandoned(cache) {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (!name.startsWith('building-') || Date.now() - statSync(path).mtimeMs < ABANDONED_AFTER) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

/** Resolves when the command has ended well; what it wrote is in the error otherwise. Signals reach this process meanwhile. */
function go(cwd, args) {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: BUILD_TIMEOUT,
    });
    const endWithThis = () => child.kill('SIGKILL');
    process.prependOnceListener('exit', endWithThis);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', endWithThis);
      if (code === 0) resolve();
      else reject(new Error(`go ${args.slice(0, 2).join(' ')} failed (${code ?? signal}): ${lastLine(output)}`));
    });
  });
}

function lastLine(output) {
  return output.trim().split('\n').at(-1);
}

/** The Go that is installed, without a C compiler, and no other that it might fetch. */
function environment() {
  return { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' };
}
