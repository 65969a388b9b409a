import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, ServiceProcess } from '../support/ServiceProcess.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';
import { orSkip, unpackedPackage } from './OlderPackage.js';

const { resolve } = createRequire(import.meta.url);
/** What its file imports -> where that is here. */
const IMPORTS: Record<string, string> = {
  '../index.js': resolve('service-sessions/session-manager'),
  chai: resolve('chai'),
  sinon: resolve('sinon'),
};
const MOCHA = join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');

describe('The tests that npm users-session-manager 1.0.9 ships', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let text: string;

  before(async function () {
    this.timeout(180_000);
    const place = await orSkip(unpackedPackage('users-session-manager', '1.0.9'), this.test?.parent);
    if (place === null) return this.skip();
    text = readFileSync(join(place, 'test', 'appTest.js'), 'utf8');
  });

  it('pass on SessionManager, with nothing changed but what they import', async () => {
    const imported: string[] = [];
    const adapted = text.replace(/require\('([^']+)'\)/g, (_call, name: string) => {
      imported.push(name);
      return `require(${JSON.stringify(IMPORTS[name])})`;
    });
    expect(imported.sort()).to.deep.equal(Object.keys(IMPORTS).sort());
    writeFileSync(folder.path('appTest.cjs'), adapted);
    const command = [process.execPath, MOCHA, '--no-config', '--reporter', 'json', folder.path('appTest.cjs')];
    const { code, stdout, stderr } = await ServiceProcess.run({ command, cwd: folder.path() });
    const { stats, failures } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
    expect({ failures, code, stderr }).to.deep.equal({ failures: [], code: 0, stderr: '' });
    expect(stats).to.include({ tests: [...text.matchAll(/^ {4}it\(/gm)].length, pending: 0, failures: 0 });
  });
});

interface Report {
  stats: Record<string, number>;
  failures: unknown[];
}
