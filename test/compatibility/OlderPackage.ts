import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/ServiceProcess.js';

const INSTALL_TIMEOUT = 120_000;

/**
 * A folder with a published package and all it depends on, outside of the dependencies of this one. It is made once and
 * kept: `npm ci` removes it. Rejects with what npm said where it cannot be installed.
 */
export async function installedPackage(name: string, version: string): Promise<string> {
  const cache = join(ROOT, 'node_modules', '.cache', 'service-sessions');
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  // Renamed when it is complete, so that an interrupted one is never taken for it.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--loglevel=error'];
  try {
    await promisify(execFile)('npm', ['install', '--prefix', partial, ...quiet, `${name}@${version}`], {
      cwd: partial,
      timeout: INSTALL_TIMEOUT,
    });
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw new Error(`npm cannot install ${name}@${version}: ${complaintOf(error as Error)}`);
  }
  return folder;
}

function complaintOf({ message }: Error): string {
  return /^npm error (?!code)(?:\w+ )?(.*)$/m.exec(message)?.[1] ?? message;
}
