import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { SESSION_OPERATIONS } from '../../../src/logic/SessionOperations.js';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import { memoryStore } from '../../support/ApiStores.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { GRPC_PROTOS, type GrpcCaller, type GrpcReply } from '../../support/GrpcCaller.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';

describe('Sessions over gRPC', () => {
  let controller: SessionsController;
  let server: GrpcTestServer;
  let sessions: GrpcCaller;

  beforeEach(async () => {
    controller = await openController(await memoryStore().open(), {}, new FakeClock());
    server = await GrpcTestServer.start(controller);
    sessions = server.sessions();
  });

  afterEach(async () => {
    await server.close();
    await controller.close(null);
  });

  const opened = async (fields: object = {}): Promise<NonNullable<GrpcReply['session']>> => {
    const { session } = await sessions.call('open_session', { user_id: 'ann', ...fields });
    if (session === undefined) throw new Error('No session was opened');
    return session;
  };

  it('have a method for every operation of the table', () => {
    const methods = Object.keys(GRPC_PROTOS['sessions_v1.Sessions'] as object);
    expect(methods).to.have.members(SESSION_OPERATIONS.map(({ name }) => name));
  });

  it('reply with the session as the controller has it, content as JSON text and times as ISO-8601', async () => {
    const session = await opened({ user_name: '', address: '::1', data: '{"a": [-0, null]}', expire_timeout: 60_000 });
    const { expire_time, data, ...rest } = (await controller.getSessionById(null, session.id)) ?? {};
    expect(session).to.include({ user_id: 'ann', user_name: '', address: '::1', active: true, version: 0 });
    expect(session).to.include({ data: '{"a":[-0,null]}', expire_time: (expire_time as Date).toISOString() });
    expect(session).to.have.all.keys(...Object.keys(rest), 'expire_time', 'data');
    expect(data).to.deep.equal({ a: [-0, null] });
  });

  it('reply with neither a session nor an error where there is none', async () => {
    expect(await sessions.call('get_session_by_id', { session_id: 'nobody' })).to.deep.equal({});
  });

  it('reply with errors and the status OK: code, category, HTTP status, details as texts and as JSON, nothing internal', async () => {
    const { id } = await opened();
    const request = { session_id: id, version: 7, correlation_id: 'c-1' };
    expect(await sessions.call('store_session_data', request)).to.deep.equal({
      error: {
        code: 'SESSION_CONFLICT',
        category: 'Conflict',
        status: '409',
        message: 'The session has version 0, not 7; read it again and repeat the change',
        correlation_id: 'c-1',
        details: { version: '0' },
        details_json: '{"version":0}',
      },
    });
  });

  it('take the correlation id from the metadata where the request has none, in one line', async () => {
    const call = async (request: object, correlation_id: string): Promise<unknown> =>
      (await sessions.call('close_session', request, { metadata: { correlation_id } })).error?.correlation_id;
    expect(await call({}, 'from-metadata')).to.equal('from-metadata');
    expect(await call({ correlation_id: 'own' }, 'from-metadata')).to.equal('own');
    expect(await call({ correlation_id: 'a\nb' }, '')).to.equal('ab');
    expect(await call({}, 'x'.repeat(300))).to.have.length(256);
  });

  it('take content that is not set as null where it is what the call is for, and as absent in open', async () => {
    const session = await opened();
    expect(session).to.not.have.any.keys('user', 'data');
    const { id: session_id } = session;
    expect((await sessions.call('store_session_data', { session_id })).session).to.include({ data: 'null' });
    expect((await sessions.call('update_session_user', { session_id })).session).to.include({ user: 'null' });
    expect((await sessions.call('patch_session_data', { session_id })).session).to.include({ data: 'null' });
  });

  it('refuse content that is no JSON, blank text included', async () => {
    const { id: session_id } = await opened();
    for (const text of ['', ' ', '{', 'undefined', "{'a':1}", '1 2', '\u00a0 1']) {
      for (const [method, field] of [
        ['store_session_data', 'data'],
        ['patch_session_data', 'data'],
        ['update_session_user', 'user'],
      ] as const) {
        const { error } = await sessions.call(method, { session_id, [field]: text });
        expect(error, `${method} ${JSON.stringify(text)}`).to.include({
          code: 'INVALID_DATA',
          message: `${field} must be given as JSON text`,
        });
        expect(error?.details).to.deep.equal({ field });
      }
      expect((await sessions.call('open_session', { user_id: 'ann', data: text })).error?.code).to.equal(
        'INVALID_DATA',
      );
    }
  });

  it('keep content exact, whatever JSON it is', async () => {
    for (const text of ['-0', '0', '""', 'false', 'null', '[]', '{"__proto__":{"a":1}}', '"\\u0000 \\ud83d\\ude00"']) {
      const { data } = await opened({ data: text });
      expect(data, text).to.equal(text.replace('\\ud83d\\ude00', '😀'));
    }
  });

  it('list pages without content, and take a `take` of 0 as absent', async () => {
    for (let i = 0; i < 3; i++) await opened({ data: '{}' });
    const all = await sessions.call('get_sessions', { filter: { user_id: 'ann' }, paging: { take: 0, total: true } });
    expect(all.page?.total).to.equal(3);
    expect(all.page?.data).to.have.length(3);
    for (const session of all.page?.data ?? []) expect(session).to.not.have.property('data');
    const one = await sessions.call('get_sessions', { paging: { skip: 1, take: 1 } });
    expect(one.page?.data).to.have.length(1);
    expect(one.page).to.not.have.property('total');
    expect(await sessions.call('get_sessions', { filter: { user_id: 'bob' } })).to.deep.equal({ page: {} });
  });

  it('reply with counts', async () => {
    await opened();
    await opened();
    expect(await sessions.call('close_sessions', { filter: { user_id: 'ann' } })).to.deep.equal({ count: 2 });
    expect((await sessions.call('close_sessions', {})).error?.details).to.deep.equal({ field: 'filter.user_id' });
    expect(await sessions.call('close_expired_sessions', {})).to.deep.equal({ count: 0 });
  });

  it('refuse numbers that no double counts, and negative ones', async () => {
    const { id: session_id } = await opened();
    for (const version of ['9007199254740993', '9223372036854775807', '-1', '-9223372036854775808']) {
      const { error } = await sessions.call('store_session_data', { session_id, version });
      expect(error?.details, version).to.deep.equal({ field: 'version' });
    }
    for (const paging of [{ take: -1 }, { skip: '-1' }]) {
      expect((await sessions.call('get_sessions', { paging })).error?.code).to.equal('INVALID_DATA');
    }
  });

  it('are asked by any name over commandable gRPC, with JSON', async () => {
    const commandable = server.commandable();
    const invoke = (method: string, args: object): Promise<GrpcReply> =>
      commandable.call('invoke', { method: `v1/sessions.${method}`, ...args });
    const open = await invoke('open_session', { args_json: '{"user_id":"ann","data":[1,-0]}' });
    expect(open).to.have.all.keys('result_json');
    const session = JSON.parse(open.result_json ?? '');
    expect(session).to.include({ user_id: 'ann', version: 0 });
    expect(session.data).to.deep.equal([1, -0]);
    const none = await invoke('get_session_by_id', { args_json: '{"session_id":"nobody"}' });
    expect(none).to.deep.equal({ result_empty: true });
    expect(await invoke('close_expired_sessions', { args_empty: true, args_json: '{' })).to.deep.equal({
      result_json: '0',
    });
    expect(JSON.parse((await invoke('get_sessions', {})).result_json ?? '').data).to.have.length(1);
  });

  it('refuse over commandable gRPC what is no method and no arguments, in the reply', async () => {
    const commandable = server.commandable();
    const refusal = async (request: object): Promise<unknown> => {
      const { error, result_empty, result_json } = await commandable.call('invoke', request);
      expect(result_empty).to.equal(true);
      expect(result_json).to.equal(undefined);
      return error;
    };
    for (const method of [
      '',
      'open_session',
      'v1/sessions.nope',
      'v2/sessions.open_session',
      'v1/sessions.__proto__',
    ]) {
      expect(await refusal({ method, correlation_id: 'c' }), method).to.deep.equal({
        code: 'NOT_FOUND',
        category: 'NotFound',
        status: 404,
        message: 'There is no such method',
        correlation_id: 'c',
      });
    }
    for (const args_json of ['{', '[]', '5', 'null', '"a"', ' ', "{'a':1}"]) {
      const error = await refusal({ method: 'v1/sessions.open_session', args_json });
      expect(error, args_json).to.include({ code: 'INVALID_DATA', status: 400 });
      expect(error, args_json).to.deep.include({ details: { field: 'arguments' } });
    }
  });

  it('answer a method that does not exist with UNIMPLEMENTED', async () => {
    const health = server.health();
    expect((await health.status(health.call('check', { service: 'nope' }))).code).to.equal(status.NOT_FOUND);
    const other = server.caller('sessions_v1.Sessions');
    const path = '/sessions_v1.Sessions/drop_all';
    const asked = new Promise((resolve) => {
      other.client.makeUnaryRequest(path, Buffer.from, String, Buffer.alloc(0), (error) => resolve(error?.code));
    });
    expect(await asked).to.equal(status.UNIMPLEMENTED);
  });
});
