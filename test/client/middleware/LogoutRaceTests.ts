import { expect } from 'chai';
import type { SiteUnderTest } from './SiteUnderTest.js';

const ROUNDS = process.env['SESSIONS_TEST_LONG'] ? 300 : 15;

/** What holds when logins, logouts and writes of the same user meet. */
export function logoutRaceTests(site: () => SiteUnderTest): void {
  it('of a user are all over after a logout everywhere that logins raced, but for those opened after it began', async () => {
    const first = await site().serve();
    for (let round = 0; round < ROUNDS; round += 1) {
      const browsers = Array.from({ length: 4 }, () => first.another());
      const before = await Promise.all(browsers.map(async (browser) => (await browser.login()).body?.['id']));
      const [everywhere, ...logins] = browsers;
      const racing = logins.map((browser) => browser.login());
      const count = (await everywhere?.post('/logout-everywhere'))?.body?.['closed'];
      const ids = await Promise.all(before.map((id) => site().isValid(id)));
      // Also in the moment at which the answer is there, whatever the logins are doing.
      expect(ids, `round ${round}, closed ${count}`).to.deep.equal([false, false, false, false]);
      await Promise.all(racing);
      for (const browser of browsers) await cookieLeadsSomewhere(browser);
    }
  });

  it('that a logout has ended are not brought back by a request that was under way', async () => {
    const first = await site().serve();
    for (let round = 0; round < ROUNDS; round += 1) {
      const browser = first.another();
      const { id } = (await browser.login()).body as { id: string };
      const paths = ['/save', '/logout', '/patch', '/count', '/user', '/reload'];
      const answers = await Promise.all(paths.map((path) => browser.post(path, { data: {}, user: 1 })));
      expect(answers.map(({ status }) => status).filter((status) => ![200, 401, 409].includes(status))).to.deep.equal(
        [],
      );
      expect(await site().isValid(id)).to.equal(false);
      expect(await browser.cookies(), 'no answer sets the cookie of the ended session').to.equal('');
    }
  });
}

/** The cookie that a browser holds is that of an open session, or the next request drops it. */
async function cookieLeadsSomewhere(browser: Awaited<ReturnType<SiteUnderTest['serve']>>): Promise<void> {
  const { body } = await browser.get('/me');
  expect((await browser.cookies()) !== '').to.equal(body?.['active']);
}
