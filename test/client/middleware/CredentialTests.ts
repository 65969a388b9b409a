import { expect } from 'chai';
import type { SiteUnderTest } from './SiteUnderTest.js';

const DROPPED = '__Host-sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; Secure; SameSite=Lax';

/** Cookies in which no session is found: the service is asked only for those that could be an id. */
const BAD_COOKIES: [string, string, 'asked' | 'not asked'][] = [
  ['forged', '__Host-sid=0123456789abcdef0123456789abcdef', 'asked'],
  ['quoted', '__Host-sid="0123456789abcdef0123456789abcdef"', 'asked'],
  ['of 256 characters', `__Host-sid=${'a'.repeat(256)}`, 'asked'],
  ['of 257 characters', `__Host-sid=${'a'.repeat(257)}`, 'not asked'],
  ['of 10 KB', `__Host-sid=${'a'.repeat(10_240)}`, 'not asked'],
  ['empty', '__Host-sid=', 'not asked'],
  ['with a line break', '__Host-sid=abc%0d%0aSet-Cookie:%20a=b', 'not asked'],
  ['with a NUL', '__Host-sid=abc%00', 'not asked'],
  ['with a broken percent code', '__Host-sid=abc%zz', 'not asked'],
  ['with bytes that are no UTF-8', '__Host-sid=%ff%fe', 'not asked'],
  ['with half a surrogate pair', '__Host-sid=%ed%a0%80', 'not asked'],
];

/** Headers in which there is no cookie of ours. */
const FOREIGN_COOKIES: [string, string][] = [
  ['another name', 'sid=SID'],
  ['a longer name', '__Host-sid2=SID; x__Host-sid=SID'],
  ['another case', '__host-SID=SID'],
  ['no value', '__Host-sid'],
  ['no name', '=__Host-sid=SID'],
  ['a blank that is none of RFC 6265 before the name', 'a=b;\u00a0__Host-sid=SID'],
  ['only blanks', `${' '.repeat(10_000)};${'\t '.repeat(1000)}`],
];

/** How a request says which session it belongs to. */
export function credentialTests(site: () => SiteUnderTest): void {
  it('are found by the cookie among others', async () => {
    const id = await site().opened('ann', { count: 3 });
    const browser = await site().serve();
    const { body, cookies } = await browser.get('/me', { cookie: `a=b;__Host-sid= ${id} ; theme="dark"; c` });
    expect(body).to.deep.equal({ active: true, id, userId: 'ann', data: { count: 3 }, version: 0 });
    expect(cookies).to.deep.equal([]);
    expect(site().watch.calls).to.deep.equal(['validateSession']);
  });

  for (const [name, cookie, asked] of BAD_COOKIES) {
    it(`are not found by a cookie ${name}, which is dropped`, async () => {
      const { status, body, cookies } = await (await site().serve()).get('/me', { cookie });
      expect(status).to.equal(200);
      expect(body).to.include({ active: false, id: null });
      expect(cookies).to.deep.equal([DROPPED]);
      expect(site().watch.calls).to.have.length(asked === 'asked' ? 1 : 0);
    });
  }

  for (const [name, cookie] of FOREIGN_COOKIES) {
    it(`are not found by cookies with ${name}`, async () => {
      const id = await site().opened('ann');
      const { body, cookies } = await (await site().serve()).get('/me', { cookie: cookie.replaceAll('SID', id) });
      expect(body).to.include({ active: false });
      expect(cookies).to.deep.equal([]);
      expect(site().watch.calls).to.deep.equal([]);
    });
  }

  it('are not found by a cookie that comes twice, of which neither is dropped: the other one would stay', async () => {
    const [mine, other] = [await site().opened('ann'), await site().opened('eve')];
    const browser = await site().serve();
    for (const cookie of [`__Host-sid=${mine}; __Host-sid=${other}`, `__Host-sid=${mine}; __Host-sid=${mine}`]) {
      const { body, cookies } = await browser.get('/me', { cookie });
      expect(body).to.include({ active: false });
      expect(cookies).to.deep.equal([]);
    }
    expect(site().watch.calls).to.deep.equal([]);
  });

  it('are dropped with their cookie when they were closed elsewhere', async () => {
    const browser = await site().serve();
    const { id } = (await browser.post('/login', { user_id: 'ann' })).body as { id: string };
    await site().client.closeSession(null, id);
    const { body, cookies } = await browser.get('/me');
    expect(body).to.include({ active: false });
    expect(cookies).to.deep.equal([DROPPED]);
    expect(await browser.cookies()).to.equal('');
  });

  it('are dropped with their cookie when they have expired', async () => {
    const browser = await site().serve();
    await browser.post('/login', { user_id: 'ann', expire_timeout: 1000 });
    site().clock.advance(999);
    expect((await browser.get('/me')).body).to.include({ active: true });
    site().clock.advance(1000);
    const { body, cookies } = await browser.get('/me');
    expect(body).to.include({ active: false });
    expect(cookies).to.deep.equal([DROPPED]);
  });

  it('are found by a bearer header, which wins over the cookie', async () => {
    const [ann, ben] = [await site().opened('ann'), await site().opened('ben')];
    const browser = await site().serve();
    for (const authorization of [`Bearer ${ann}`, `bearer  ${ann} `]) {
      const { body } = await browser.get('/me', { authorization, cookie: `__Host-sid=${ben}` });
      expect(body).to.include({ active: true, userId: 'ann' });
    }
  });

  for (const authorization of [
    'Bearer',
    'Bearer ',
    'Bearer a b',
    `Bearer ${'a'.repeat(257)}`,
    'Bearer \u00e4',
    'Bearer nobody',
  ]) {
    it(`are not found behind "${authorization.slice(0, 20)}", whatever the cookie, which stays`, async () => {
      const cookie = `__Host-sid=${await site().opened('ben')}`;
      const { body, cookies } = await (await site().serve()).get('/me', { authorization, cookie });
      expect(body).to.include({ active: false });
      expect(cookies).to.deep.equal([]);
    });
  }

  it('are found by the cookie beside other kinds of authorization', async () => {
    const cookie = `__Host-sid=${await site().opened('ben')}`;
    const browser = await site().serve();
    for (const authorization of ['Basic YTpi', 'BearerX abc']) {
      expect((await browser.get('/me', { authorization, cookie })).body).to.include({ userId: 'ben' });
    }
  });

  it('are not found by what is switched off', async () => {
    const id = await site().opened('ann');
    const byCookie = await site().serve({ bearer: false });
    expect((await byCookie.get('/me', { authorization: `Bearer ${id}` })).body).to.include({ active: false });
    const byBearer = await site().serve({ cookie: false });
    expect((await byBearer.get('/me', { cookie: `__Host-sid=${id}` })).body).to.include({ active: false });
    expect(site().watch.calls).to.deep.equal([]);
  });
}
