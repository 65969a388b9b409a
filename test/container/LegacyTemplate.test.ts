import { join } from 'node:path';
import { expect } from 'chai';
import { Watcher } from '../compatibility/cross/Watcher.js';
import { callOperation, ROOT } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';

describe('config/legacy.yml', function () {
  this.timeout(60_000);
  const services = startedServices();
  const start = (...parameters: string[]) =>
    services.start({
      args: ['-c', join(ROOT, 'config', 'legacy.yml'), '-p', ['HTTP_PORT=0', ...parameters].join(';')],
    });

  it('serves all older systems in one process, on a file', async () => {
    const service = await start();
    expect(service.readyLine).to.contain('file persistence ./data/sessions.json holding 0 sessions');
    const text = async (path: string, init?: RequestInit) => (await fetch(service.url + path, init)).text();
    const id = await text('/add_session.cgi?user_id=ann;service=wiki');
    expect(id).to.match(/^[a-z0-9]{16}$/);
    const found = await callOperation(service.url, 'get_session_by_id', { session_id: id });
    expect(found.body).to.include({ user_id: 'ann', service: 'wiki', active: true });
    const made = await fetch(`${service.url}/sessman/new?userid=ann`, { method: 'POST', body: '{"data":{"a":1}}' });
    expect(await made.json())
      .to.include.keys('session_id', 'expires')
      .and.to.deep.include({ data: { a: 1 } });
    const watcher = await Watcher.connect(service.url);
    expect(await watcher.join(id, 'ann')).to.equal(true);
    expect(await text('/expire_session.cgi?user_id=ann;service=wiki')).to.equal('ok');
    expect(await watcher.told()).to.deep.equal([{ session_key: id, reason: 'closed' }]);
    watcher.disconnect();
    for (const path of ['heartbeat', 'ready', 'status', 'swagger', 'v1/sessions/swagger']) {
      expect((await fetch(`${service.url}/${path}`)).status, path).to.equal(200);
    }
    expect((await service.stop()).code).to.equal(0);
  });

  it('takes the parameters of sessman', async () => {
    const service = await start('MEMORY_ENABLED=true', 'SESSMAN_API_KEY=secret', 'SESSMAN_SESSION_TTL=60');
    const call = (headers: Record<string, string>) => fetch(`${service.url}/sessman/new?userid=ann`, { headers });
    expect((await call({})).status).to.equal(401);
    const made = await call({ authorization: 'Bearer secret' });
    const { expires } = (await made.json()) as { expires: string };
    expect(Date.parse(expires) - Date.now()).to.be.within(1, 60_000);
  });

  it('takes the ids that session storages bring over the client, unless it is told not to', async () => {
    const session = { user_id: 'ann', session_id: 'brought_0123456789abcdef' };
    const open = async (...parameters: string[]) => {
      const service = await start('MEMORY_ENABLED=true', ...parameters);
      return (await callOperation(service.url, 'open_session', session)).status;
    };
    expect(await open()).to.equal(200);
    expect(await open('ACCEPT_IDS=false')).to.equal(400);
  });
});
