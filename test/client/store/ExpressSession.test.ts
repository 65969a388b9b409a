import { expect } from 'chai';
import type { SessionOptions } from 'express-session';
import { CookieJar } from 'tough-cookie';
import { SessionSite } from './SessionSite.js';
import { HOUR, storeWorld } from './StoreWorld.js';

const DAY = 86_400_000;
/** Milliseconds that an age may be short of when it begins: express-session reads the clock twice. */
const DRIFT = 100;

describe('express-session with SessionsStore', () => {
  const world = storeWorld({ user: (session) => session.user });
  let sites: SessionSite[];
  beforeEach(() => {
    sites = [];
  });
  afterEach(() => Promise.all(sites.map((site) => site.close())));

  const open = async (options: Partial<SessionOptions> = {}) => {
    const site = await SessionSite.open({ store: world.store, cookie: { maxAge: HOUR }, ...options });
    sites.push(site);
    return site;
  };
  const isActive = async (id: string | undefined) => (await world.at(id))?.active;

  it('keeps a session from visit to visit, also at another process', async () => {
    const jar = new CookieJar();
    const visit = (await open()).visitor(jar);
    expect((await visit('/count')).body.count).to.equal(1);
    expect((await visit('/count')).body.count).to.equal(2);
    const elsewhere = (await open({ store: world.other() })).visitor(jar);
    expect((await elsewhere('/count')).body.count).to.equal(3);
  });

  it('opens no session for a visitor of whom nothing is to be kept', async () => {
    const { cookies } = await (await open()).visitor()('/look');
    expect(cookies).to.deep.equal([]);
    expect(await world.store.length()).to.equal(0);
  });

  it('accesses the session on every visit, and writes only what has changed', async () => {
    const visit = (await open()).visitor();
    const { id } = (await visit('/count')).body;
    for (let i = 0; i < 3; i++) {
      world.advance(HOUR - DRIFT);
      expect((await visit('/look')).body.count).to.equal(1);
    }
    expect(await world.at(id)).to.include({ version: 0, active: true });
    world.advance(HOUR);
    expect((await visit('/look')).body.count).to.equal(undefined);
  });

  it('gives a login a new id, ends the old session, and opens the new one as that user', async () => {
    const visit = (await open()).visitor();
    const before = (await visit('/count')).body.id;
    const after = (await visit('/login/ann')).body.id;
    expect(after).to.not.equal(before);
    expect(await isActive(before)).to.equal(false);
    expect(await world.at(after)).to.include({ user_id: 'ann', active: true });
  });

  it('ends the session with a logout, for every later visit of whoever holds its cookie', async () => {
    const site = await open();
    const [mine, stolen] = [new CookieJar(), new CookieJar()];
    const { cookies, body } = await site.visitor(mine)('/login/ann');
    for (const cookie of cookies) await stolen.setCookie(cookie, 'http://127.0.0.1/');
    await site.visitor(mine)('/logout');
    expect(await isActive(body.id)).to.equal(false);
    const seen = await site.visitor(stolen)('/look');
    expect(seen.body.user).to.equal(undefined);
    expect(seen.body.id).to.not.equal(body.id);
  });

  it('drops what a slow request saves after a logout, and answers the request all the same', async () => {
    for (const end of ['/logout', '/unset', '/login/bob']) {
      const site = await open({ unset: 'destroy' });
      const jar = new CookieJar();
      const { id } = (await site.visitor(jar)('/count')).body;
      const slow = site.visitor(jar)('/slow');
      await site.slow.begun.promise;
      await site.visitor(jar)(end);
      site.slow.goOn.resolve();
      expect(await slow, end).to.include({ status: 200 });
      expect(await isActive(id), end).to.equal(false);
      expect(site.errors).to.deep.equal([]);
    }
  });

  it('drops what a slow request saves after a deletion or the end of all sessions of the user', async () => {
    for (const end of [
      (id: string) => world.client.deleteSessionById(null, id),
      () => world.client.closeSessions(null, { user_id: 'ann' }),
    ]) {
      const site = await open();
      const jar = new CookieJar();
      const id = String((await site.visitor(jar)('/login/ann')).body.id);
      const slow = site.visitor(jar)('/slow');
      await site.slow.begun.promise;
      await end(id);
      site.slow.goOn.resolve();
      expect(await slow).to.include({ status: 200 });
      expect(await isActive(id)).to.not.equal(true);
      expect(site.errors).to.deep.equal([]);
    }
  });

  it('ends the session of a visitor whose session is unset', async () => {
    const visit = (await open({ unset: 'destroy' })).visitor();
    const { id } = (await visit('/count')).body;
    await visit('/unset');
    expect(await isActive(id)).to.equal(false);
  });

  it('keeps the session of a visitor whose session is unset where that is configured', async () => {
    const visit = (await open({ unset: 'keep' })).visitor();
    const { id } = (await visit('/count')).body;
    await visit('/unset');
    expect(await isActive(id)).to.equal(true);
  });

  it('lets a session live as long as its cookie, also when only the age of that changes', async () => {
    const visit = (await open({ rolling: true })).visitor();
    const { id } = (await visit('/count')).body;
    const { cookies } = await visit(`/age/${DAY}`);
    expect(cookies).to.have.length(1);
    expect((await world.at(id))?.expire_timeout).to.be.within(DAY - DRIFT, DAY);
    world.advance(DAY - DRIFT);
    expect((await visit('/count')).body.count).to.equal(2);
    expect((await world.at(id))?.expire_timeout).to.be.within(DAY - DRIFT, DAY);
    await visit('/age/5000');
    world.advance(5000);
    expect((await visit('/look')).body.count).to.equal(undefined);
  });

  it('sends the cookie again on every visit where it is to roll, and else once', async () => {
    for (const rolling of [true, false]) {
      const visit = (await open({ rolling })).visitor();
      await visit('/count');
      expect((await visit('/look')).cookies, `rolling ${rolling}`).to.have.length(rolling ? 1 : 0);
    }
  });

  it('keeps unchanged sessions that are saved again', async () => {
    const visit = (await open({ resave: true, saveUninitialized: true })).visitor();
    const { id } = (await visit('/look')).body;
    expect((await visit('/look')).body.id).to.equal(id);
    expect(await world.at(id)).to.include({ user_id: 'anonymous', version: 1 });
  });

  it('counts every one of many visitors at once', async () => {
    const site = await open();
    await Promise.all(Array.from({ length: 20 }, () => site.visitor()('/count')));
    expect(await world.store.length()).to.equal(20);
  });

  it('answers 503 while the service is down, with no cookie and nobody logged in', async () => {
    const visit = (await open()).visitor();
    await visit('/login/ann');
    await world.stop();
    for (const path of ['/look', '/count', '/logout', '/login/bob']) {
      const { status, body, cookies } = await visit(path);
      expect({ status, code: body.code, cookies }, path).to.deep.equal({
        status: 503,
        code: 'UNREACHABLE',
        cookies: [],
      });
    }
  });

  it('tells the application why a session could not be kept', async () => {
    const site = await open({ genid: () => 'too-short' });
    await site.visitor()('/count');
    expect(site.errors.map((error) => (error as { code: string }).code)).to.deep.equal(['INVALID_CONFIG']);
  });
});
