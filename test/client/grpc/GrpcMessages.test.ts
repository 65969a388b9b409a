import type { MessageTypeDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { expect } from 'chai';
import type { ISessionsClientV1, SessionV1 } from 'service-sessions-client';
import { SessionsCommandableGrpcClientV1, SessionsGrpcClientV1 } from 'service-sessions-client/grpc';
import { failureOf } from '../../support/ClientTests.js';
import { EVERY_METHOD } from '../../support/EveryClient.js';
import { faultyGrpcServer, GRPC_SERVICES } from '../../support/FaultyGrpcServer.js';

/** A call of each method with all that it takes, by the name of its operation. */
const WHOLE_CALLS: Record<string, (client: ISessionsClientV1) => Promise<unknown>> = {
  get_sessions: (c) => c.getSessions('c-1', { user_id: 'ann', active: true }, { skip: 1, take: 2, total: true }),
  get_session_by_id: (c) => c.getSessionById('c-1', 's1'),
  open_session: (c) =>
    c.openSession('c-1', {
      user_id: 'ann',
      user_name: 'Ann',
      address: '::1',
      client: 'Browser',
      user: { u: -0 },
      data: [1, null],
      service: 'shop',
      name: 'tab',
      expire_timeout: 60_000,
      expire_basis: 'created',
      session_id: 's1',
    }),
  validate_session: (c) => c.validateSession('c-1', 's1', 'ann'),
  store_session_data: (c) => c.storeSessionData('c-1', 's1', 'd', { version: 3, expire_timeout: 0 }),
  patch_session_data: (c) => c.patchSessionData('c-1', 's1', null, { version: 0 }),
  update_session_user: (c) => c.updateSessionUser('c-1', 's1', 5, { user_id: 'ann', user_name: '', version: 2 }),
  close_session: (c) => c.closeSession('c-1', 's1'),
  close_sessions: (c) => c.closeSessions('c-1', { user_id: 'ann' }, 's2'),
  close_expired_sessions: (c) => c.closeExpiredSessions('c-1'),
  delete_session_by_id: (c) => c.deleteSessionById('c-1', 's1'),
};

const TIME = '2026-03-01T12:00:00.000Z';
const timeOf = (minute: number): string => TIME.replace(':00:', `:0${minute}:`);

/** Every field of a session as it travels. */
const SESSION = {
  id: 's1',
  user_id: 'ann',
  user_name: 'Ann',
  active: true,
  open_time: timeOf(0),
  close_time: timeOf(1),
  request_time: timeOf(2),
  address: '::1',
  client: 'Browser',
  user: '{"u":-0}',
  data: '[1,null]',
  version: 9_007_199_254_740_991,
  update_time: timeOf(3),
  expire_time: timeOf(4),
  close_reason: 'closed',
  expire_timeout: 0,
  expire_basis: 'created',
  service: 'shop',
  name: 'tab',
};

const sessions = GRPC_SERVICES['sessions_v1.Sessions'] as ServiceDefinition;

function fieldsOf(definition: MessageTypeDefinition<object, object>): string[] {
  return (definition.type as { field: { name: string }[] }).field.map(({ name }) => name).sort();
}

describe('The messages of the gRPC client', () => {
  const server = faultyGrpcServer();
  let client: ISessionsClientV1;
  beforeEach(() => {
    client = new SessionsGrpcClientV1({ connection: { host: '127.0.0.1', port: server().port } });
  });
  afterEach(() => client.close());

  const answered = async <T>(message: object, call: (c: ISessionsClientV1) => Promise<T>): Promise<T> => {
    server().answer = (x) => x.reply(message as never);
    return call(client);
  };

  it('have a call for each method of the proto', () => {
    expect(Object.keys(sessions).sort()).to.deep.equal(Object.keys(WHOLE_CALLS).sort());
  });

  for (const [operation, call] of Object.entries(WHOLE_CALLS)) {
    it(`carry every argument of ${operation} in a field of the proto`, async () => {
      await call(client).catch(() => {});
      const { method, request } = server().calls[0] ?? expect.fail('Nothing was sent');
      expect(method).to.equal(operation);
      const { requestType } = sessions[operation] ?? expect.fail('No such method');
      expect(Object.keys(request).sort()).to.deep.equal(fieldsOf(requestType));
      expect(request['correlation_id']).to.equal('c-1');
    });
  }

  it('carry arguments as they are, content and filters as texts', async () => {
    for (const call of Object.values(WHOLE_CALLS)) await call(client).catch(() => {});
    const request = (operation: string) => server().calls.find(({ method }) => method === operation)?.request;
    expect(request('open_session')).to.include({ user: '{"u":-0}', data: '[1,null]', expire_timeout: 60_000 });
    expect(request('patch_session_data')).to.include({ data: 'null', version: 0 });
    expect(request('update_session_user')).to.include({ user: '5', user_name: '' });
    const page = { filter: { user_id: 'ann', active: 'true' }, paging: { skip: 1, take: 2, total: true } };
    expect(request('get_sessions')).to.deep.include(page);
  });

  it('leave out what is absent', async () => {
    await client.openSession(null, { user_id: 'ann', user_name: null, expire_timeout: null }).catch(() => {});
    expect(server().calls[0]?.request).to.deep.equal({ correlation_id: '', user_id: 'ann' });
  });

  it('bring every field of a session', async () => {
    expect(Object.keys(SESSION).sort()).to.deep.equal(
      fieldsOf(GRPC_SERVICES['sessions_v1.Session'] as MessageTypeDefinition<object, object>),
    );
    const session = (await answered({ session: SESSION }, (c) => c.getSessionById(null, 's1'))) as SessionV1;
    const times = Object.entries(SESSION).filter(([key]) => key.endsWith('_time'));
    const dates = times.map(([key, time]) => [key, new Date(time as string)]);
    const expected = { ...SESSION, ...Object.fromEntries(dates) };
    expect(session).to.deep.equal({ ...expected, user: { u: -0 }, data: [1, null] });
  });

  it('bring what an older service says: no texts for what is absent', async () => {
    const message = {
      session: { id: 's1', user_id: 'ann', active: true, open_time: TIME, request_time: TIME, data: '' },
    };
    const session = await answered(message, (c) => c.getSessionById(null, 's1'));
    expect(session).to.include({ version: 0 }).and.not.have.any.keys('data', 'user', 'user_name', 'close_time');
  });

  it('bring absence, pages and counts', async () => {
    expect(await answered({}, (c) => c.getSessionById(null, 's1'))).to.equal(null);
    expect(await answered({ page: {} }, (c) => c.getSessions(null))).to.deep.equal({ total: null, data: [] });
    expect(await answered({ page: { total: 0 } }, (c) => c.getSessions(null))).to.deep.equal({ total: 0, data: [] });
    expect(await answered({}, (c) => c.closeExpiredSessions(null))).to.equal(0);
    expect(await answered({ count: 7 }, (c) => c.closeSessions(null, { user_id: 'ann' }))).to.equal(7);
  });

  it('ask for one session where none is wanted, which the wire cannot say, and drop it', async () => {
    const message = { page: { total: 5, data: [SESSION] } };
    const page = await answered(message, (c) => c.getSessions(null, null, { take: 0, total: true }));
    expect(page).to.deep.equal({ total: 5, data: [] });
    expect(server().calls[0]?.request['paging']).to.deep.equal({ skip: 0, take: 1, total: true });
  });

  const wrong: Record<string, object> = {
    'an opened session that is missing': {},
    'a session without an id': { session: { active: true } },
    'content that is no JSON': { session: { ...SESSION, data: '{' } },
    'a time that is none': { session: { ...SESSION, open_time: 'today' } },
    'a number beyond a double': { session: { ...SESSION, version: '9007199254740993' } },
    'an error without a code': { error: { message: 'm' } },
  };
  for (const [title, message] of Object.entries(wrong)) {
    it(`are no answer with ${title}`, async () => {
      const error = await failureOf(answered(message, (c) => c.openSession('7', { user_id: 'ann' })));
      expect(error).to.include({ code: 'BAD_REPLY', correlationId: '7' });
    });
  }
});

for (const type of [SessionsGrpcClientV1, SessionsCommandableGrpcClientV1]) {
  const isTyped = type === (SessionsGrpcClientV1 as unknown);
  const name = isTyped ? 'gRPC' : 'commandable gRPC';

  describe(`The errors that the ${name} client reads`, () => {
    const server = faultyGrpcServer();
    const failure = async (error: object, options: object = {}) => {
      const client = new type({ connection: { host: '127.0.0.1', port: server().port }, options });
      server().answer = (x) => x.reply({ error } as never);
      const caught = await failureOf(client.storeSessionData('c-1', 's1', 1));
      await client.close();
      return caught;
    };
    const CONFLICT = { category: 'Conflict', code: 'SESSION_CONFLICT', message: 'It has another version', status: 409 };

    it('have code, status, category, message, details as they were, and the correlation id of the call', async () => {
      const details = { details: { version: '3' }, details_json: '{"version":3}' };
      const error = await failure({ ...CONFLICT, ...details, correlation_id: 'other' });
      expect(error).to.include({ ...CONFLICT, correlationId: 'c-1' });
      expect(error.details).to.deep.equal({ version: 3 });
    });

    it('have the details of an older service, as texts', async () => {
      for (const more of [{}, { details_json: '{' }]) {
        const error = await failure({ ...CONFLICT, details: { version: '3' }, ...more });
        expect(error.details).to.deep.equal({ version: '3' });
      }
      expect((await failure(CONFLICT)).details).to.deep.equal({});
    });

    it('tell a reply beyond the limit', async () => {
      const error = await failure({ ...CONFLICT, message: 'x'.repeat(2000) }, { message_limit: 1000 });
      expect(error).to.include({ code: 'BAD_REPLY', correlationId: 'c-1' });
      expect(error.message).to.match(/larger than max/);
    });

    it('tell bytes that are no message', async () => {
      const client = new type({ connection: { host: '127.0.0.1', port: server().port } });
      server().answer = (x) => x.raw(Buffer.from([0xff, 0xff]));
      const error = await failureOf(client.storeSessionData(null, 's1', 1));
      expect(error.code).to.equal('BAD_REPLY');
      await client.close();
    });
  });
}

describe('The messages of the commandable gRPC client', () => {
  const server = faultyGrpcServer();

  it('name the operation and hold its arguments as JSON', async () => {
    const client = new SessionsCommandableGrpcClientV1({ connection: { host: '127.0.0.1', port: server().port } });
    server().answer = (x) => x.reply({ result_json: '0' });
    for (const [operation, call] of Object.entries(WHOLE_CALLS)) {
      await call(client).catch(() => {});
      const { method, request } = server().calls.at(-1) ?? expect.fail('Nothing was sent');
      expect(method).to.equal('invoke');
      expect(request).to.include({ method: `v1/sessions.${operation}`, correlation_id: 'c-1' });
      expect(JSON.parse(String(request['args_json']))).to.be.an('object');
    }
    expect(server().calls).to.have.length(Object.keys(WHOLE_CALLS).length);
    expect(
      String(server().calls.find((x) => String(x.request['method']).endsWith('.open_session'))?.request['args_json']),
    ).to.contain('"user":{"u":-0}');
    await client.close();
  });

  it('answer nothing but what the reply says', async () => {
    const client = new SessionsCommandableGrpcClientV1({ connection: { host: '127.0.0.1', port: server().port } });
    for (const message of [{}, { result_json: '{' }, { result_json: '[]' }, { result_json: '{"id":"s2"}' }]) {
      server().answer = (x) => x.reply(message as never);
      expect((await failureOf(client.getSessionById(null, 's1'))).code).to.equal('BAD_REPLY');
    }
    server().answer = (x) => x.reply({ result_empty: true });
    for (const [name, method] of Object.entries(EVERY_METHOD)) {
      if (/^(get|validate|store|patch|update|delete)/.test(name) && name !== 'getSessions')
        expect(await method(client, 's1', {}), name).to.equal(null);
    }
    await client.close();
  });
});
