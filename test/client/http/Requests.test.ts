import { expect } from 'chai';
import fc from 'fast-check';
import { type JsonValue, SessionsHttpClientV1 } from 'service-sessions-client';
import { failureOf, httpClients, wireSession } from '../../support/ClientTests.js';
import { faultyHttpServer } from '../../support/FaultyHttpServer.js';

/** What JSON has no form for, or would silently be made something else. */
const NO_JSON: [title: string, make: () => unknown][] = [
  ['an object that holds itself', () => holdsItself()],
  ['a BigInt', () => 1n],
  ['a BigInt within', () => ({ a: [1n] })],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['NaN within', () => ({ a: [null, { b: Number.NaN }] })],
  ['a function', () => () => 1],
  ['a symbol', () => Symbol('s')],
  ['a date that is none', () => ({ at: new Date(Number.NaN) })],
  ['what refuses to become JSON', () => ({ toJSON: refuse })],
  ['what becomes nothing', () => ({ toJSON: () => undefined })],
  ['nesting deeper than the stack', () => nested(1_000_000)],
];

describe('The HTTP client sends', () => {
  const server = faultyHttpServer();
  const connect = httpClients();
  const connected = (options: object = {}) => {
    server().answer = (x) => x.json(wireSession());
    return connect(server(), options);
  };
  const last = () => server().requests[server().requests.length - 1];

  for (const [title, make] of NO_JSON) {
    it(`nothing for ${title}, but tells the argument`, async () => {
      const client = connected();
      const data = make() as JsonValue;
      const stored = await failureOf(client.storeSessionData('7', 's1', data));
      expect(stored).to.deep.include({ code: 'INVALID_DATA', correlationId: '7', details: { field: 'data' } });
      expect(stored.message).to.equal('data must be a value that JSON can carry');
      const opened = await failureOf(client.openSession(null, { user_id: 'ann', user: data }));
      expect(opened.details).to.deep.equal({ field: 'user' });
      expect(server().connections).to.equal(0);
    });
  }

  it('nothing for a filter with a date that is none, which would take more sessions', async () => {
    const filter = { user_id: 'ann', to_time: new Date(Number.NaN) };
    expect((await failureOf(connected().closeSessions(null, filter))).details).to.deep.equal({ field: 'filter' });
    expect(server().connections).to.equal(0);
  });

  it('a long text of whoever in no more time than it takes', async () => {
    await connected().storeSessionData(null, 's1', { none: null, text: `-0${'_'.repeat(400_000)}` });
    expect(server().requests).to.have.length(1);
  });

  it('any JSON value as it is, -0 included', async () => {
    const client = connected();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), async (value, isNegative) => {
        const data = (isNegative ? [value, -0, { '-0': '-0', '-0_': [0, -0] }] : value) as JsonValue;
        await client.storeSessionData(null, 's1', data);
        expect(last()?.args).to.deep.equal({ data, session_id: 's1' });
      }),
    );
  });

  it('arguments that are absent not at all, and null as null', async () => {
    const client = connected();
    await client.openSession(null, 'ann', null, undefined, undefined, null);
    expect(last()?.args).to.deep.equal({ user_id: 'ann', user_name: null, user: null });
    await client.validateSession(null, 's1');
    expect(last()?.args).to.deep.equal({ session_id: 's1' });
  });

  it('what a write brings besides its data, without what is for the call only', async () => {
    const { signal } = new AbortController();
    await connected().storeSessionData(null, 's1', 1, { version: 3, expire_timeout: 5, timeout: 1000, signal });
    expect(last()?.args).to.deep.equal({ version: 3, expire_timeout: 5, session_id: 's1', data: 1 });
  });

  it('JSON to the route of each operation', async () => {
    await connected().closeSession(null, 's1');
    expect(last()).to.include({ method: 'POST', path: '/v1/sessions/close_session' });
    expect(last()?.headers).to.include({
      host: `127.0.0.1:${server().port}`,
      'content-type': 'application/json',
      'content-length': '19',
      connection: 'keep-alive',
    });
  });

  for (const place of ['query', 'headers', 'both']) {
    it(`a correlation id that no header can carry in the query string, where "${place}" is configured`, async () => {
      await connected({ correlation_id_place: place }).closeSession('a &é', 's1');
      expect(last()?.path).to.equal('/v1/sessions/close_session?correlation_id=a%20%26%C3%A9');
      expect(last()?.headers).not.to.have.property('correlation_id');
    });
  }

  for (const [options, path, header] of [
    [{}, '/v1/sessions/close_session?correlation_id=r7', undefined],
    [{ correlation_id_place: 'query' }, '/v1/sessions/close_session?correlation_id=r7', undefined],
    [{ correlation_id_place: 'headers' }, '/v1/sessions/close_session', 'r7'],
    [{ correlation_id_place: 'both' }, '/v1/sessions/close_session?correlation_id=r7', 'r7'],
    [{ correlation_id: 'headers' }, '/v1/sessions/close_session', 'r7'],
  ] as const) {
    it(`the correlation id where ${JSON.stringify(options)} says`, async () => {
      await connected(options).closeSession('r7', 's1');
      expect([last()?.path, last()?.headers['correlation_id']]).to.deep.equal([path, header]);
    });
  }

  it('nothing for a correlation id with half of a surrogate pair', async () => {
    const error = await failureOf(connected().closeSession('a\ud800', 's1'));
    expect(error).to.deep.include({ code: 'INVALID_DATA', details: { field: 'correlation_id' } });
    expect(server().connections).to.equal(0);
  });

  it('a heartbeat to see whether the service is there', async () => {
    const client = connected();
    await client.open('1');
    expect(last()).to.include({ method: 'GET', path: '/heartbeat', body: '' });
    expect(client.isOpen()).to.equal(true);
  });

  for (const [status, isThere] of [
    [200, true],
    [204, true],
    [404, true],
    [401, true],
    [500, false],
    [503, false],
    [302, false],
  ] as const) {
    it(`a heartbeat, of which the answer ${status} ${isThere ? 'will do' : 'is BAD_REPLY'}`, async () => {
      server().answer = (x) => x.answer(status, '');
      const client = connect(server());
      const error = await client.open().catch((error) => error);
      if (isThere) expect(error).to.equal(undefined);
      else expect(error).to.include({ code: 'BAD_REPLY', status });
      expect(client.isOpen()).to.equal(isThere);
    });
  }

  it('a heartbeat, of which an error of the service is the error of the opening', async () => {
    const description = { code: 'OVERLOADED', category: 'NoResponse', message: 'm' };
    server().answer = (x) => x.json(description, 503);
    const error = await connect(server())
      .open('1')
      .catch((error) => error);
    expect(error).to.include({ code: 'OVERLOADED', status: 503, message: 'm', correlationId: '1' });
  });

  it('to a path below the address, with a base route of its own', async () => {
    connected();
    const uri = `http://localhost:${server().port}/tenants/1/`;
    const client = new SessionsHttpClientV1({ connection: { uri }, base_route: '/api/sessions/' });
    await client.closeSession(null, 's1');
    expect(last()?.path).to.equal('/tenants/1/api/sessions/close_session');
    expect(last()?.headers.host).to.equal(`localhost:${server().port}`);
    await client.open();
    expect(last()?.path).to.equal('/tenants/1/heartbeat');
    await client.close();
  });
});

function holdsItself(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

function nested(depth: number): unknown {
  let value: unknown[] = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

function refuse(): never {
  throw new Error('no');
}
