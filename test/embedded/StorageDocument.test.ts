import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, type ServiceCommand } from '../support/ServiceProcess.js';
import { textOf } from '../support/Sources.js';
import { startedServices } from '../support/StartedServices.js';
import { temporaryFolder } from '../support/TemporaryFolder.js';

const PACKAGES: Record<string, string> = {
  'service-sessions': '.',
  'service-sessions-client': 'client',
  'pip-services3-commons-nodex': 'node_modules/pip-services3-commons-nodex',
};
const SERVICE: ServiceCommand = { env: { MEMORY_ENABLED: 'true', HTTP_PORT: '0' } };

describe('docs/protocols/session-storage.md', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const services = startedServices();
  const examples = [
    ...textOf('docs/protocols/session-storage.md').matchAll(/<!-- runs: (\S+) -->\n```js\n([\s\S]*?)```/g),
  ].map(([, file = '', program = '']) => ({ file, program }));

  it('has examples', () => {
    expect(examples.map(({ file }) => file)).to.deep.equal(['controller.mjs', 'client.mjs', 'required.cjs']);
  });

  for (const { file, program } of examples) {
    it(`has an example ${file} that writes what it says`, async () => {
      const { url } = program.includes('8080') ? await services.start(SERVICE) : { url: 'http://127.0.0.1:8080' };
      mkdirSync(folder.path('node_modules'));
      for (const [name, path] of Object.entries(PACKAGES)) {
        symlinkSync(join(ROOT, path), folder.path('node_modules', name), 'dir');
      }
      writeFileSync(folder.path(file), program.replace('8080', new URL(url).port).replace('localhost', '127.0.0.1'));
      const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder.path(), encoding: 'utf8' });
      expect(stderr).to.equal('');
      expect(stdout).to.equal(expected(program));
    });
  }
});

/** What stands behind each console.log. */
function expected(program: string): string {
  return [...program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
}
