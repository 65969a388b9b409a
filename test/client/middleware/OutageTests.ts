import { expect } from 'chai';
import { SessionsClientError } from 'service-sessions-client';
import { ROUTES, type SiteUnderTest } from './SiteUnderTest.js';

const FAILURES: [string, () => Error][] = [
  ['TIMEOUT', () => clientError('TIMEOUT')],
  ['BAD_REPLY', () => clientError('BAD_REPLY', 404)],
  ['PERSISTENCE_UNAVAILABLE', () => clientError('PERSISTENCE_UNAVAILABLE', 503)],
  ['OVERLOADED', () => clientError('OVERLOADED', 503)],
  ['NOT_OPEN', () => clientError('NOT_OPEN')],
  ['NOT_FOUND', () => clientError('NOT_FOUND', 404)],
  // No answers to a validation, which says null of a session that has ended.
  ['SESSION_CLOSED', () => clientError('SESSION_CLOSED', 409)],
  ['PAYLOAD_TOO_LARGE', () => clientError('PAYLOAD_TOO_LARGE', 413)],
  ['UNKNOWN', () => new TypeError('read ECONNRESET 10.0.0.1:8080')],
];

function clientError(code: string, status?: number): Error {
  return new SessionsClientError({ code, status, message: `failed at http://10.0.0.1:8080 (${code})` });
}

/** A failing service is 503, clears no cookie, and logs nobody in. */
export function outageTests(site: () => SiteUnderTest): void {
  for (const key of Object.keys(ROUTES)) {
    it(`answer ${key} with 503 and leave the cookie alone, when the service is gone`, async () => {
      const browser = await site().serve();
      await browser.post('/login', { user_id: 'ann' });
      const cookie = await browser.cookies();
      await site().endService();
      const [method, path] = key.split(' ') as [string, string];
      const { status, body, cookies } = await (method === 'GET' ? browser.get(path) : browser.post(path, {}));
      expect(status).to.equal(503);
      expect(body).to.deep.equal({
        code: 'UNREACHABLE',
        message: 'The session service cannot be asked at the moment (UNREACHABLE)',
      });
      expect(cookies).to.deep.equal([]);
      expect(await browser.cookies()).to.equal(cookie);
    });
  }

  it('still serve those who bring no id, but let nobody log in', async () => {
    const browser = await site().serve();
    await site().endService();
    expect((await browser.get('/me')).body).to.include({ active: false });
    const { status, cookies } = await browser.post('/login', { user_id: 'ann' });
    expect(status).to.equal(503);
    expect(cookies).to.deep.equal([]);
  });

  for (const cookie of ['__Host-sid=', `__Host-sid=${'a'.repeat(10_240)}`, '__Host-sid=a%0d%0ab']) {
    it(`let nobody log in, and leave a cookie of ${cookie.length} bytes that is no id alone, when the service is gone`, async () => {
      const browser = await site().serve();
      await site().endService();
      const { status, cookies } = await browser.post('/login', { user_id: 'ann' }, { cookie });
      expect(status).to.equal(503);
      expect(cookies).to.deep.equal([]);
    });
  }

  for (const [code, failure] of FAILURES) {
    it(`answer 503 after ${code}, without the words of the failure`, async () => {
      const browser = await site().serve();
      await browser.post('/login', { user_id: 'ann' });
      site().watch.before = async () => {
        throw failure();
      };
      const { status, body, cookies, text } = await browser.get('/me');
      expect(status).to.equal(503);
      expect(body).to.include({ code });
      expect(text).to.not.contain('10.0.0.1');
      expect(cookies).to.deep.equal([]);
    });
  }

  for (const path of Object.keys(ROUTES)
    .filter((key) => key.startsWith('POST'))
    .map((key) => key.slice(5))) {
    it(`answer 503 when the service fails in the middle of ${path}, and leave the session and its cookie`, async () => {
      const browser = await site().serve();
      const { id } = (await browser.post('/login', { user_id: 'ann' })).body as { id: string };
      site().watch.before = async (method) => {
        if (method !== 'validateSession') throw clientError('TIMEOUT');
      };
      const { status, cookies } = await browser.post(path, { user_id: 'ann', data: 1, user: 1 });
      expect(status).to.equal(503);
      expect(cookies).to.deep.equal([]);
      expect(await site().isValid(id)).to.equal(true);
      site().watch.before = () => undefined;
      expect((await browser.get('/me')).body).to.include({ active: true, id });
    });
  }

  it('end in the own error page of the framework with 503', async () => {
    const browser = await site().serve({ ownErrorPage: true });
    await browser.post('/login', { user_id: 'ann' });
    await site().endService();
    const { status, text, cookies } = await browser.get('/me');
    expect(status).to.equal(503);
    expect(text).to.contain('cannot be asked').and.not.contain('127.0.0.1');
    expect(cookies).to.deep.equal([]);
  });

  it('are found again when the service is back', async () => {
    const browser = await site().serve();
    await browser.post('/login', { user_id: 'ann' });
    site().watch.before = async () => {
      throw clientError('UNREACHABLE');
    };
    expect((await browser.get('/me')).status).to.equal(503);
    site().watch.before = () => undefined;
    expect((await browser.get('/me')).body).to.include({ active: true });
  });

  it('are failed, and keep their cookie, where the service says that the request did not reach it in whole', async () => {
    const browser = await site().serve();
    site().watch.before = async () => {
      throw clientError('INVALID_DATA', 408);
    };
    const { status, cookies } = await browser.get('/me', { cookie: '__Host-sid=abc' });
    expect(status).to.equal(503);
    expect(cookies).to.deep.equal([]);
  });

  it('are refused, not failed, where the service takes the id for none', async () => {
    const browser = await site().serve({ anonymous: 'refuse' });
    site().watch.before = async () => {
      throw clientError('INVALID_DATA', 400);
    };
    const { status, cookies } = await browser.get('/me', { cookie: '__Host-sid=abc' });
    expect(status).to.equal(401);
    expect(cookies).to.have.length(1);
  });
}
