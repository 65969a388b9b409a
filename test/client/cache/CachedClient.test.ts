import { expect } from 'chai';
import { SessionsClientError, SessionsHttpClientV1 } from 'service-sessions-client';
import { FakeClock } from '../../support/FakeClock.js';
import { type CountingService, countingService } from './CountingService.js';

describe('The near-cache of the HTTP client', () => {
  let service: CountingService;
  let clock: FakeClock;
  let clients: InstanceType<typeof SessionsHttpClientV1>[];
  beforeEach(async () => {
    service = await countingService();
    clock = new FakeClock();
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) await client.close(null);
    await service.close();
  });

  const clientWith = (options: object) => {
    const connection = { host: '127.0.0.1', port: service.port };
    const times = { now: () => clock.now(), elapsed: () => clock.now() };
    const client = new SessionsHttpClientV1({ connection, options }, { clock: times });
    clients.push(client);
    return client;
  };
  /** A client, and a session that it has validated. */
  const validated = async (options: object = { cache: true }) => {
    const client = clientWith(options);
    const { id } = await client.openSession(null, { user_id: 'ann', data: { n: 1 } });
    await client.validateSession(null, id);
    service.asked();
    return { client, id };
  };

  it('is off unless it is asked for', async () => {
    for (const options of [{}, { cache: false }, { cache: false, cache_ttl: 1000, cache_size: 10 }]) {
      const { client, id } = await validated(options);
      await client.validateSession(null, id);
      expect(service.asked(), JSON.stringify(options)).to.equal(1);
    }
  });

  it('answers for a second, or as long as it is configured to', async () => {
    for (const [options, ttl] of [
      [{ cache: true }, 1000],
      [{ cache_ttl: 300 }, 300],
      [{ cache_size: 5 }, 1000],
      [{ cache: 'true', cache_ttl: '60000' }, 60_000],
    ] as const) {
      const { client, id } = await validated(options);
      clock.advance(ttl - 1);
      expect(await client.validateSession(null, id)).to.deep.include({ id, data: { n: 1 } });
      expect(service.asked(), JSON.stringify(options)).to.equal(0);
      clock.advance(1);
      await client.validateSession(null, id);
      expect(service.asked(), JSON.stringify(options)).to.equal(1);
    }
  });

  it('shows an end elsewhere at the latest when its time is over', async () => {
    const { client, id } = await validated();
    clock.advance(1);
    await clientWith({}).closeSession(null, id);
    clock.advance(999);
    expect(await client.validateSession(null, id)).to.equal(null);
  });

  it('shows an end through the same client at once', async () => {
    for (const end of ['close', 'delete', 'closeAll'] as const) {
      const { client, id } = await validated();
      if (end === 'close') await client.closeSession(null, id);
      else if (end === 'delete') await client.deleteSessionById(null, id);
      else await client.closeSessions(null, { user_id: 'ann' });
      expect(await client.validateSession(null, id), end).to.equal(null);
    }
  });

  it('shows what the same client has written at once', async () => {
    const { client, id } = await validated();
    await client.storeSessionData(null, id, 1);
    expect(await client.validateSession(null, id)).to.include({ data: 1, version: 1 });
    await client.patchSessionData(null, id, { a: 2 });
    expect(await client.validateSession(null, id)).to.deep.include({ data: { a: 2 }, version: 2 });
    await client.updateSessionUser(null, id, null, { user_id: 'bob' });
    expect(await client.validateSession(null, id, 'bob')).to.include({ user_id: 'bob' });
    expect(await client.validateSession(null, id, 'ann')).to.equal(null);
  });

  it('answers nobody whose call was aborted before, and nothing after the client was closed', async () => {
    const { client, id } = await validated();
    const codeOf = (error: unknown) => (error instanceof SessionsClientError ? error.code : error);
    const aborted = client.validateSession(null, id, null, { signal: AbortSignal.abort() });
    expect(await aborted.catch(codeOf)).to.equal('ABORTED');
    await client.close(null);
    expect(await client.validateSession(null, id).catch(codeOf)).to.equal('NOT_OPEN');
    await client.open(null);
    service.asked();
    await client.validateSession(null, id);
    expect(service.asked()).to.equal(1);
  });

  it('goes on answering for its time while the service is down, and then says so', async () => {
    const { client, id } = await validated();
    await service.close();
    expect(await client.validateSession(null, id)).to.include({ id });
    clock.advance(1000);
    const error = await client.validateSession(null, id).catch((e: unknown) => e);
    expect(error).to.include({ code: 'UNREACHABLE' });
  });
});
