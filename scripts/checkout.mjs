// What every command of this checkout needs first: its packages installed by lockfile, its sources built. Both are quick
// when nothing changed, say what they do when they take time, and are done by one process at a time.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const CLIENT_SOURCES = ['src', 'tsconfig.json', 'tsconfig.cjs.json', 'package.json'].map((path) => `client/${path}`);
const BUILD = ['tsconfig.json', 'package-lock.json', 'scripts/bundle.mjs', 'scripts/checkout.mjs'];
const SOURCES = ['src', 'test', 'bench', ...BUILD, ...CLIENT_SOURCES];
const LOCK_FILE = join(root, '.build', 'lock');
const STAMP = join('dist', '.sources');

/** Installs and builds what is missing or older than its sources. Ends the process when either fails. */
export async function prepareCheckout() {
  if (isInstalled() && isBuilt()) return;
  await alone(async () => {
    if (!isInstalled()) install();
    if (!isBuilt()) await build();
  });
}

/** True when what stands in node_modules is what the lockfile says; npm notes there what it has installed when it is done. */
function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json');
  const wanted = packagesOf('package-lock.json');
  if (installed === null || wanted === null) return false;
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '' || (optional && installed[path] === undefined)) continue;
    if (installed[path] === undefined || installed[path].version !== version) return false;
  }
  return true;
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(join(root, lockfile), 'utf8')).packages;
  } catch {
    return null;
  }
}

function install() {
  say('installing packages (npm ci) ...');
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  run(command, [...args, 'ci', ...options], 'installing failed');
}

function isBuilt() {
  try {
    return existsSync(join(root, 'client', 'dist')) && readFileSync(join(root, STAMP), 'utf8') === sourcesSum();
  } catch {
    return false;
  }
}

async function build() {
  say('building ...');
  const sum = sourcesSum();
  await buildClient();
  await rebuilt('dist', (fresh) => {
    compile('tsconfig.json', fresh);
    writeFileSync(join(root, fresh, '.sources'), sum);
  });
}

/** The client comes first: tests and benchmarks use it as its users do, by its name and its exports. */
async function buildClient() {
  await rebuilt(join('client', 'dist'), async (fresh) => {
    const modules = join(fresh, 'modules');
    // Comments are for the declarations: editors show them from there.
    compile(join('client', 'tsconfig.json'), modules, '--declaration', 'false', '--removeComments');
    await bundle(join(root, modules), join(root, fresh));
    rmSync(join(root, modules), { recursive: true });
    for (const format of ['esm', 'cjs']) {
      const project = join('client', format === 'esm' ? 'tsconfig.json' : 'tsconfig.cjs.json');
      compile(project, join(fresh, format), '--emitDeclarationOnly');
      dropUnreached(join(root, fresh, format));
    }
    writeFileSync(join(root, fresh, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
  });
}

function compile(project, folder, ...options) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', project, '--noEmitOnError', '--outDir', folder, ...options];
  run(process.execPath, args, 'building failed');
}

/** Leaves no declarations to be installed that no entry of the package, a file at the top of the folder, leads to. */
function dropUnreached(folder) {
  const extension = '.d.ts';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(extension));
  const reached = new Set(files.filter((path) => !/[\\/]/.test(path)));
  for (const path of reached) {
    const text = readFileSync(join(folder, path), 'utf8');
    for (const [, target] of text.matchAll(/\b(?:from|import|require)[\s(]*['"](\.[^'"]*)\.js['"]/g)) {
      reached.add(join(dirname(path), target + extension));
    }
  }
  for (const path of files) if (!reached.has(path)) rmSync(join(folder, path));
}

/** Replaces a folder by one that is made beside it and complete. */
async function rebuilt(folder, make) {
  const fresh = `${folder}.new`;
  rmSync(join(root, fresh), { recursive: true, force: true });
  await make(fresh);
  const old = join(root, `${folder}.old-${process.pid}`);
  if (existsSync(join(root, folder))) renameSync(join(root, folder), old);
  renameSync(join(root, fresh), join(root, folder));
  rmSync(old, { recursive: true, force: true });
}

function sourcesSum() {
  const sum = createHash('sha256');
  for (const path of SOURCES.flatMap(filesBelow))
    sum
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)));
  return sum.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(join(root, path))) return [];
  if (/\.\w+$/.test(path)) return [path];
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Runs a task while no other process of this checkout does; the lock of a process that has died does not count. */
async function alone(task) {
  mkdirSync(dirname(LOCK_FILE), { recursive: true });
  for (let told = false; !takeLock(); told = true) {
    if (!told) say('waiting for another process that installs or builds ...');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.once('exit', dropLock);
  try {
    await task();
  } finally {
    process.off('exit', dropLock);
    dropLock();
  }
}

function takeLock() {
  // A link appears at once with its content, so that nobody ever reads a lock without its owner.
  const mine = `${LOCK_FILE}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, LOCK_FILE);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) removeAbandoned();
    return false;
  } finally {
    rmSync(mine);
  }
}

/** One process at a time removes the lock of a dead owner, and looks again first: it may be a living one's by now. */
function removeAbandoned() {
  const removal = `${LOCK_FILE}.removal`;
  try {
    mkdirSync(removal);
  } catch {
    return;
  }
  if (isAbandoned()) dropLock();
  rmdirSync(removal);
}

function dropLock() {
  rmSync(LOCK_FILE, { force: true });
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(LOCK_FILE, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function run(command, args, failure) {
  // Standard output belongs to the command that asked for this, the ready line for one.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  say(error === undefined ? failure : `${failure}: ${error.message}`);
  process.exit(1);
}

function say(what) {
  process.stderr.write(`service-sessions: ${what}\n`);
}
