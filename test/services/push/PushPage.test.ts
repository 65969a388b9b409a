import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { MOST_SESSIONS } from '../../../src/services/push/SessionPush.js';
import { CLIENT_SCRIPTS } from '../../../src/services/push/SocketIoServer.js';
import { BrowserPage } from '../../client/http/BrowserPage.js';
import { orSkip } from '../../compatibility/OlderPackage.js';
import { callOperation, ROOT, ServiceProcess } from '../../support/ServiceProcess.js';
import { textOf } from '../../support/Sources.js';
import { startedServices } from '../../support/StartedServices.js';

const PAGE = textOf('docs/protocols/push.md');
const ENVIRONMENT = { MEMORY_ENABLED: 'true', SOCKETIO_ENABLED: 'true', HTTP_PORT: '0' };

/** An example of the document, for a service at another address. */
function example(name: string, url: string): string {
  const [, text = ''] = new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(PAGE) ?? [];
  return text.replaceAll('http://localhost:8080', url);
}

describe('docs/protocols/push.md', function () {
  this.timeout(60_000);
  const services = startedServices();
  let url: string;
  let id: string;

  beforeEach(async () => {
    ({ url } = await services.start({ env: ENVIRONMENT }));
    const { body } = await callOperation(url, 'open_session', { user_id: 'ann' });
    id = String(body?.['id']);
  });
  const logOut = () => callOperation(url, 'close_sessions', { filter: { user_id: 'ann' } });

  it('shows a program that learns of the end', async () => {
    mkdirSync(services.path('node_modules'));
    symlinkSync(join(ROOT, 'node_modules', 'socket.io-client'), services.path('node_modules', 'socket.io-client'));
    writeFileSync(services.path('main.mjs'), example('program', url));
    const command = [process.execPath, services.path('main.mjs'), id];
    const program = ServiceProcess.spawn({ command, cwd: services.path() });
    await program.untilLine(/joined: true/);
    await logOut();
    const { code, stdout } = await program.exited;
    expect([code, stdout.includes(`${id} has ended: revoked`)]).to.deep.equal([0, true]);
  });

  it('shows a page that logs out', async function () {
    const application = await orSkip(BrowserPage.open(), this.test?.parent);
    if (application === null) return this.skip();
    try {
      const { page } = application;
      await page.goto(`${page.url()}?session_key=${id}`);
      await page.setContent(example('page', url));
      const shows = (text: string) => page.locator('#state', { hasText: text }).waitFor();
      await shows('logged in');
      await logOut();
      await shows('logged out: revoked');
    } finally {
      await application.close();
    }
  });

  it('names the scripts and the limits as they are', () => {
    for (const name of Object.keys(CLIENT_SCRIPTS)) {
      if (!name.endsWith('.map')) expect(PAGE).to.contain(`\`${name}\``);
    }
    expect(PAGE).to.contain(`The connection has joined ${MOST_SESSIONS} sessions`);
  });
});
