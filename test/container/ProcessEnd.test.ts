import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { callOperation, ROOT, type ServiceProcess } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';

/** The service with some code that runs before it. */
function preloading(code: string): string[] {
  return [
    process.execPath,
    '--import',
    `data:text/javascript,${encodeURIComponent(code)}`,
    join(ROOT, 'bin', 'main.js'),
  ];
}

/** A request of which the service has the beginning and waits for the rest. */
async function openSlowRequest(service: ServiceProcess): Promise<Socket> {
  const slow = connect(Number(new URL(service.url).port), '127.0.0.1').on('error', () => {});
  slow.write('POST /v1/sessions/open_session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n{');
  await fetch(`${service.url}/heartbeat`);
  return slow;
}

describe('The end of the process', function () {
  this.timeout(60_000);
  const services = startedServices();
  const onFreePort = ['-p', 'HTTP_PORT=0'];
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`lets a request end after ${signal}, takes no more, and ends with 0`, async () => {
      const service = await services.start({ args: onFreePort });
      const { port } = new URL(service.url);
      const body = '{"user_id":"1"}';
      const slow = connect(Number(port), '127.0.0.1').setEncoding('utf8');
      slow.write(`POST /v1/sessions/open_session HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
      slow.write(body.slice(0, 5));
      await fetch(`${service.url}/heartbeat`);
      service.kill(signal);
      await service.untilLine(new RegExp(`${signal}: stopping`));
      slow.write(body.slice(5));
      const [answer] = (await once(slow, 'data')) as [string];
      expect(answer).to.contain('HTTP/1.1 200').and.to.contain('"user_id":"1"');
      expect((await service.exited).code).to.equal(0);
      expect(await fetch(`${service.url}/heartbeat`).catch(() => 'refused')).to.equal('refused');
      expect(readFileSync(services.path('data', 'sessions.json'), 'utf8')).to.contain('"user_id":"1"');
    });
  }

  it('stores what it has, logs one fatal line and ends with 1 at an error that nobody caught', async () => {
    for (const fault of ['throw new Error("boom")', 'Promise.reject(new Error("boom"))']) {
      const service = await services.start({
        command: preloading(`process.once('SIGUSR2', () => { ${fault} })`),
        args: onFreePort,
      });
      await callOperation(service.url, 'open_session', { user_id: '1' });
      service.kill('SIGUSR2');
      const { code, stderr } = await service.exited;
      expect(code).to.equal(1);
      expect(stderr).to.match(/^\S+Z FATAL \[service-sessions\] Nobody caught .*boom.*\n$/);
      expect(readFileSync(services.path('data', 'sessions.json'), 'utf8')).to.contain('"user_id":"1"');
    }
  });

  it('ends with 1 when stopping takes too long', async () => {
    const service = await services.start({
      command: preloading('const set = setTimeout; setTimeout = (f, ms) => set(f, ms === 10_000 ? 50 : ms)'),
      args: onFreePort,
    });
    const slow = await openSlowRequest(service);
    service.kill('SIGTERM');
    const { code, stderr } = await service.exited;
    slow.destroy();
    expect(code).to.equal(1);
    expect(stderr).to.contain('Stopping took more than 10000 ms');
  });

  it('ends with 1 at a second signal', async () => {
    const service = await services.start({ args: onFreePort });
    const slow = await openSlowRequest(service);
    service.kill('SIGTERM');
    await service.untilLine(/SIGTERM: stopping/);
    const again = setInterval(() => service.kill('SIGTERM'), 50);
    const { code, stderr } = await service.exited;
    clearInterval(again);
    slow.destroy();
    expect(code).to.equal(1);
    expect(stderr).to.contain('A second signal');
  });

  it('outlives the readers of its output', async () => {
    const speaking = preloading('process.on("SIGUSR2", () => { console.log("1"); console.error("2") })');
    const service = await services.start({ command: speaking, args: onFreePort });
    service.closeOutput();
    for (let times = 0; times < 3; times++) {
      service.kill('SIGUSR2');
      expect((await callOperation(service.url, 'open_session', { user_id: '1' })).status).to.equal(200);
    }
    expect((await service.stop()).code).to.equal(0);
  });
});
