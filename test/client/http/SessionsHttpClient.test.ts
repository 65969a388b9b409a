import { expect } from 'chai';
import { SessionsClientError, SessionsCommandableHttpClientV1, SessionsHttpClientV1 } from 'service-sessions-client';
import { realHttpService } from '../../support/RealHttpService.js';

describe('The HTTP client against the real service', () => {
  const service = realHttpService();
  const connected = (options: object = {}) =>
    new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: service.port }, options });

  it('opens, validates, writes, lists and ends sessions', async () => {
    const client = connected();
    await client.open('1');
    const opened = await client.openSession('1', { user_id: 'ann', data: { a: [1, null, -0] }, user: null });
    expect(opened).to.include({ user_id: 'ann', active: true, version: 0, user: null });
    expect(opened.open_time).to.be.instanceOf(Date);
    expect(opened.data).to.deep.equal({ a: [1, null, -0] });
    expect(await client.validateSession('1', opened.id, 'ann')).to.include({ id: opened.id });
    expect(await client.validateSession('1', opened.id, 'bob')).to.equal(null);
    expect(await client.patchSessionData('1', opened.id, { b: 1 })).to.deep.include({
      data: { a: [1, null, -0], b: 1 },
    });
    const page = await client.getSessions('1', { user_id: 'ann' }, { total: true });
    expect(page).to.deep.include({ total: 1 });
    expect(await client.closeSessions('1', { user_id: 'ann' })).to.equal(1);
    expect(await client.validateSession('1', opened.id)).to.equal(null);
    expect(await client.deleteSessionById('1', opened.id)).to.include({ active: false, close_reason: 'revoked' });
    expect(await client.getSessionById('1', opened.id)).to.equal(null);
    expect(await client.closeExpiredSessions('1')).to.equal(0);
    await client.close();
  });

  it('is made without new, and under its other name, and can be extended', () => {
    const config = { connection: { protocol: 'http', host: 'localhost', port: 8080 } };
    expect(SessionsHttpClientV1(config)).to.be.instanceOf(SessionsCommandableHttpClientV1);
    class Own extends SessionsHttpClientV1 {}
    expect(new Own(config)).to.be.instanceOf(SessionsHttpClientV1);
  });

  it('tells an error of the service by its code, status, details and correlation id', async () => {
    const client = connected();
    const { id } = await client.openSession(null, { user_id: 'ann' });
    const error = await client.storeSessionData('request-7', id, 1, { version: 5 }).catch((error) => error);
    expect(error).to.be.instanceOf(SessionsClientError);
    expect(error).to.include({
      code: 'SESSION_CONFLICT',
      status: 409,
      category: 'Conflict',
      correlationId: 'request-7',
    });
    expect(error.details).to.deep.equal({ version: 0 });
    await client.close();
  });
});
