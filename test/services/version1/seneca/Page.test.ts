import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { act, closeSeneca, senecaClient } from '../../../support/SenecaApi.js';
import { message } from '../../../support/SenecaLines.js';
import { senecaWorlds } from '../../../support/SenecaWorld.js';
import { ROOT, ServiceProcess } from '../../../support/ServiceProcess.js';
import { textOf } from '../../../support/Sources.js';
import { startedServices } from '../../../support/StartedServices.js';

const PAGE = textOf('docs/protocols/seneca.md');
const PACKAGES: Record<string, string> = {
  'service-sessions': '.',
  'pip-services3-commons-nodex': 'node_modules/pip-services3-commons-nodex',
  seneca: 'node_modules/seneca',
};
const ENVIRONMENT = { MEMORY_ENABLED: 'true', SENECA_ENABLED: 'true', HTTP_ENABLED: 'false', SENECA_PORT: '0' };

describe('docs/protocols/seneca.md', function () {
  this.timeout(60_000);
  const services = startedServices();
  const worlds = senecaWorlds();
  const examples = [...PAGE.matchAll(/<!-- runs: (\S+) -->\n```js\n([\s\S]*?)```/g)].map(
    ([, file = '', program = '']) => ({ file, program }),
  );

  it('has examples', () => {
    expect(examples.map(({ file }) => file)).to.deep.equal(['client.mjs', 'plugin.mjs']);
  });

  for (const { file, program } of examples) {
    it(`has an example ${file} that writes what it says, and ends`, async () => {
      const { readyLine = '' } = await services.start({ env: ENVIRONMENT });
      mkdirSync(services.path('node_modules'));
      for (const [name, path] of Object.entries(PACKAGES)) {
        symlinkSync(join(ROOT, path), services.path('node_modules', name), 'dir');
      }
      const port = /tcp:\/\/0\.0\.0\.0:(\d+)/.exec(readyLine)?.[1] ?? '';
      writeFileSync(services.path(file), program.replace('8807', port).replace('localhost', '127.0.0.1'));
      const command = [process.execPath, services.path(file)];
      const { code, stdout, stderr } = await ServiceProcess.run({ command, cwd: services.path() });
      const said = [...program.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
      expect([code, stderr, stdout]).to.deep.equal([0, '', said]);
    });
  }

  it('shows lines as they go over the wire', async () => {
    const { lines } = await worlds.serveSessions();
    const client = await lines();
    const [sent = '', answered = ''] = /```json\n(.*)\n(.*)\n/.exec(PAGE)?.slice(1) ?? [];
    client.write(`${sent}\n`);
    await client.until(1);
    expect(client.text).to.equal(`${answered}\n`);
  });

  it("says what a client's writer makes of what JSON has no form for", async () => {
    const world = await worlds.serveSessions();
    const client = await senecaClient(world.port);
    worlds.atEnd(() => closeSeneca(client));
    const data: Record<string, unknown> = { zero: -0, infinite: 1 / 0, run: () => 1, none: undefined };
    data['self'] = data;
    const session = await act(client, message('open_session', { user_id: 'ann', data, user: () => 1 }));
    expect(session).to.not.have.property('user');
    const kept = { zero: 0, infinite: null, self: '[Circular ~.act.data]' };
    expect(session).to.deep.include({ data: kept });
    expect(PAGE).to.contain(kept.self);
  });
});
