import { expect } from 'chai';
import { orSkip } from '../../compatibility/OlderPackage.js';
import { sessmanService } from '../../services/legacy/sessman/SessmanService.js';
import { memoryStore } from '../../support/ApiStores.js';
import { START } from '../../support/FakeClock.js';
import { BrowserPage } from '../http/BrowserPage.js';

const DAY = 86_400_000;
const KEY = 'k-1';

describe('Session in a browser, from another origin than the service', function () {
  this.timeout(60_000);
  const sessman = sessmanService(memoryStore, { service: { 'options.api_key': KEY } });
  let application: BrowserPage | null = null;
  let said: string[];

  before(async function () {
    application = await orSkip(BrowserPage.open(), this.test?.parent);
    application?.page.on('console', (message) => said.push(message.text()));
  });
  after(() => application?.close());
  beforeEach(function () {
    said = [];
    if (application === null) this.skip();
  });

  /** Runs this in the page, where it gets the address of the service, its key, and what else is given. */
  function inPage<T, A>(run: (given: { base_url: string; auth: string; more: A }) => Promise<T>, more?: A): Promise<T> {
    if (application === null) throw new Error('There is no page');
    const base_url = `${sessman.served.url}/sessman`;
    return application.page.evaluate(run, { base_url, auth: KEY, more: more as A } as never);
  }

  const open = () =>
    inPage(async ({ base_url, auth }) => {
      const { Session } = await import('service-sessions-client/sessman');
      return (await Session.create('ann', { base_url, auth, data: { a: 1 } })).session_id as string;
    });

  /** Code and status of what loading, or updating, that session fails with. */
  const failures = (id: string, wrongKey?: string) =>
    inPage(
      async ({ base_url, auth, more: [id, wrongKey] }) => {
        const { Session, SessmanError } = await import('service-sessions-client/sessman');
        const options = { base_url, auth: wrongKey ?? auth, data: { mine: 1 } };
        const session = new Session<object>('ann', options);
        session.session_id = id;
        const seen = [];
        for (const call of [() => Session.load('ann', id, options), () => session.updateSession()]) {
          const error = await call().then(
            () => null,
            (error: unknown) => error,
          );
          if (!(error instanceof SessmanError)) throw error ?? new Error('The call did not fail');
          seen.push([error.code, error.status ?? null]);
        }
        return seen;
      },
      [id, wrongKey] as const,
    );

  it('creates, updates and loads a session', async () => {
    const seen = await inPage(async ({ base_url, auth }) => {
      const { Session } = await import('service-sessions-client/sessman');
      const session = await Session.create<Record<string, unknown>>('Jörg & ann', {
        base_url,
        auth,
        data: { é: '😀' },
      });
      session.data['cart'] = [1];
      await session.updateSession();
      const { session_id } = session;
      const loaded = await Session.load('Jörg & ann', String(session_id), { base_url, auth });
      return { session_id, user: loaded.user, data: loaded.data, expires: loaded.expires instanceof Date };
    });
    const { session_id, ...rest } = seen;
    expect(rest).to.deep.equal({ user: 'Jörg & ann', data: { é: '😀', cart: [1] }, expires: true });
    const stored = await sessman.controller.getSessionById(null, String(session_id));
    expect(stored).to.deep.include({ user_id: 'Jörg & ann', data: { é: '😀', cart: [1] }, active: true });
    expect(stored?.expire_time).to.deep.equal(new Date(START + DAY));
  });

  it('tells that a session has expired', async () => {
    const id = await open();
    sessman.clock.advance(DAY - 1);
    const loaded = await inPage(async ({ base_url, auth, more }) => {
      const { Session } = await import('service-sessions-client/sessman');
      return (await Session.load('ann', more, { base_url, auth })).data;
    }, id);
    expect(loaded).to.deep.equal({ a: 1 });
    sessman.clock.advance(1);
    expect(await failures(id)).to.deep.equal([
      ['NOT_FOUND', 404],
      ['NOT_FOUND', 404],
    ]);
  });

  it('tells that the key is wrong', async () => {
    const id = await open();
    expect(await failures(id, 'k-2')).to.deep.equal([
      ['UNAUTHORIZED', 401],
      ['UNAUTHORIZED', 401],
    ]);
    expect(await failures(id, '')).to.deep.equal([
      ['UNAUTHORIZED', 401],
      ['UNAUTHORIZED', 401],
    ]);
    expect((await sessman.controller.getSessionById(null, id))?.data).to.deep.equal({ a: 1 });
  });

  it('tells that the service is down', async () => {
    const id = await open();
    await sessman.served.close();
    expect(await failures(id)).to.deep.equal([
      ['UNREACHABLE', null],
      ['UNREACHABLE', null],
    ]);
  });

  it('is found by the page under a relative address, which is no service here', async () => {
    const seen = await inPage(async () => {
      const { Session } = await import('service-sessions-client/sessman');
      return Session.create('ann').catch((error) => [error.code, error.status]);
    });
    expect(seen).to.deep.equal(['BAD_REPLY', 404]);
  });

  it('says nothing on the console that is not of the browser itself', async () => {
    const id = await open();
    await failures(id, 'k-2');
    // Chromium notes every answer above 399 by itself.
    expect(said.filter((text) => !text.startsWith('Failed to load resource'))).to.deep.equal([]);
  });
});
