import { expect } from 'chai';
import { BrowserPage } from '../../client/http/BrowserPage.js';
import { orSkip } from '../../compatibility/OlderPackage.js';
import { callOperation, type ServiceProcess } from '../../support/ServiceProcess.js';
import { startedServices } from '../../support/StartedServices.js';

/** The front end of the document: the page joins with its session key, and logs out when it is told to. */
interface FrontEnd {
  io(address: string, options: object): PageSocket;
  logouts: { session_key: string; reason: string }[];
  rejected: { session_key: string; code: string }[];
  join(session_key: string, user: string): Promise<{ joined: boolean }>;
}
interface PageSocket {
  on(event: string, listener: (message: never) => void): PageSocket;
  emitWithAck(event: string, message: object): Promise<{ joined: boolean }>;
}

const CONFIG = `
- descriptor: "service-sessions:persistence:memory:default:1.0"
- descriptor: "service-sessions:controller:default:default:1.0"
  options:
    cleanup_interval: 0
- descriptor: "pip-services:endpoint:http:default:1.0"
  connection:
    protocol: "http"
    host: "127.0.0.1"
    port: 0
- descriptor: "service-sessions:service:commandable-http:default:1.0"
- descriptor: "service-sessions:service:socketio:default:1.0"
`;

describe('A page of another origin with the client of socket.io', function () {
  this.timeout(60_000);
  const services = startedServices();
  let application: BrowserPage | null = null;
  let service: ServiceProcess;

  before(async function () {
    application = await orSkip(BrowserPage.open(), this.test?.parent);
  });
  after(() => application?.close());
  beforeEach(async function () {
    if (application === null) this.skip();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(services.path('config.yml'), CONFIG);
    service = await services.start({ args: ['-c', services.path('config.yml')] });
    await application.page.reload();
    await application.page.addScriptTag({ url: `${service.url}/socket.io/socket.io.js` });
  });

  /** Connects the page; from then on it keeps what it is told. */
  async function connectPage(transports: string[]): Promise<void> {
    const arg = [service.url, transports] as const;
    await application?.page.evaluate(async ([url, transports]) => {
      const page = globalThis as unknown as FrontEnd;
      const socket = page.io(url, { transports });
      [page.logouts, page.rejected] = [[], []];
      socket.on('logout', (message) => page.logouts.push(message));
      socket.on('session_rejected', (message) => page.rejected.push(message));
      page.join = (session_key, user) => socket.emitWithAck('session_key', { session_key, user });
      await new Promise((resolve) => socket.on('connect', () => resolve(null)));
    }, arg);
  }

  async function open(user_id: string, more: object = {}): Promise<string> {
    const { body } = await callOperation(service.url, 'open_session', { user_id, user_name: 'Ann', ...more });
    return String(body?.['id']);
  }

  const join = (key: string, user = 'Ann') =>
    application?.page.evaluate(([key, user]) => (globalThis as unknown as FrontEnd).join(key, user), [
      key,
      user,
    ] as const);

  async function told(count: number): Promise<FrontEnd['logouts']> {
    const { page } = application as BrowserPage;
    await page.waitForFunction((count) => (globalThis as unknown as FrontEnd).logouts.length >= count, count);
    return page.evaluate(() => (globalThis as unknown as FrontEnd).logouts);
  }

  for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
    it(`gets logout for each of its sessions once, with the reason, over ${transports.join(' and ')}`, async () => {
      await connectPage(transports);
      const [closed, revoked, expired] = [
        await open('u1'),
        await open('u2'),
        await open('u3', { expire_timeout: 1500 }),
      ];
      for (const key of [closed, revoked, expired]) expect(await join(key)).to.deep.equal({ joined: true });
      await callOperation(service.url, 'close_session', { session_id: closed });
      expect(await told(1)).to.deep.equal([{ session_key: closed, reason: 'closed' }]);
      await callOperation(service.url, 'close_sessions', { filter: { user_id: 'u2' } });
      expect(await told(2)).to.deep.include({ session_key: revoked, reason: 'revoked' });
      expect(await told(3)).to.deep.include({ session_key: expired, reason: 'expired' });
      await callOperation(service.url, 'close_expired_sessions');
      for (const key of [closed, revoked, expired])
        await callOperation(service.url, 'delete_session_by_id', { session_id: key });
      expect(await join('nobody')).to.deep.equal({ joined: false });
      expect(await told(3)).to.have.length(3);
    });
  }

  it('joins no session that is unknown, another’s or ended, and is told so', async () => {
    await connectPage(['polling', 'websocket']);
    const [foreign, ended] = [await open('u1'), await open('u2')];
    await callOperation(service.url, 'close_session', { session_id: ended });
    for (const [key, user] of [
      [foreign, 'Bob'],
      ['nobody', 'Ann'],
      [ended, 'Ann'],
    ] as const) {
      expect(await join(key, user)).to.deep.equal({ joined: false });
    }
    expect(await told(1)).to.deep.equal([{ session_key: ended, reason: 'closed' }]);
    const rejected = await application?.page.evaluate(() => (globalThis as unknown as FrontEnd).rejected);
    expect(rejected?.map(({ session_key, code }) => [session_key, code])).to.deep.equal([
      [foreign, 'NOT_FOUND'],
      ['nobody', 'NOT_FOUND'],
    ]);
  });
});
