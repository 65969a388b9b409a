import { expect } from 'chai';
import { BrowserPage } from '../../../client/http/BrowserPage.js';
import { orSkip } from '../../../compatibility/OlderPackage.js';
import { restService } from '../../../support/RestService.js';

describe('A page of another origin', function () {
  this.timeout(60_000);
  const service = restService();
  let browser: BrowserPage | null = null;

  before(async function () {
    browser = await orSkip(BrowserPage.open(), this.test?.parent);
  });
  after(() => browser?.close());
  beforeEach(function () {
    if (browser === null) this.skip();
  });

  it('may make every call of REST, send conditions, and read what the headers say', async () => {
    const seen = await browser?.page.evaluate(async (port) => {
      const base = `http://127.0.0.1:${port}`;
      const json = { 'content-type': 'application/json' };
      const call = async (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) => {
        const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
        return fetch(base + path, init);
      };
      const opened = await call('POST', '/v1/sessions', json, { user_id: 'ann' });
      const path = opened.headers.get('location') ?? '';
      const tag = opened.headers.get('etag') ?? '';
      await call('POST', '/v1/sessions', json, { user_id: 'bob' });
      const merge = { 'content-type': 'application/merge-patch+json', 'if-match': tag };
      const replies = [
        opened,
        await call('GET', path, { 'if-none-match': tag }),
        await call('PATCH', `${path}/data`, merge, { a: 1 }),
        await call('PUT', `${path}/data`, { ...json, 'if-match': tag }, 1),
        await call('GET', '/v1/sessions?take=1'),
        await call('DELETE', path, { 'if-match': '"1"' }),
      ];
      return replies.map(({ status, headers }) => [status, headers.get('etag') ?? headers.get('link')]);
    }, service.server.port);
    expect(seen).to.deep.equal([
      [201, '"0"'],
      [304, '"0"'],
      [200, '"1"'],
      [412, '"1"'],
      [200, '</v1/sessions?skip=1&take=1>; rel="next"'],
      [200, '"1"'],
    ]);
  });
});
