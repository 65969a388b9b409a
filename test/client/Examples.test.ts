import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, type ServiceCommand, ServiceProcess } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';
import { Browser } from './middleware/Browser.js';

const MEMORY = { MEMORY_ENABLED: 'true', HTTP_PORT: '0' };
/** Nothing listens there: the port of discard. */
const NOWHERE = 'http://127.0.0.1:9';
const APPLICATIONS = ['express-app', 'fastify-app'];
/** Bodies of a login that are none, with their types. */
const NO_LOGINS: [string, string, string | undefined][] = [
  ['no body', '', undefined],
  ['no JSON', '{"user":', 'application/json'],
  ['nothing as JSON', '', 'application/json'],
  ['another type', '{"user":"ann"}', 'text/plain'],
  ['a form', 'user=ann', 'application/x-www-form-urlencoded'],
  ['null', 'null', 'application/json'],
  ['a list', '["ann"]', 'application/json'],
  ['no user', '{}', 'application/json'],
  ['a user that is a number', '{"user":5}', 'application/json'],
  ['an empty user', '{"user":""}', 'application/json'],
  ['a user with a NUL', '{"user":"a\\u0000"}', 'application/json'],
  ['a user of 257 characters', JSON.stringify({ user: 'u'.repeat(257) }), 'application/json'],
  ['two megabytes', JSON.stringify({ user: 'u'.repeat(2_000_000) }), 'application/json'],
];

function example(name: string, env: Record<string, string>): ServiceCommand {
  return { command: [process.execPath, join(ROOT, 'client', 'examples', `${name}.mjs`)], env: { PORT: '0', ...env } };
}

describe('Examples of the client', function () {
  this.timeout(60_000);
  const services = startedServices();

  it('quickstart opens a session and ends it', async () => {
    const service = await services.start({ env: MEMORY });
    const { code, stdout, stderr } = await services.run(example('quickstart', { SESSIONS_URL: service.url }));
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
    expect(stdout.split('\n')).to.have.length(5);
    expect(stdout).to.match(
      /^Opened a session for ann.*\nIt is valid.*\nStored .* as version 1\.\nClosed it \(closed\).* null\.\n$/,
    );
  });

  it('quickstart says in one sentence that the service is absent', async () => {
    const { code, stdout, stderr } = await services.run(example('quickstart', { SESSIONS_URL: NOWHERE }));
    expect(code).to.equal(1);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^The example failed \(UNREACHABLE\): .*Is the service running\?.*\n$/);
  });

  for (const name of APPLICATIONS) {
    describe(name, () => applicationTests(name, services));
  }
});

function applicationTests(name: string, services: ReturnType<typeof startedServices>): void {
  let service: ServiceProcess;
  let application: ServiceProcess;
  let browser: Browser;
  const another = () => new Browser(/http:\S+/.exec(application.stdout)?.[0] ?? '');

  beforeEach(async () => {
    service = await services.start({ env: MEMORY });
    application = ServiceProcess.spawn(example(name, { SESSIONS_URL: service.url }));
    await application.untilLine(/Listening on \S+\n/);
    browser = another();
  });

  afterEach(() => application.kill('SIGKILL'));

  it('logs in, counts each visit, those at the same moment too, and logs out as often as it is asked to', async () => {
    expect((await browser.get('/')).status).to.equal(401);
    expect((await browser.post('/login', { user: 'ann' })).status).to.equal(200);
    expect((await browser.get('/')).body).to.deep.equal({ user: 'ann', count: 1 });
    const visits = await Promise.all(Array.from({ length: 12 }, () => browser.get('/')));
    const counts = visits.map(({ body }) => body?.['count'] as number).sort((a, b) => a - b);
    expect(counts).to.deep.equal(Array.from({ length: 12 }, (_, index) => index + 2));
    for (const _ of [1, 2]) expect((await browser.post('/logout')).status).to.equal(204);
    expect(await browser.cookies()).to.equal('');
    expect((await browser.get('/')).status).to.equal(401);
  });

  it('keeps the default cookie', async () => {
    const { cookies } = await browser.post('/login', { user: 'ann' });
    expect(cookies).to.have.length(1);
    expect(cookies[0]).to.match(/^__Host-sid=[0-9a-f]{32}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('logs out everywhere', async () => {
    expect((await browser.post('/logout-everywhere')).status).to.equal(401);
    const others = [another(), another()];
    for (const one of [browser, ...others]) await one.post('/login', { user: 'ann' });
    expect((await browser.post('/logout-everywhere')).body).to.deep.equal({ closed: 3 });
    for (const one of others) {
      expect((await one.get('/')).status).to.equal(401);
      expect(await one.cookies()).to.equal('');
    }
  });

  it('answers 400 to what is no login, and opens nothing', async () => {
    for (const [what, body, type] of NO_LOGINS) {
      const answer = await browser.send('/login', {
        method: 'POST',
        body,
        headers: type ? { 'content-type': type } : {},
      });
      expect(answer.status, what).to.equal(400);
      expect(answer.cookies, what).to.deep.equal([]);
    }
    expect((await browser.post('/logout', undefined, { 'content-type': 'text/plain' })).status).to.equal(204);
  });

  it('answers an outage with 503, without a stack and without touching a cookie, and goes on after it', async () => {
    await browser.post('/login', { user: 'ann' });
    service.kill('SIGKILL');
    await service.exited;
    for (const path of ['/', '/login', '/logout', '/logout-everywhere']) {
      const { status, body, cookies, text } = await (path === '/'
        ? browser.get(path)
        : browser.post(path, { user: 'ann' }));
      expect(status, path).to.equal(503);
      expect(body, path).to.include({ code: 'UNREACHABLE', status: 503 });
      expect(text, path).to.not.match(/127\.0\.0\.1|\.m?js|\\n/);
      expect(cookies, path).to.deep.equal([]);
    }
    expect((await another().get('/')).status).to.equal(401);
    expect((await another().post('/login', { user: 'ann' })).status).to.equal(503);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends with 0 at ${signal}, kept-alive connections or not`, async () => {
      await browser.get('/');
      application.kill(signal);
      expect(await application.exited).to.include({ code: 0, stderr: '' });
    });
  }

  it('says why it cannot listen', async () => {
    const PORT = new URL(another().url).port;
    const { code, stderr } = await services.run(example(name, { SESSIONS_URL: NOWHERE, PORT }));
    expect(code).to.equal(1);
    expect(stderr).to.match(/^The example cannot start: .*EADDRINUSE.*\n$/);
  });
}
