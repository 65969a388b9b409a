import { expect } from 'chai';
import { type JsonValue, SessionsClientError, SessionsNullClientV1 } from 'service-sessions-client';

/** The contract of the API is not kept by a client that keeps nothing; this is what it promises instead. */
describe('The null client', () => {
  const client = new SessionsNullClientV1();
  const open = { user_id: 'ann', user_name: 'Ann', service: 'shop', name: 'tab', address: '::1', client: 'Browser' };

  it('answers an opened session that is active, as it was asked for and under an id of its own', async () => {
    const before = Date.now();
    const session = await client.openSession('c-1', { ...open, user: { a: 1 }, data: null, expire_basis: 'created' });
    expect(session).to.deep.include({ ...open, user: { a: 1 }, data: null, expire_basis: 'created' });
    expect(session).to.include({ active: true, version: 0 }).and.not.have.property('expire_time');
    expect(session.id).to.match(/^[0-9a-f]{32}$/);
    for (const time of [session.open_time, session.request_time, session.update_time]) {
      expect(time).to.be.instanceOf(Date);
      expect(time.getTime()).to.be.within(before, Date.now());
    }
    expect((await client.openSession('c-1', open)).id).not.to.equal(session.id);
  });

  it('answers an opened session under the id and with the time-out that came with it', async () => {
    const session = await client.openSession(null, { ...open, session_id: 'mine', expire_timeout: 1000 });
    expect(session).to.include({ id: 'mine', expire_timeout: 1000 });
    expect(session.expire_time?.getTime()).to.equal(session.open_time.getTime() + 1000);
    const endless = await client.openSession(null, { ...open, expire_timeout: 0 });
    expect(endless).to.include({ expire_timeout: 0 }).and.not.have.property('expire_time');
  });

  it('leaves out of an opened session what was not given', async () => {
    const session = await client.openSession(null, { user_id: 'ann', user_name: null, session_id: null });
    expect(session).to.have.all.keys('id', 'user_id', 'active', 'open_time', 'request_time', 'update_time', 'version');
  });

  it('hands out content of its own', async () => {
    const data: JsonValue = { list: [1] };
    const session = await client.openSession(null, { user_id: 'ann', data });
    (data['list'] as number[]).push(2);
    expect(session.data).to.deep.equal({ list: [1] });
  });

  it('keeps no session: every read, write and end of one that was opened answers null', async () => {
    const { id } = await client.openSession(null, open);
    expect(await client.getSessionById(null, id)).to.equal(null);
    expect(await client.validateSession(null, id)).to.equal(null);
    expect(await client.storeSessionData(null, id, 1, { version: 7 })).to.equal(null);
    expect(await client.patchSessionData(null, id, { a: 1 })).to.equal(null);
    expect(await client.updateSessionUser(null, id, { a: 1 })).to.equal(null);
    expect(await client.closeSession(null, id)).to.equal(null);
    expect(await client.deleteSessionById(null, id)).to.equal(null);
  });

  it('answers empty pages, with a total of 0 where one was asked for, and counts of 0', async () => {
    await client.openSession(null, open);
    expect(await client.getSessions(null)).to.deep.equal({ total: null, data: [] });
    expect(await client.getSessions(null, { user_id: 'ann' }, { total: true })).to.deep.equal({ total: 0, data: [] });
    expect(await client.closeSessions(null, { user_id: 'ann' })).to.equal(0);
    expect(await client.closeExpiredSessions(null)).to.equal(0);
  });

  it('refuses to open a session of nobody, and content that is no JSON', async () => {
    const refusals: [string, object][] = [
      ['user_id', {}],
      ['user_id', { user_id: '' }],
      ['user_id', { user_id: 5 }],
      ['data', { user_id: 'ann', data: Number.NaN }],
      ['user', { user_id: 'ann', user: 5n }],
    ];
    for (const [field, session] of refusals) {
      const error = await client.openSession('c-1', session as never).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(SessionsClientError);
      expect(error).to.deep.include({ code: 'INVALID_DATA', correlationId: 'c-1', details: { field } });
    }
  });

  it('takes the configuration of the client in whose place it stands', () => {
    expect(() => new SessionsNullClientV1({ connection: { host: 'sessions' } }).configure({ any: 1 })).not.to.throw();
  });
});
