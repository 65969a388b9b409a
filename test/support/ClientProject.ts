import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './ServiceProcess.js';

const TIMEOUT = 120_000;
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** What a program that has ended wrote. */
export interface Output {
  stdout: string;
  stderr: string;
}

/** The client as it would be published, in a file of npm's, and projects that have installed it. */
export class PackedClient {
  private constructor(
    private readonly folder: string,
    private readonly tarball: string,
  ) {}

  static async pack(): Promise<PackedClient> {
    const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    await promisify(execFile)('npm', ['pack', '-w', 'client', ...QUIET, '--pack-destination', folder], {
      cwd: ROOT,
      timeout: TIMEOUT,
    });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('npm pack has made no file');
    return new PackedClient(folder, join(folder, tarball));
  }

  /** A project of this name with this package.json, in which nothing but the client is installed. Asks no registry. */
  async installed(name: string, manifest: object): Promise<ClientProject> {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }));
    const args = ['install', '--prefix', folder, '--offline', '--ignore-scripts', ...QUIET, this.tarball];
    await promisify(execFile)('npm', args, { cwd: folder, timeout: TIMEOUT });
    return new ClientProject(folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** A project of a user's. */
export class ClientProject {
  constructor(private readonly folder: string) {}

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Gives it packages of this checkout with all that they depend on. */
  link(...names: string[]): void {
    for (const name of names) {
      const place = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), place);
    }
  }

  /** Runs a file of it with nothing in its environment; rejects when it does not end with 0. */
  run(path: string): Promise<Output> {
    const options = { cwd: this.folder, timeout: TIMEOUT, env: { PATH: process.env['PATH'] } };
    return promisify(execFile)(process.execPath, [path], options);
  }

  /** Compiles it; answers what the compiler complains of, '' when nothing. */
  async compile(compilerOptions: object): Promise<string> {
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    try {
      await promisify(execFile)(process.execPath, [COMPILER, '-p', this.folder], { timeout: TIMEOUT });
      return '';
    } catch (error) {
      return (error as Output).stdout;
    }
  }

  /** The names of all packages that are installed. */
  packages(): string[] {
    const { packages } = JSON.parse(readFileSync(join(this.folder, 'node_modules', '.package-lock.json'), 'utf8'));
    return Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''));
  }

  /** Path in `node_modules` -> size in bytes of each file. */
  files(): Map<string, number> {
    const top = join(this.folder, 'node_modules');
    const entries = readdirSync(top, { recursive: true, encoding: 'utf8' });
    const files = entries.filter((path) => statSync(join(top, path)).isFile());
    return new Map(files.map((path) => [path, statSync(join(top, path)).size]));
  }
}
