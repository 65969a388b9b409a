import { expect } from 'chai';
import type { SessionData } from 'express-session';
import fc from 'fast-check';
import { type ISessionsClientV1, SessionsMockClientV1 } from 'service-sessions-client';
import { SessionsStore } from 'service-sessions-client/express-session';
import { HOUR, ID, sessionWith } from './StoreWorld.js';

type End = 'destroy' | 'clear' | 'closeSessions' | 'setOver' | 'delete';
interface Step {
  /** At which of two processes. */
  at: 0 | 1;
  do: 'set' | 'setUnread' | 'touch' | 'touchAged' | 'get' | 'all' | End;
}

const step = (...names: Step['do'][]): fc.Arbitrary<Step> =>
  fc.record({ at: fc.constantFrom(0 as const, 1 as const), do: fc.constantFrom(...names) });
const anyStep = step('set', 'set', 'setUnread', 'touch', 'touchAged', 'get', 'all', 'destroy');

/** A client each of whose calls is done, and each of whose answers comes back, when the scheduler says so. */
function delayed(client: ISessionsClientV1, scheduler: fc.Scheduler): ISessionsClientV1 {
  return new Proxy(client, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        const [outcome] = await Promise.allSettled([Reflect.apply(method, target, args)]);
        await scheduler.schedule(Promise.resolve(), `answer of ${String(name)}`);
        if (outcome.status === 'rejected') throw outcome.reason;
        return outcome.value;
      };
    },
  });
}

/** Two processes on one service, in which there is one session; each of them has read it. */
async function race(scheduler: fc.Scheduler) {
  const client = new SessionsMockClientV1({ options: { accept_ids: true } });
  const user = () => 'ann';
  await new SessionsStore({ client, user }).set(ID, sessionWith({ n: 0 }));
  const stores = [0, 1].map(() => new SessionsStore({ client: delayed(client, scheduler), user })) as never as Stores;
  const loaded = (await scheduler.waitFor(Promise.all(stores.map((store) => store.get(ID))))) as [
    SessionData,
    SessionData,
  ];
  return { client, stores, loaded };
}
type Stores = [SessionsStore, SessionsStore];
type Race = Awaited<ReturnType<typeof race>>;

function take({ client, stores, loaded }: Race, { at, do: what }: Step): Promise<unknown> {
  const [store, session] = [stores[at], loaded[at]];
  switch (what) {
    case 'set':
      return store.set(ID, Object.assign(session, { n: 1 }));
    case 'setUnread':
      return store.set(ID, sessionWith({ n: 2 }));
    case 'setOver':
      return store.set(ID, sessionWith({}, -1));
    case 'touch':
      return store.touch(ID, session);
    case 'touchAged':
      return store.touch(ID, sessionWith({}, 2 * HOUR));
    case 'closeSessions':
      return client.closeSessions(null, { user_id: 'ann' });
    case 'delete':
      return client.deleteSessionById(null, ID);
    case 'get':
      return store.get(ID);
    case 'destroy':
      return store.destroy(ID);
    default:
      return store[what]();
  }
}

describe('However the calls of two processes overlap, a session of SessionsStore', () => {
  const ends = step('destroy', 'destroy', 'clear', 'closeSessions', 'setOver');

  it('that has ended never comes back, and no write to it fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(anyStep, { maxLength: 6 }),
        ends,
        fc.array(anyStep, { maxLength: 6 }),
        fc.array(anyStep, { maxLength: 4 }),
        async (scheduler, before, end, after, late) => {
          const world = await race(scheduler);
          const under = [
            ...before.map((one) => take(world, one)),
            take(world, end),
            ...after.map((one) => take(world, one)),
          ];
          await scheduler.waitFor(Promise.all(under));
          expect(await world.client.validateSession(null, ID)).to.equal(null);
          await scheduler.waitFor(Promise.all(late.map((one) => take(world, one))));
          expect(await world.client.getSessionById(null, ID)).to.include({ active: false });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that has been deleted is not opened again by whoever had read it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(step('set', 'touch', 'touchAged', 'get', 'destroy'), { maxLength: 8 }),
        fc.nat({ max: 8 }),
        async (scheduler, steps, place) => {
          const world = await race(scheduler);
          const under = steps.toSpliced(place, 0, { at: 0, do: 'delete' }).map((one) => take(world, one));
          await scheduler.waitFor(Promise.all(under));
          expect(await world.client.getSessionById(null, ID)).to.equal(null);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that gets another age by a touch keeps what is written meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(step('touchAged', 'touch'), { maxLength: 3 }),
        async (scheduler, touches) => {
          const world = await race(scheduler);
          const under = [{ at: 0 as const, do: 'set' as const }, ...touches].map((one) => take(world, one));
          await scheduler.waitFor(Promise.all(under));
          expect((await world.client.validateSession(null, ID))?.data).to.include({ n: 1 });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that is opened by both is one session with the content of one of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const client = new SessionsMockClientV1({ options: { accept_ids: true } });
        const stores = [1, 2].map(() => new SessionsStore({ client: delayed(client, scheduler) }));
        const sets = stores.map((store, i) => store.set(ID, sessionWith({ n: i + 1 })));
        await scheduler.waitFor(Promise.all(sets));
        const { data } = (await client.validateSession(null, ID)) as never as { data: { n: number } };
        expect(data.n).to.be.oneOf([1, 2]);
        expect((await client.getSessions(null)).data).to.have.length(1);
      }),
      { numRuns: 100 },
    );
  });

  it('that is set for the first time and then destroyed in one process has ended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const client = new SessionsMockClientV1({ options: { accept_ids: true } });
        const store = new SessionsStore({ client: delayed(client, scheduler) });
        const session = sessionWith({ n: 1 });
        const under = [store.set(ID, session), store.destroy(ID), store.set(ID, session)];
        await scheduler.waitFor(Promise.all(under));
        expect(await client.getSessionById(null, ID)).to.include({ active: false });
      }),
      { numRuns: 100 },
    );
  });
});
