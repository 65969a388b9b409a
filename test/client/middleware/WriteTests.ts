import { expect } from 'chai';
import type { SiteUnderTest } from './SiteUnderTest.js';

const DROPPED = '__Host-sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; Secure; SameSite=Lax';
const WRITES: [string, object][] = [
  ['/save', { data: 1 }],
  ['/patch', { data: { a: 1 } }],
  ['/user', { user: 1 }],
  ['/count', {}],
];

/** What `save`, `patch`, `updateUser`, `change` and `reload` do. */
export function writeTests(site: () => SiteUnderTest): void {
  it('keep what was saved', async () => {
    const browser = await site().serve();
    await browser.post('/login', { user_id: 'ann' });
    expect((await browser.post('/save', { data: { a: 1, b: 2 } })).body).to.deep.include({ version: 1 });
    expect((await browser.post('/patch', { data: { b: null, c: 3 } })).body).to.deep.include({ data: { a: 1, c: 3 } });
    await browser.post('/user', { user: ['admin'], options: { user_id: 'anna' } });
    const { body } = await browser.get('/me');
    expect(body).to.deep.include({ userId: 'anna', user: ['admin'], data: { a: 1, c: 3 }, version: 3 });
  });

  it('are saved several times in one request, each time as the version before', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /twice': async ({ session }) => {
          await session.save({ step: 1 } as never);
          await session.updateUser('u' as never);
          await session.save({ step: 2 } as never);
          return { version: session.version, data: session.data };
        },
      },
    );
    await browser.post('/login', { user_id: 'ann' });
    expect((await browser.post('/twice')).body).to.deep.equal({ version: 3, data: { step: 2 } });
  });

  it('are not overwritten by a request that had not seen what another one wrote', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /slow': async ({ session }) => {
          await site().client.storeSessionData(null, session.id as string, { by: 'other' });
          return session.save({ by: 'me' } as never);
        },
      },
    );
    await browser.post('/login', { user_id: 'ann' });
    const { status, body, cookies } = await browser.post('/slow');
    expect(status).to.equal(409);
    expect(body).to.include({ code: 'SESSION_CONFLICT' });
    expect(cookies).to.deep.equal([]);
    expect((await browser.get('/me')).body).to.deep.include({ data: { by: 'other' }, active: true });
  });

  it('are overwritten where the application says so, or by the version that it names', async () => {
    const browser = await site().serve();
    const { id } = (await browser.post('/login', { user_id: 'ann' })).body as { id: string };
    await site().client.storeSessionData(null, id, 1);
    expect((await browser.post('/save', { data: 2, options: { version: 0 } })).status).to.equal(409);
    expect((await browser.post('/save', { data: 3, options: { version: null } })).body).to.include({ data: 3 });
    expect((await browser.post('/user', { user: 2, options: { version: 0 } })).status).to.equal(409);
  });

  it('count every change of many requests at the same moment', async () => {
    const browser = await site().serve();
    await browser.post('/login', { user_id: 'ann' });
    const answers = await Promise.all(Array.from({ length: 25 }, () => browser.post('/count')));
    const counts = answers.map(({ body }) => body?.['count'] as number).sort((a, b) => a - b);
    expect(counts).to.deep.equal(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it('count every change behind a near-cache, which knows nothing of what others write', async () => {
    const client = site().another({ cache: true, cache_ttl: 60_000 });
    const browser = await site().serve({ client });
    const { id } = (await browser.post('/login', { user_id: 'ann' })).body as { id: string };
    await browser.get('/me');
    await site().client.storeSessionData(null, id, { count: 5 });
    expect((await browser.post('/count')).body).to.deep.equal({ count: 6 });
    expect((await browser.post('/count')).body).to.deep.equal({ count: 7 });
    await client.close();
  });

  it('hand a copy to what changes them, so that a change that failed leaves no trace', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /spoil': async ({ session }) => {
          const spoil = session.change((data) => {
            (data as { count: number }).count = 99;
            throw new Error('no');
          });
          await spoil.catch(() => null);
          return session.data;
        },
      },
    );
    await browser.post('/login', { user_id: 'ann', data: { count: 1 } });
    expect((await browser.post('/spoil')).body).to.deep.equal({ count: 1 });
  });

  for (const [path, content] of WRITES) {
    for (const end of ['closeSession', 'deleteSessionById'] as const) {
      it(`are not brought back by ${path} after a ${end} elsewhere, which drops the cookie`, async () => {
        const browser = await site().serve();
        const { id } = (await browser.post('/login', { user_id: 'ann', data: {} })).body as { id: string };
        site().watch.before = async (method) => {
          if (method !== 'validateSession') await site().client[end](null, id);
        };
        const { status, body, cookies } = await browser.post(path, content);
        expect(status).to.equal(409);
        expect(body).to.include({ code: 'SESSION_CLOSED' });
        expect(cookies).to.deep.equal([DROPPED]);
        expect(await site().isValid(id)).to.equal(false);
      });
    }
  }

  it('are read again when asked, and dropped with their cookie when they have ended', async () => {
    const browser = await site().serve(
      {},
      {
        'POST /again': async ({ session }) => {
          const id = session.id as string;
          await site().client.storeSessionData(null, id, 7);
          const { data } = (await session.reload()) ?? {};
          await site().client.closeSession(null, id);
          return { data, ended: await session.reload(), active: session.active, again: await session.reload() };
        },
      },
    );
    await browser.post('/login', { user_id: 'ann' });
    const { body, cookies } = await browser.post('/again');
    expect(body).to.deep.equal({ data: 7, ended: null, active: false, again: null });
    expect(cookies).to.deep.equal([DROPPED]);
  });

  it('say as 400 and 413 what the service cannot keep', async () => {
    const browser = await site().serve();
    await browser.post('/login', { user_id: 'ann' });
    const missing = await browser.post('/save', {});
    expect([missing.status, missing.body?.['code']]).to.deep.equal([400, 'INVALID_DATA']);
    const large = await browser.post('/save', { data: 'x'.repeat(70_000) });
    expect([large.status, large.body?.['code']]).to.deep.equal([413, 'PAYLOAD_TOO_LARGE']);
    expect(large.cookies).to.deep.equal([]);
  });

  it('show their id to nobody who prints them', async () => {
    const browser = await site().serve({}, { 'GET /print': async ({ session }) => ({ session, id: session.id }) });
    await browser.post('/login', { user_id: 'ann' });
    const { body } = await browser.get('/print');
    expect(body?.['session']).to.deep.equal({});
  });
}
