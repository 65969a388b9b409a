import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/ServiceProcess.js';

const INSTALL_TIMEOUT = 120_000;

const CACHE = join(ROOT, 'node_modules', '.cache', 'service-sessions');
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--loglevel=error'];

/**
 * A folder with a published package and all it depends on, outside of the dependencies of this one. It is made once and
 * kept: `npm ci` removes it. Rejects with what npm said where it cannot be installed.
 */
export function installedPackage(name: string, version: string): Promise<string> {
  return madeOnce(`${name}-${version}`, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    await npm(folder, ['install', '--prefix', folder, ...QUIET, `${name}@${version}`]);
  });
}

/** A folder with the files of a published package, without what it depends on; else as `installedPackage`. */
export function unpackedPackage(name: string, version: string): Promise<string> {
  return madeOnce(`${name}-${version}-files`, async (folder) => {
    await npm(folder, ['pack', ...QUIET, `${name}@${version}`]);
    const options = ['-xzf', `${name}-${version}.tgz`, '--strip-components=1'];
    await promisify(execFile)('tar', options, { cwd: folder, timeout: INSTALL_TIMEOUT });
  });
}

async function npm(folder: string, args: string[]): Promise<void> {
  await promisify(execFile)('npm', args, { cwd: folder, timeout: INSTALL_TIMEOUT });
}

async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  // Renamed when it is complete, so that an interrupted one is never taken for it.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await make(partial);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw new Error(`npm cannot provide ${name}: ${complaintOf(error as Error)}`);
  }
  return folder;
}

/**
 * For a `before` hook: what a promise of a package brings, or null after every test of the suite was given the reason why
 * it is skipped. Where CI=true a missing package is a failure.
 */
export async function orSkip<T>(wanted: Promise<T>, suite: Mocha.Suite | undefined): Promise<T | null> {
  try {
    return await wanted;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    for (const test of suite?.tests ?? []) test.title += ` (skipped: ${(error as Error).message})`;
    return null;
  }
}

function complaintOf({ message }: Error): string {
  return /^npm error (?!code)(?:\w+ )?(.*)$/m.exec(message)?.[1] ?? message;
}
