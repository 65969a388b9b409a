import { expect } from 'chai';
import { credentialTests } from './CredentialTests.js';
import { loginTests } from './LoginTests.js';
import { logoutRaceTests } from './LogoutRaceTests.js';
import { outageTests } from './OutageTests.js';
import { siteUnderTest } from './SiteUnderTest.js';
import type { WebFramework } from './WebApp.js';
import { writeTests } from './WriteTests.js';

/** What the middleware promises in whatever framework. */
export function sessionsMiddlewareSuite(framework: WebFramework): void {
  describe(`Sessions in ${framework.name}`, () => {
    describe('of requests', () => credentialTests(siteUnderTest(framework)));
    describe('at login and logout', () => loginTests(siteUnderTest(framework)));
    describe('that race', () => logoutRaceTests(siteUnderTest(framework)));
    describe('while they are written', () => writeTests(siteUnderTest(framework)));
    describe('without their service', () => outageTests(siteUnderTest(framework)));
    describe('of anonymous requests', () => anonymousTests(siteUnderTest(framework)));
  });
}

function anonymousTests(site: ReturnType<typeof siteUnderTest>): void {
  it('are passed on by default, without a cookie and without asking the service', async () => {
    const { status, body, cookies } = await (await site().serve()).get('/me');
    expect(status).to.equal(200);
    expect(body).to.deep.equal({ active: false, id: null, userId: null, version: null });
    expect(cookies).to.deep.equal([]);
    expect(site().watch.calls).to.deep.equal([]);
  });

  it('are refused with 401 where it is configured', async () => {
    const browser = await site().serve({ anonymous: 'refuse' });
    const { status, body, headers } = await browser.get('/me');
    expect(status).to.equal(401);
    expect(body).to.deep.equal({
      code: 'UNAUTHENTICATED',
      status: 401,
      message: 'This needs a session: log in first',
    });
    expect(headers.get('content-type')).to.equal('application/json; charset=utf-8');
    expect(headers.get('www-authenticate')).to.equal('Bearer');
  });

  it('are not asked for a bearer where none is read', async () => {
    const browser = await site().serve({ anonymous: 'refuse', bearer: false });
    expect((await browser.get('/me')).headers.has('www-authenticate')).to.equal(false);
  });

  it('are let in with a session where anonymous ones are refused', async () => {
    const browser = await site().serve({ anonymous: 'refuse' });
    const authorization = `Bearer ${await site().opened('ann')}`;
    expect((await browser.get('/me', { authorization })).status).to.equal(200);
  });

  it('are refused below one path only, and the service is asked once a request, when it is mounted twice', async () => {
    const { client } = site().watch;
    const browser = await site().serve({ again: { client, anonymous: 'refuse' } });
    expect((await browser.get('/me')).status).to.equal(200);
    expect((await browser.get('/inner')).status).to.equal(401);
    await browser.post('/login', { user_id: 'ann' });
    site().watch.calls.length = 0;
    expect((await browser.get('/inner')).body).to.deep.equal({ active: true });
    expect(site().watch.calls).to.deep.equal(['validateSession']);
  });
}
