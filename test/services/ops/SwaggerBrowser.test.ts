import { expect } from 'chai';
import { BrowserPage } from '../../client/http/BrowserPage.js';
import { orSkip } from '../../compatibility/OlderPackage.js';
import type { ServiceProcess } from '../../support/ServiceProcess.js';
import { startedServices } from '../../support/StartedServices.js';

describe('The page of the documents in a browser', function () {
  this.timeout(60_000);
  const services = startedServices();
  let browser: BrowserPage | null = null;
  let service: ServiceProcess;
  const faults: string[] = [];

  before(async function () {
    browser = await orSkip(BrowserPage.open(), this.test?.parent);
    browser?.page.on('pageerror', (error) => faults.push(error.message));
  });
  after(() => browser?.close());
  beforeEach(async function () {
    if (browser === null) this.skip();
    service = await services.start({ env: { HTTP_PORT: '0', MEMORY_ENABLED: 'true' } });
  });

  /** What is listed once a document is shown: method and path of every call. */
  async function shownCalls(name: string, first: string): Promise<string[]> {
    const { page } = browser as BrowserPage;
    await page.goto(`${service.url}/swagger?urls.primaryName=${encodeURIComponent(name)}`);
    await page.locator(`[data-path="${first}"]`).first().waitFor();
    return page.locator('.opblock-summary').evaluateAll((blocks) =>
      blocks.map((block) => {
        const path = block.querySelector('[data-path]')?.getAttribute('data-path');
        return `${block.querySelector('.opblock-summary-method')?.textContent} ${path}`;
      }),
    );
  }

  it('shows REST and commandable HTTP', async () => {
    const rest = await shownCalls('Sessions (REST)', '/v1/sessions/{session_id}');
    expect(rest).to.include.members([
      'GET /v1/sessions',
      'PATCH /v1/sessions/{session_id}/data',
      'POST /v1/sessions/close',
    ]);
    const commandable = await shownCalls('Sessions', '/v1/sessions/open_session');
    expect(commandable).to.include('POST /v1/sessions/close_sessions').and.to.have.length(11);
    const names = await (browser as BrowserPage).page.locator('#select option').allTextContents();
    expect(names).to.have.members(['Sessions', 'Sessions (REST)']);
    expect(faults).to.deep.equal([]);
  });

  it('makes the call that it shows as an example', async () => {
    const { page } = browser as BrowserPage;
    await shownCalls('Sessions (REST)', '/v1/sessions');
    const block = page
      .locator('.opblock-post')
      .filter({ has: page.locator('[data-path="/v1/sessions"]') })
      .first();
    await block.locator('.opblock-summary').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    await block.getByRole('button', { name: 'Execute' }).click();
    const status = block.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    expect((await status.textContent())?.trim()).to.match(/^201/);
    const { data } = (await (await fetch(`${service.url}/v1/sessions`)).json()) as { data: { user_id: string }[] };
    expect(data.map(({ user_id }) => user_id)).to.deep.equal(['ann']);
  });
});
