import { expect } from 'chai';
import type { SiteUnderTest } from './SiteUnderTest.js';

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax';
const DROPPED = `__Host-sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${ATTRIBUTES}`;

/** What `regenerate`, `close`, `closeOthers` and `closeAll` do to sessions and cookies. */
export function loginTests(site: () => SiteUnderTest): void {
  it('get a cookie with the strictest attributes, which a browser takes and sends', async () => {
    const browser = await site().serve();
    const { body, cookies } = await browser.post('/login', { user_id: 'ann', user: { name: 'Ann' }, data: [1] });
    expect(cookies).to.deep.equal([`__Host-sid=${body?.['id']}; ${ATTRIBUTES}`]);
    const me = await browser.get('/me');
    expect(me.body).to.deep.equal({
      ...{ active: true, id: body?.['id'], userId: 'ann', user: { name: 'Ann' }, data: [1], version: 0 },
    });
    expect(me.cookies).to.deep.equal([]);
  });

  it('get the cookie that is configured', async () => {
    const cookie = { name: 'sid', secure: false, httpOnly: false, sameSite: 'strict', path: '/', maxAge: 60 } as const;
    const browser = await site().serve({ cookie });
    const { body, cookies } = await browser.post('/login', { user_id: 'ann' });
    expect(cookies).to.deep.equal([`sid=${body?.['id']}; Max-Age=60; Path=/; SameSite=Strict`]);
    expect((await browser.get('/me')).body).to.include({ userId: 'ann' });
    const { cookies: dropped } = await browser.post('/logout');
    expect(dropped).to.deep.equal(['sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; SameSite=Strict']);
    expect(await browser.cookies()).to.equal('');
  });

  it('get no cookie where there are none, or where the caller came with a bearer', async () => {
    const withoutCookies = await site().serve({ cookie: false });
    expect((await withoutCookies.post('/login', { user_id: 'ann' })).cookies).to.deep.equal([]);
    const old = await site().opened('ann');
    const browser = await site().serve();
    const headers = { authorization: `Bearer ${old}` };
    const { body, cookies } = await browser.post('/login', { user_id: 'ann' }, headers);
    expect(cookies).to.deep.equal([]);
    expect(await site().isValid(body?.['id'])).to.equal(true);
    expect(await site().isValid(old)).to.equal(false);
  });

  it('get a new id, and the id from before the login is worth nothing', async () => {
    const browser = await site().serve();
    const first = (await browser.post('/login', { user_id: 'anonymous' })).body?.['id'];
    const second = (await browser.post('/login', { user_id: 'ann' })).body?.['id'];
    expect(second).to.not.equal(first);
    expect(await site().isValid(first)).to.equal(false);
    expect((await browser.get('/me')).body).to.include({ id: second, userId: 'ann' });
  });

  it('never take over an id that the request brought', async () => {
    const browser = await site().serve();
    const cookie = '__Host-sid=0123456789abcdef0123456789abcdef';
    const { body, cookies } = await browser.post('/login', { user_id: 'ann' }, { cookie });
    expect(body?.['id']).to.not.equal('0123456789abcdef0123456789abcdef');
    expect(cookies).to.deep.equal([`__Host-sid=${body?.['id']}; ${ATTRIBUTES}`]);
  });

  it('note where the request came from, unless the application says otherwise', async () => {
    const browser = await site().serve();
    const headers = { 'user-agent': `Tab\t${'x'.repeat(5000)}` };
    const { id } = (await browser.post('/login', { user_id: 'ann' }, headers)).body as { id: string };
    const noted = await site().client.getSessionById(null, id);
    expect(noted?.address).to.equal('127.0.0.1');
    expect(noted?.client).to.equal(`Tab ${'x'.repeat(4092)}`);
    const given = { user_id: 'ann', address: null, client: 'mine' };
    const other = (await browser.post('/login', given)).body as { id: string };
    const session = await site().client.getSessionById(null, other.id);
    expect(session).to.include({ client: 'mine' });
    expect(session?.address ?? null).to.equal(null);
  });

  it('end with the new session when the old one cannot be closed', async () => {
    const browser = await site().serve();
    const old = (await browser.post('/login', { user_id: 'ann' })).body?.['id'];
    let closings = 0;
    site().watch.before = async (method) => {
      if (method === 'closeSession' && ++closings === 1) throw new Error('connect ECONNREFUSED 10.0.0.1');
    };
    const { status, cookies } = await browser.post('/login', { user_id: 'ann' });
    expect(status).to.equal(503);
    expect(cookies).to.deep.equal([]);
    expect(await site().isValid(old)).to.equal(true);
    expect((await site().client.getSessions(null, { user_id: 'ann', active: true })).data).to.have.length(1);
  });

  it('open nothing once the headers of the answer have left', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /late': async ({ session, answerNow }) => {
          answerNow();
          return session.regenerate({ user_id: 'ann' }).catch((error: { code: string }) => ({ code: error.code }));
        },
      },
    );
    expect((await browser.post('/late')).body).to.deep.equal({ code: 'HEADERS_SENT' });
    expect(site().watch.calls).to.deep.equal([]);
  });

  it('are closed again when the headers leave while they are opened', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /late': async ({ session, answerNow }) => {
          const login = session
            .regenerate({ user_id: 'ann' })
            .catch((error: { code: string }) => ({ code: error.code }));
          answerNow();
          return login;
        },
      },
    );
    expect((await browser.post('/late')).body).to.deep.equal({ code: 'HEADERS_SENT' });
    expect((await site().client.getSessions(null, { user_id: 'ann', active: true })).data).to.deep.equal([]);
  });

  it('are closed by a logout after the headers have left, too', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /late': async ({ session, answerNow }) => {
          answerNow();
          await session.close();
          return { active: session.active };
        },
      },
    );
    const { id } = (await browser.post('/login', { user_id: 'ann' })).body as { id: string };
    expect((await browser.post('/late')).body).to.deep.equal({ active: false });
    expect(await site().isValid(id)).to.equal(false);
  });

  it('leave other cookies of the answer alone, and of their own only the last one', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /often': async ({ session, setCookie }) => {
          setCookie('theme=dark; Path=/');
          await session.regenerate({ user_id: 'ann' });
          setCookie('__Host-sid2=x; Path=/; Secure');
          await session.regenerate({ user_id: 'ann' });
          return { id: session.id };
        },
      },
    );
    const { body, cookies } = await browser.post('/often');
    expect(cookies).to.have.members([
      'theme=dark; Path=/',
      '__Host-sid2=x; Path=/; Secure',
      `__Host-sid=${body?.['id']}; ${ATTRIBUTES}`,
    ]);
    expect((await site().client.getSessions(null, { user_id: 'ann', active: true })).data).to.have.length(1);
  });

  it('end at logout with their cookie, as often as it is called', async () => {
    const browser = await site().serve();
    const cookie = (await browser.post('/login', { user_id: 'ann' })).cookies[0]?.split(';')[0] as string;
    const { cookies } = await browser.post('/logout');
    expect(cookies).to.deep.equal([DROPPED]);
    expect(await browser.cookies()).to.equal('');
    expect((await site().client.getSessionById(null, cookie.split('=')[1] as string))?.close_reason).to.equal('closed');
    expect((await browser.post('/logout')).status).to.equal(200);
    expect((await browser.post('/logout', {}, { cookie })).status).to.equal(200);
  });

  it('end at the logout of the others but for the one that asked', async () => {
    const browser = await site().serve();
    await site().opened('ann');
    await site().opened('ann');
    const stranger = await site().opened('ben');
    await browser.post('/login', { user_id: 'ann' });
    const { body, cookies } = await browser.post('/logout-others');
    expect(body).to.deep.equal({ closed: 2 });
    expect(cookies).to.deep.equal([]);
    expect((await browser.get('/me')).body).to.include({ active: true });
    expect(await site().isValid(stranger)).to.equal(true);
  });

  it('all end at a logout everywhere, with the cookie', async () => {
    const browser = await site().serve();
    const other = await site().opened('ann');
    await browser.post('/login', { user_id: 'ann' });
    const { body, cookies } = await browser.post('/logout-everywhere');
    expect(body).to.deep.equal({ closed: 2 });
    expect(cookies).to.deep.equal([DROPPED]);
    expect(await site().isValid(other)).to.equal(false);
    expect((await browser.get('/me')).body).to.include({ active: false });
  });

  it('of people who have not logged in do not end with those of others like them', async () => {
    const browser = await site().serve();
    const stranger = await site().opened('anonymous');
    await browser.post('/login', { user_id: 'anonymous' });
    expect((await browser.post('/logout-others')).body).to.deep.equal({ closed: 0 });
    expect((await browser.post('/logout-everywhere')).body).to.deep.equal({ closed: 1 });
    expect(await site().isValid(stranger)).to.equal(true);
    expect((await browser.get('/me')).body).to.include({ active: false });
  });

  for (const path of ['/logout-others', '/logout-everywhere', '/save', '/patch', '/user', '/count']) {
    it(`are needed for ${path}: 401 without one`, async () => {
      const { status, body } = await (await site().serve()).post(path, { data: 1, user: 1 });
      expect(status).to.equal(401);
      expect(body).to.include({ code: 'UNAUTHENTICATED' });
      expect(site().watch.calls).to.deep.equal([]);
    });
  }
}
