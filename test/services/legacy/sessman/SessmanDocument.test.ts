import { expect } from 'chai';
import { Session } from 'service-sessions-client/sessman';
import { BrowserPage } from '../../../client/http/BrowserPage.js';
import { orSkip } from '../../../compatibility/OlderPackage.js';
import { memoryStore } from '../../../support/ApiStores.js';
import { type OlderSessionClass, olderSessionClass } from './OlderSession.js';
import { sessmanService } from './SessmanService.js';

const KEY = 'k-1';

describe("A class as the one in sessman's document", function () {
  this.timeout(60_000);
  const sessman = sessmanService(memoryStore, { service: { 'options.api_key': KEY, 'options.session_ttl': 60 } });
  const options = (auth: string | null = KEY) => ({ base_url: `${sessman.served.url}/sessman`, auth });

  it('opens, updates and finds sessions, and is told nothing where there is none', async () => {
    const session = new (olderSessionClass())('ann', { ...options(), data: { a: 1 } });
    await session.createSession();
    session.data['b'] = [2];
    sessman.clock.advance(59_999);
    await session.updateSession();
    sessman.clock.advance(59_999);
    const asked = { sessionid: String(session.session_id), userid: 'ann' };
    expect(await session.get_data('get', asked)).to.deep.include({ user_id: 'ann', data: { a: 1, b: [2] } });
    expect(await session.get_data('get', { ...asked, userid: 'bob' })).to.equal(null);
    sessman.clock.advance(1);
    expect(await session.get_data('get', asked)).to.equal(null);
    expect(await session.get_data('update', { session_id: asked.sessionid }, {})).to.equal(null);
  });

  it('is answered an object where it sends no data', async () => {
    const session = new (olderSessionClass())('ann', options());
    expect(await session.get_data('new', { user: 'ann' })).to.deep.include({ data: {} });
  });

  it('gets nothing without the key', async () => {
    const session = new (olderSessionClass())('ann', options(null));
    expect(await session.get_data('new', { user: 'ann' }, {})).to.equal(null);
  });

  it('and ours use the same sessions', async () => {
    const older = new (olderSessionClass())('ann', { ...options(), data: { a: 1 } });
    await older.createSession();
    const ours = await Session.load<Record<string, unknown>>('ann', String(older.session_id), options());
    ours.data['b'] = 2;
    await ours.updateSession();
    const asked = { sessionid: String(ours.session_id), userid: 'ann' };
    expect(await older.get_data('get', asked)).to.deep.include({ data: { a: 1, b: 2 } });
  });

  it('works in a browser, from another origin', async function () {
    const application = await orSkip(BrowserPage.open(), this.test?.parent);
    if (application === null) return this.skip();
    try {
      await application.page.evaluate(`globalThis.OlderSession = (${olderSessionClass})()`);
      const data = await application.page.evaluate(async (options) => {
        const { OlderSession } = globalThis as unknown as { OlderSession: OlderSessionClass };
        const session = new OlderSession('ann', { ...options, data: { a: 1 } });
        await session.createSession();
        session.data['b'] = 2;
        await session.updateSession();
        return session.data;
      }, options());
      expect(data).to.deep.equal({ a: 1, b: 2 });
    } finally {
      await application.close();
    }
  });
});
