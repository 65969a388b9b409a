import { expect } from 'chai';
import { type ApiStore, fileStore, memoryStore } from '../../../support/ApiStores.js';
import { callOperation } from '../../../support/ServiceProcess.js';
import { cgiService } from './CgiService.js';

const MANY = 50;
const DAY = 86_400_000;
const wiki = { user_id: 'ann', service: 'wiki' };
const NO_SUCH = 'invalid: no such session of this user_id, service and session_name is active';

cgiCalls('memory', memoryStore);
cgiCalls('file', fileStore);

function cgiCalls(name: string, stored: () => ApiStore): void {
  describe(`The CGI calls, ${name}`, () => {
    const running = cgiService(stored);
    const { cgi } = running;
    const reasonOf = async (id: string) => (await running.controller.getSessionById(null, id))?.close_reason;
    const activeIds = async () =>
      (await running.controller.getSessions(null, { active: true }, null)).data.map(({ id }) => id);

    it('add answers a new id of 16 small letters and digits, validate ok, expire ok, then no more', async () => {
      const id = await cgi.add(wiki);
      expect(id).to.match(/^[a-z0-9]{16}$/);
      expect(await cgi.validate(id, wiki)).to.equal('ok');
      expect(await running.controller.getSessionById(null, id)).to.include({
        ...wiki,
        active: true,
        expire_timeout: 0,
      });
      expect(await cgi.expire(wiki)).to.equal('ok');
      expect(await cgi.validate(id, wiki)).to.equal(NO_SUCH);
      expect(await reasonOf(id)).to.equal('closed');
    });

    it('add ends the one before it for the same binding as replaced, and no other', async () => {
      const first = await cgi.add(wiki);
      const named = await cgi.add({ ...wiki, session_name: '10.0.0.1' });
      const other = await cgi.add({ ...wiki, service: 'mail' });
      const second = await cgi.add(wiki);
      expect(second).to.not.equal(first);
      expect(await cgi.validate(first, wiki)).to.equal(NO_SUCH);
      expect(await reasonOf(first)).to.equal('replaced');
      expect(await cgi.validate(second, wiki)).to.equal('ok');
      expect(await cgi.validate(named, { ...wiki, session_name: '10.0.0.1' })).to.equal('ok');
      expect(await cgi.validate(other, { ...wiki, service: 'mail' })).to.equal('ok');
    });

    it('validate answers the very same words whatever is wrong', async () => {
      const id = await cgi.add({ ...wiki, session_name: 'tab' });
      const ended = await cgi.add({ ...wiki, session_name: 'old' });
      await cgi.expire({ ...wiki, session_name: 'old' });
      const wrong = await Promise.all([
        cgi.validate('nobody', { ...wiki, session_name: 'tab' }),
        cgi.validate(id, { ...wiki, user_id: 'bob', session_name: 'tab' }),
        cgi.validate(id, { ...wiki, service: 'mail', session_name: 'tab' }),
        cgi.validate(id, wiki),
        cgi.validate(id, { ...wiki, session_name: 'TAB' }),
        cgi.validate(ended, { ...wiki, session_name: 'old' }),
      ]);
      expect(new Set(wrong)).to.deep.equal(new Set([NO_SUCH]));
      expect(await cgi.validate(id, { ...wiki, session_name: 'tab' })).to.equal('ok');
    });

    it('expire answers ok where there is nothing to end, as often as it is asked', async () => {
      expect(await cgi.expire(wiki)).to.equal('ok');
      await cgi.add(wiki);
      expect([await cgi.expire(wiki), await cgi.expire(wiki)]).to.deep.equal(['ok', 'ok']);
      expect(await activeIds()).to.deep.equal([]);
    });

    it('take an empty session_name for none, and service_name for the same parameter', async () => {
      const id = await cgi.add({ ...wiki, session_name: '' });
      expect(await cgi.validate(id, wiki)).to.equal('ok');
      const named = await cgi.add({ ...wiki, service_name: '10.0.0.1' });
      expect(await cgi.validate(named, { ...wiki, session_name: '10.0.0.1' })).to.equal('ok');
      expect(await cgi.validate(id, wiki)).to.equal('ok');
    });

    it('know sessions of other transports with that binding, and end them all', async () => {
      const open = async () => {
        const { body } = await callOperation(running.served.url, 'open_session', { ...wiki, name: 'tab' });
        return String(body?.['id']);
      };
      const tab = { ...wiki, session_name: 'tab' };
      const [one, two] = [await open(), await open()];
      expect(await cgi.validate(one, tab)).to.equal('ok');
      expect(await cgi.validate(two, tab)).to.equal('ok');
      const id = await cgi.add(tab);
      expect([await reasonOf(one), await reasonOf(two)]).to.deep.equal(['replaced', 'replaced']);
      const three = await open();
      expect([await cgi.validate(id, tab), await cgi.validate(three, tab)]).to.deep.equal(['ok', 'ok']);
      expect(await cgi.expire(tab)).to.equal('ok');
      expect([await reasonOf(id), await reasonOf(three)]).to.deep.equal(['closed', 'closed']);
    });

    it('are closed and listed by other transports', async () => {
      const id = await cgi.add(wiki);
      const listed = await callOperation(running.served.url, 'get_sessions', { filter: { ...wiki, active: 'true' } });
      expect(listed.body?.['data']).to.have.length(1);
      await callOperation(running.served.url, 'close_session', { session_id: id });
      expect(await cgi.validate(id, wiki)).to.equal(NO_SUCH);
    });

    it('never expire by time', async () => {
      const id = await cgi.add(wiki);
      running.clock.advance(3650 * DAY);
      expect(await running.controller.closeExpiredSessions(null)).to.equal(0);
      expect(await cgi.validate(id, wiki)).to.equal('ok');
    });

    it(`add of ${MANY} callers at once leaves exactly one active, the others replaced, each told once`, async () => {
      const ids = await Promise.all(Array.from({ length: MANY }, () => cgi.add(wiki)));
      expect(new Set(ids)).to.have.property('size', MANY);
      const [survivor, ...none] = await activeIds();
      expect(none).to.deep.equal([]);
      const states = await Promise.all(ids.map((id) => cgi.validate(id, wiki)));
      expect(ids.filter((_, i) => states[i] === 'ok')).to.deep.equal([survivor]);
      const replaced = ids.filter((id) => id !== survivor).sort();
      const told = running.events.filter(({ type }) => type === 'session_closed');
      expect(told.map(({ session_id }) => session_id).sort()).to.deep.equal(replaced);
      expect(new Set(told.map(({ reason }) => reason))).to.deep.equal(new Set(['replaced']));
      for (const id of replaced) expect(await reasonOf(id)).to.equal('replaced');
    });

    it('that race leave no session that validates after an expire which began later', async () => {
      const answers = await Promise.all(
        Array.from({ length: MANY }, (_, i) => {
          if (i % 5 === 0) return cgi.expire(wiki);
          return i % 5 === 1 ? cgi.validate('nobody', wiki) : cgi.add(wiki);
        }),
      );
      const ids = answers.filter((text) => /^[a-z0-9]{16}$/.test(text));
      expect(ids).to.have.length((MANY / 5) * 3);
      expect((await activeIds()).length).to.be.at.most(1);
      expect(await cgi.expire(wiki)).to.equal('ok');
      expect(await activeIds()).to.deep.equal([]);
      for (const id of ids) expect(await cgi.validate(id, wiki)).to.equal(NO_SUCH);
      const told = running.events.filter(({ type }) => type === 'session_closed').map(({ session_id }) => session_id);
      expect(told.sort()).to.deep.equal([...ids].sort());
    });
  });

  describe(`The CGI calls with max_lifetime, ${name}`, () => {
    const running = cgiService(stored, { max_lifetime: DAY, touch_interval: 0 });

    it('expire then, however often they are validated', async () => {
      const id = await running.cgi.add(wiki);
      running.clock.advance(DAY - 1);
      expect(await running.cgi.validate(id, wiki)).to.equal('ok');
      running.clock.advance(1);
      expect(await running.cgi.validate(id, wiki)).to.equal(NO_SUCH);
      expect(await running.controller.getSessionById(null, id)).to.include({ close_reason: 'expired' });
    });
  });
}
