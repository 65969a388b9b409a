import { expect } from 'chai';
import type { SessionData } from 'express-session';
import { ID, sessionWith, storeWorld } from './StoreWorld.js';

/** Whose session it is stands in its content. */
const user = (session: SessionData) => (session as never as { owner?: never }).owner;

describe('Whose a session in SessionsStore is', () => {
  const world = storeWorld({ user });

  it('is nobody where its content names no user', async () => {
    for (const owner of [undefined, null, '']) {
      await world.store.set(ID, sessionWith({ owner }));
      expect(await world.at()).to.include({ user_id: 'anonymous' });
    }
  });

  it('follows from its content when it is opened', async () => {
    await world.store.set(ID, sessionWith({ owner: { user_id: 'u1', user_name: 'Ann' } }));
    expect(await world.at()).to.include({ user_id: 'u1', user_name: 'Ann', version: 0 });
  });

  it('changes with its content, and then costs one more write', async () => {
    const session = sessionWith({ owner: null });
    await world.store.set(ID, session);
    world.calls();
    await world.store.set(ID, Object.assign(session, { owner: 'u1' }));
    expect(world.calls()).to.deep.equal(['updateSessionUser', 'storeSessionData']);
    expect(await world.at()).to.include({ user_id: 'u1' });
    await world.store.set(ID, Object.assign(session, { n: 1 }));
    expect(world.calls()).to.deep.equal(['storeSessionData']);
    await world.store.set(ID, Object.assign(session, { owner: { user_id: 'u1', user_name: 'Ann' } }));
    expect(await world.at()).to.include({ user_id: 'u1', user_name: 'Ann' });
    await world.store.set(ID, Object.assign(session, { owner: undefined }));
    expect(await world.at()).to.include({ user_id: 'anonymous' });
  });

  it('stays with who is logged in where the write of a logout fails half way', async () => {
    for (const method of ['storeSessionData', 'updateSessionUser'] as const) {
      const failing = new Proxy(world.client, {
        get: (client, name) => (name === method ? () => Promise.reject(new Error(method)) : Reflect.get(client, name)),
      });
      await world.store.set(ID, sessionWith({ owner: 'u1' }));
      const store = world.other({ client: failing, user });
      const session = await store.get(ID);
      const error = await store.set(ID, Object.assign(session as object, { owner: null }) as never).catch((e) => e);
      expect(error.message).to.equal(method);
      expect(await world.at()).to.include({ user_id: 'u1' });
    }
  });

  it('keeps the user content that others have stored', async () => {
    await world.store.set(ID, sessionWith({}));
    await world.client.updateSessionUser(null, ID, { roles: ['a'] });
    const session = await world.store.get(ID);
    await world.store.set(ID, Object.assign(session as object, { owner: 'u1' }) as never);
    expect(await world.at()).to.deep.include({ user_id: 'u1', user: { roles: ['a'] } });
  });

  it('follows from what was written last where several write', async () => {
    await world.store.set(ID, sessionWith({}));
    const [mine, others] = [await world.store.get(ID), await world.store.get(ID)];
    await world.store.set(ID, Object.assign(mine as object, { owner: 'u1' }) as never);
    await world.store.set(ID, others as never);
    expect(await world.at()).to.include({ user_id: 'anonymous' });
    expect(await world.store.get(ID)).to.not.have.property('owner');
  });

  it('lets all sessions of a user end together', async () => {
    await world.store.set(ID, sessionWith({ owner: 'u1' }));
    await world.client.closeSessions(null, { user_id: 'u1' });
    expect(await world.store.get(ID)).to.equal(null);
  });

  it('is refused where it is neither a text nor an object with one', async () => {
    for (const owner of [5, {}, { user_id: 5 }, true]) {
      const error = await world.store.set(ID, sessionWith({ owner })).catch((e: unknown) => e);
      expect(error, JSON.stringify(owner)).to.include({ code: 'INVALID_CONFIG' });
    }
    expect(await world.at()).to.equal(null);
  });

  it('stays as the service knows it where the store is not told', async () => {
    const store = world.other({});
    await store.set(ID, sessionWith({ owner: 'u1' }));
    expect(await world.at()).to.include({ user_id: 'anonymous' });
    await world.client.updateSessionUser(null, ID, null, { user_id: 'u2' });
    await store.set(ID, sessionWith({ owner: 'u1', n: 1 }));
    expect(await world.at()).to.include({ user_id: 'u2', version: 2 });
  });
});
