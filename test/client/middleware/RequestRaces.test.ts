import { expect } from 'chai';
import fc from 'fast-check';
import { type ISessionsClientV1, SessionsMockClientV1 } from 'service-sessions-client';
import { cookieAfter, passed } from './FakeExchange.js';
import { watched } from './WatchedClient.js';

type Step = 'close' | 'regenerate' | 'save' | 'patch' | 'reload' | 'change';
const STEPS: Step[] = ['close', 'regenerate', 'save', 'patch', 'reload', 'change'];
const RUNS = process.env['SESSIONS_TEST_LONG'] ? 5000 : 300;

/** A client whose calls begin and answer in an order that fast-check chooses. */
function scheduled(inner: ISessionsClientV1, scheduler: fc.Scheduler): ISessionsClientV1 {
  const watch = watched(inner);
  watch.before = (method) => scheduler.schedule(Promise.resolve(), `before ${method}`);
  watch.after = (method) => scheduler.schedule(Promise.resolve(), `after ${method}`);
  return watch.client;
}

const activeOf = async (client: ISessionsClientV1, user_id: string) =>
  (await client.getSessions(null, { user_id, active: true })).data.map(({ id }) => id);

describe('Races of one request with itself', () => {
  it('end with the cookie of the session that is left, or with none, and leave no other session open', async () => {
    const steps = fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 5 });
    const race = fc.asyncProperty(fc.scheduler(), steps, async (scheduler, chosen) => {
      const store = new SessionsMockClientV1();
      const { id } = await store.openSession(null, { user_id: 'ann', data: { a: 1 } });
      const [client, headers] = [scheduled(store, scheduler), { cookie: `__Host-sid=${id}` }];
      const found = passed({ client }, headers);
      await scheduler.waitFor(found);
      const { session, cookies } = await found;
      const running = chosen.map((step) => take(session, step).catch(() => null));
      await scheduler.waitFor(Promise.all(running));

      const left = await activeOf(store, 'ann');
      const kept = { ...headers, ...(cookies().length > 0 ? { cookie: '' } : {}), ...cookieAfter(cookies()) };
      expect(left).to.deep.equal(session.id === null ? [] : [session.id]);
      expect(kept.cookie).to.equal(session.id === null ? '' : `__Host-sid=${session.id}`);
      expect(cookies().length).to.be.at.most(1);
      // The newest of what was answered, in whatever order.
      if (session.id !== null) {
        const { version, data } = (await store.getSessionById(null, session.id)) ?? {};
        expect([session.version, session.data]).to.deep.equal([version, data]);
      }
    });
    await fc.assert(race, { numRuns: RUNS });
  });
});

async function take(session: Awaited<ReturnType<typeof passed>>['session'], step: Step): Promise<unknown> {
  switch (step) {
    case 'close':
      return session.close();
    case 'regenerate':
      return session.regenerate({ user_id: 'ann', data: { a: 2 } });
    case 'save':
      return session.save({ b: 1 });
    case 'patch':
      return session.patch({ c: 1 });
    case 'reload':
      return session.reload();
    case 'change':
      return session.change((data) => data ?? null);
  }
}

describe('Logins that race logouts', () => {
  it('leave no session valid that was open when a logout everywhere began, and no cookie of one beyond the next request', async () => {
    const plan = fc.array(
      fc.record({ action: fc.constantFrom('login', 'everywhere', 'logout', 'save'), browser: fc.nat(2) }),
      {
        minLength: 2,
        maxLength: 8,
      },
    );
    const race = fc.asyncProperty(fc.scheduler(), plan, async (scheduler, chosen) => {
      const store = new SessionsMockClientV1();
      const browsers = await Promise.all(
        [0, 1, 2].map(async () => {
          const { id } = await store.openSession(null, { user_id: 'ann', data: 0 });
          return { cookie: `__Host-sid=${id}` };
        }),
      );
      const opened = new Set(browsers.map(({ cookie }) => cookie.slice(11)));
      const client = scheduled(store, scheduler);
      const mustEnd = new Set<string>();
      const running = chosen.map(async ({ action, browser }) => {
        const headers = { ...browsers[browser] };
        const { session, cookies } = await passed({ client }, headers);
        if (action === 'login') await session.regenerate({ user_id: 'ann' });
        else if (!session.active) return;
        else if (action === 'logout') await endedBy(session.close(), [session.id as string]);
        else if (action === 'save') await session.save(1, { version: null }).catch(() => null);
        else await endedBy(session.closeAll(), [...opened]);
        if (session.id !== null) opened.add(session.id);
        const [last] = cookies();
        if (last !== undefined) browsers[browser] = { cookie: '', ...cookieAfter([last]) };
      });
      const endedBy = async (end: Promise<unknown>, ids: string[]) => {
        await end;
        for (const id of ids) mustEnd.add(id);
      };
      await scheduler.waitFor(Promise.all(running));

      for (const id of mustEnd) expect(await store.validateSession(null, id), id).to.equal(null);
      for (const headers of browsers) {
        const { session, cookies } = await passed({ client: store }, headers);
        if (session.active || headers.cookie === '') expect(cookies()).to.deep.equal([]);
        else expect(cookieAfter(cookies())).to.deep.equal({});
      }
    });
    await fc.assert(race, { numRuns: RUNS });
  });
});
