import { inspect } from 'node:util';
import { expect } from 'chai';
import { createSessionStorage } from '../../src/embedded/session-storage.js';
import { memoryStore } from '../support/ApiStores.js';
import { controllerWorld, refusal, type WholeSource, worldOfEachTest } from '../support/StorageWorlds.js';

describe('The session storage over a service that fails', () => {
  const world = worldOfEachTest(controllerWorld(memoryStore));
  const FAILURE = Object.assign(new Error('The session store cannot do this now'), { code: 'PERSISTENCE_UNAVAILABLE' });
  const METHODS = [
    'openSession',
    'validateSession',
    'getSessionById',
    'storeSessionData',
    'updateSessionUser',
    'deleteSessionById',
  ] as const;

  /** The source with one method that fails. */
  function failing(source: WholeSource, method: (typeof METHODS)[number]): WholeSource {
    const fail = () => Promise.reject(FAILURE);
    return new Proxy(source, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === method) return fail;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  const CALLS: Record<(typeof METHODS)[number], (source: WholeSource, id: string) => Promise<unknown>> = {
    openSession: (source) => createSessionStorage(source).create(),
    validateSession: (source, id) => createSessionStorage(source).get(id),
    getSessionById: (source) => createSessionStorage(source).get('nobody'),
    storeSessionData: async (source, id) => (await createSessionStorage(source).get(id)).set('sessionData', 1).save(),
    updateSessionUser: async (source, id) => (await createSessionStorage(source).get(id)).set('userData', 1).save(),
    deleteSessionById: async (source, id) => (await createSessionStorage(source).get(id)).delete(),
  };

  for (const method of METHODS) {
    it(`passes on what ${method} fails with`, async () => {
      const { id } = await world().source.openSession(null, { user_id: 'ann' });
      const source = failing(world().source, method);
      expect(await refusal(CALLS[method](source, id))).to.equal(FAILURE);
    });
  }

  it('says that an error is not that of a session', async () => {
    const { errors } = createSessionStorage(world().source);
    expect(FAILURE).to.not.be.instanceOf(errors.SessionNotFound);
  });

  it('saves with the next try what a failure has kept from being saved', async () => {
    const { source } = world();
    const { id } = await source.openSession(null, { user_id: 'ann' });
    let fails = true;
    const flaky = new Proxy(source, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === 'storeSessionData' && fails) return () => Promise.reject(FAILURE);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const session = await createSessionStorage(flaky).get(id);
    expect(await refusal(session.setUser({ _key: 'bob' }).set('sessionData', 1).save())).to.equal(FAILURE);
    fails = false;
    await session.save();
    expect(await source.getSessionById(null, id)).to.deep.include({ user_id: 'bob', data: 1, version: 2 });
  });
});

describe('Errors of the session storage', () => {
  const world = worldOfEachTest(controllerWorld(memoryStore));

  it('can be made by callers, are told apart by instanceof, and keep the id out of what is logged', () => {
    const { SessionNotFound, SessionExpired } = createSessionStorage(world().source).errors;
    const [notFound, expired] = [new SessionNotFound('secret'), new SessionExpired('secret')];
    expect(notFound).to.be.instanceOf(Error).and.to.not.be.instanceOf(SessionExpired);
    expect(expired).to.be.instanceOf(SessionNotFound);
    expect([notFound.name, expired.name]).to.deep.equal(['SessionNotFound', 'SessionExpired']);
    for (const error of [notFound, expired]) {
      expect(error.sessionId).to.equal('secret');
      expect(`${inspect(error)}${error.message}${JSON.stringify(error)}`).to.not.contain('secret');
    }
    expect(new SessionNotFound().sessionId).to.equal(undefined);
  });
});
