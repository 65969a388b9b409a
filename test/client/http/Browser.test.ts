import { expect } from 'chai';
import { orSkip } from '../../compatibility/OlderPackage.js';
import { wireSession } from '../../support/ClientTests.js';
import { type FaultyAnswer, faultyHttpServer } from '../../support/FaultyHttpServer.js';
import { realHttpService } from '../../support/RealHttpService.js';
import { BrowserPage } from './BrowserPage.js';

const OPEN_TO_ALL = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, correlation_id',
};

describe('The HTTP client in a browser', function () {
  this.timeout(60_000);
  const service = realHttpService();
  const faulty = faultyHttpServer();
  let application: BrowserPage | null = null;

  before(async function () {
    application = await orSkip(BrowserPage.open(), this.test?.parent);
  });
  after(() => application?.close());
  beforeEach(function () {
    if (application === null) this.skip();
  });

  /** Runs this in the page, where it gets the port of a service. */
  function inPage<T>(port: number, run: (port: number) => Promise<T>): Promise<T> {
    if (application === null) throw new Error('There is no page');
    return application.page.evaluate(run, port);
  }

  /** The faulty server answers this, and whatever a browser asks before. */
  function answering(answer: FaultyAnswer): number {
    faulty().answer = (x) => (x.method === 'OPTIONS' ? x.answer(204, '', OPEN_TO_ALL) : answer(x));
    return faulty().port;
  }

  it('opens, validates, writes and ends sessions of a service of another origin', async () => {
    const seen = await inPage(service.port, async (port) => {
      const { SessionsHttpClientV1 } = await import('service-sessions-client');
      const client = new SessionsHttpClientV1({ connection: { uri: `http://127.0.0.1:${port}` } });
      await client.open('1');
      const { id, open_time } = await client.openSession('1', { user_id: 'ann', data: { cart: ['é'] }, user: null });
      const validated = await client.validateSession('1', id, 'ann');
      const stored = await client.storeSessionData('1', id, [1, -0], { version: 0 });
      const conflict = await client.storeSessionData('7', id, 2, { version: 0 }).catch((error) => error);
      const closed = await client.closeSession('1', id);
      const after = await client.validateSession('1', id);
      await client.close();
      const notOpen = await client.validateSession('1', id).catch((error) => error.code);
      return {
        isDate: open_time instanceof Date,
        data: validated?.data,
        stored: stored?.version,
        conflict: [conflict.code, conflict.status, conflict.correlationId, conflict.details.version],
        reason: closed?.close_reason,
        after,
        notOpen,
      };
    });
    expect(seen).to.deep.equal({
      isDate: true,
      data: { cart: ['é'] },
      stored: 1,
      conflict: ['SESSION_CONFLICT', 409, '7', 1],
      reason: 'closed',
      after: null,
      notOpen: 'NOT_OPEN',
    });
  });

  it('sends the correlation id in a header where that is configured', async () => {
    const port = answering((x) => x.json(wireSession(), 200, OPEN_TO_ALL));
    await inPage(port, async (port) => {
      const { SessionsHttpClientV1 } = await import('service-sessions-client');
      const config = {
        'connection.host': '127.0.0.1',
        'connection.port': port,
        'options.correlation_id_place': 'headers',
      };
      await SessionsHttpClientV1(config).getSessionById('request 7', 's1');
    });
    const post = faulty().requests.find(({ method }) => method === 'POST');
    expect([post?.headers['correlation_id'], post?.path]).to.deep.equal([
      'request 7',
      '/v1/sessions/get_session_by_id',
    ]);
  });

  const FAULTS: [title: string, answer: FaultyAnswer, expected: [code: string, status: number | null]][] = [
    ['an answer that is no JSON', (x) => x.answer(200, '<html>', OPEN_TO_ALL), ['BAD_REPLY', 200]],
    ['text that is no UTF-8', (x) => x.answer(200, Buffer.from([34, 255, 34]), OPEN_TO_ALL), ['BAD_REPLY', 200]],
    ['an error page', (x) => x.answer(502, '<html>', OPEN_TO_ALL), ['BAD_REPLY', 502]],
    ['a redirect', (x) => x.answer(302, '', { ...OPEN_TO_ALL, location: '/elsewhere' }), ['BAD_REPLY', null]],
    [
      'too large an answer',
      (x) => x.answer(200, Buffer.alloc(4 * 1024 * 1024 + 1, 48), OPEN_TO_ALL),
      ['BAD_REPLY', 200],
    ],
    ['an answer that is cut off', (x) => x.raw(`${CUT_OFF}{`).end(), ['BAD_REPLY', 200]],
    ['a broken connection', (x) => x.reset(), ['UNREACHABLE', null]],
    ['an answer that this origin may not read', (x) => x.json(wireSession()), ['UNREACHABLE', null]],
    ['an answer that does not come', () => {}, ['TIMEOUT', null]],
  ];
  for (const [title, answer, expected] of FAULTS) {
    it(`tells ${title}`, async () => {
      const port = answering(answer);
      const seen = await inPage(port, async (port) => {
        const { SessionsHttpClientV1 } = await import('service-sessions-client');
        const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port }, options: { retries: 0 } });
        const error = await client.getSessionById(null, 's1', { timeout: 2000 }).catch((error) => error);
        return [error.code, error.status ?? null] as [string, number | null];
      });
      expect(seen).to.deep.equal(expected);
      expect(faulty().requests.filter(({ path }) => path === '/elsewhere')).to.deep.equal([]);
    });
  }

  it('ends a call that is aborted, and its connection with it', async () => {
    const port = answering(() => {});
    const seen = await inPage(port, async (port) => {
      const { SessionsHttpClientV1 } = await import('service-sessions-client');
      const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port } });
      const before = await client
        .getSessionById(null, 's1', { signal: AbortSignal.abort() })
        .catch((error) => error.code);
      const controller = new AbortController();
      const call = client.getSessionById(null, 's1', { signal: controller.signal }).catch((error) => error.code);
      controller.abort();
      return [before, await call];
    });
    expect(seen).to.deep.equal(['ABORTED', 'ABORTED']);
  });

  it('tells a service that is not there, and a configuration that has no place in a browser', async () => {
    const { port } = faulty();
    await faulty().stop();
    const seen = await inPage(port, async (port) => {
      const { SessionsHttpClientV1 } = await import('service-sessions-client');
      const connection = { host: '127.0.0.1', port };
      const unreachable = await new SessionsHttpClientV1({ connection }).open().catch((error) => error.code);
      const wrong = await Promise.resolve()
        .then(() => new SessionsHttpClientV1({ connection, credential: { ssl_ca_file: '/ca.pem' } }))
        .catch((error) => error.code);
      return [unreachable, wrong];
    });
    expect(seen).to.deep.equal(['UNREACHABLE', 'INVALID_CONFIG']);
  });
});

const CUT_OFF = 'HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 99\r\n\r\n';
