import { expect } from 'chai';
import { type ISessionsClientV1, SessionsClientError, SessionsMockClientV1 } from 'service-sessions-client';
import { SessionsStore } from 'service-sessions-client/express-session';
import { ID, sessionWith } from './StoreWorld.js';

/** A client all of whose methods fail in the same way. */
function failing(error: Error): ISessionsClientV1 {
  return new Proxy(new SessionsMockClientV1(), { get: () => () => Promise.reject(error) });
}

const CALLS: [string, (store: SessionsStore, callback?: (error: unknown) => void) => Promise<unknown>][] = [
  ['get', (store, callback) => store.get(ID, callback)],
  ['set', (store, callback) => store.set(ID, sessionWith({}), callback)],
  ['touch', (store, callback) => store.touch(ID, sessionWith({}), callback)],
  ['destroy', (store, callback) => store.destroy(ID, callback)],
  ['all', (store, callback) => store.all(callback)],
  ['length', (store, callback) => store.length(callback)],
  ['clear', (store, callback) => store.clear(callback)],
];

describe('A failure of the service', () => {
  const cause = new SessionsClientError({ code: 'UNREACHABLE', message: 'Nothing answers at 10.0.0.1:8080' });

  for (const [name, call] of CALLS) {
    it(`reaches the callback of ${name}, and who waits for its promise, as a 503 that tells no address`, async () => {
      const store = new SessionsStore({ client: failing(cause) });
      const told = await new Promise((resolve) => void call(store, resolve));
      for (const error of [told, await call(store).catch((e: unknown) => e)]) {
        expect(error).to.be.instanceOf(SessionsClientError).and.include({ code: 'UNREACHABLE', status: 503, cause });
        expect((error as Error).message).to.not.match(/10\.0/);
      }
    });

    it(`of ${name} without a callback ends no process`, async () => {
      const unhandled: unknown[] = [];
      const note = (error: unknown) => unhandled.push(error);
      process.on('unhandledRejection', note);
      try {
        void call(new SessionsStore({ client: failing(cause) }));
        for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
        expect(unhandled).to.deep.equal([]);
      } finally {
        process.off('unhandledRejection', note);
      }
    });
  }

  for (const [code, status] of [
    ['NOT_FOUND', 404],
    ['UNSUPPORTED_MEDIA_TYPE', 415],
    ['INVALID_DATA', 408],
    ['TOO_SUNNY', 418],
  ] as const) {
    it(`that says nothing of the session, ${code} with the status ${status}, is one of the service`, async () => {
      const message = 'No such page at 10.0.0.1';
      const failure = new SessionsClientError({ code, status, message });
      const error = await new SessionsStore({ client: failing(failure) }).get(ID).catch((e: unknown) => e);
      expect(error).to.include({ code, status: 503, cause: failure });
      expect((error as Error).message).to.not.match(/10\.0/);
    });
  }

  it('does not keep later writes to the session from being done', async () => {
    const client = new SessionsMockClientV1({ options: { accept_ids: true } });
    const store = new SessionsStore({ client });
    const refused = store.set(ID, sessionWith({ big: 1n }));
    const taken = store.set(ID, sessionWith({ n: 1 }));
    expect(await refused.catch((error: { code: string }) => error.code)).to.equal('INVALID_DATA');
    await taken;
    expect(await store.get(ID)).to.include({ n: 1 });
  });

  it('that is the fault of the content stays what it is', async () => {
    const store = new SessionsStore({
      client: new SessionsMockClientV1({ options: { accept_ids: true, max_data_size: 10 } }),
    });
    const error = await store.set(ID, sessionWith({ text: 'longer than ten' })).catch((e: unknown) => e);
    expect(error).to.include({ code: 'PAYLOAD_TOO_LARGE' });
    expect(await store.get(ID)).to.equal(null);
  });
});
