import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { type GrpcCaller, requestBytes } from '../../support/GrpcCaller.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { HeldController } from '../../support/HeldController.js';
import { framed, rawCall } from '../../support/RawGrpcCall.js';

const LIMIT = 2000;
const ASK = { session_id: 'any' };

describe('Calls over gRPC', () => {
  let controller: HeldController;
  let server: GrpcTestServer;
  let sessions: GrpcCaller;

  const start = async (options: Record<string, string | number> = {}): Promise<void> => {
    controller = new HeldController();
    server = await GrpcTestServer.start(controller.served, options);
    sessions = server.sessions();
  };

  afterEach(async () => {
    controller.endAll();
    await server.close();
    expect(server.endpoint.callsInFlight).to.equal(0);
  });

  it('may be as long as the limit and no longer', async () => {
    await start({ 'options.message_limit': LIMIT });
    const lengthOf = (request: object): number => requestBytes('sessions_v1.Sessions', 'open_session', request).length;
    const rest = lengthOf({ user_id: 'ann', data: 'x'.repeat(1000) }) - 1000;
    const longest = { user_id: 'ann', data: JSON.stringify('x'.repeat(LIMIT - rest - 2)) };
    expect(lengthOf(longest)).to.equal(LIMIT);
    const fits = sessions.call('open_session', longest);
    await controller.come(1);
    controller.endAll();
    expect(await fits).to.deep.equal({});
    const longer = { ...longest, user_id: 'anna' };
    expect((await sessions.status(sessions.call('open_session', longer))).code).to.equal(status.RESOURCE_EXHAUSTED);
    expect(controller.begun).to.have.length(1);
  });

  it('are measured decompressed', async () => {
    await start({ 'options.message_limit': LIMIT });
    const zipping = server.sessions({ 'grpc.default_compression_algorithm': 2 });
    const call = zipping.call('open_session', { user_id: 'ann', data: JSON.stringify('x'.repeat(LIMIT)) });
    expect((await zipping.status(call)).code).to.equal(status.RESOURCE_EXHAUSTED);
    const short = zipping.call('open_session', { user_id: 'ann', data: JSON.stringify('x'.repeat(LIMIT / 2)) });
    await controller.come(1);
    controller.endAll();
    await short;
  });

  it('over the most in flight are refused with OVERLOADED in the reply, and health is answered still', async () => {
    await start({ 'options.max_in_flight': 2 });
    const first = [sessions.call('get_session_by_id', ASK), sessions.call('get_session_by_id', ASK)];
    await controller.come(2);
    expect(server.endpoint.callsInFlight).to.equal(2);
    const { error } = await sessions.call('get_session_by_id', { ...ASK, correlation_id: 'c-9' });
    expect(error).to.include({ code: 'OVERLOADED', category: 'NoResponse', status: '503', correlation_id: 'c-9' });
    const invoked = await server.commandable().call('invoke', { method: 'v1/sessions.close_session' });
    expect(invoked).to.deep.include({ result_empty: true });
    expect(invoked.error?.code).to.equal('OVERLOADED');
    expect(await server.health().call('check', {})).to.deep.equal({ status: 1 });
    controller.endAll();
    await Promise.all(first);
    const next = sessions.call('get_session_by_id', ASK);
    await controller.come(3);
    controller.endAll();
    expect(await next).to.deep.equal({});
  });

  it('whose deadline is over before they begin do nothing', async () => {
    await start();
    // The header says 0: a client of the library would not send such a call at all.
    const request = requestBytes('sessions_v1.Sessions', 'open_session', { user_id: 'ann' });
    const end = await rawCall(server.port, '/sessions_v1.Sessions/open_session', framed(request), {
      'grpc-timeout': '0m',
    });
    expect(end.status).to.equal(status.DEADLINE_EXCEEDED);
    expect(controller.begun).to.deep.equal([]);
  });

  it('whose deadline comes while they run end with DEADLINE_EXCEEDED, and are finished all the same', async () => {
    await start();
    const late = sessions.call('open_session', { user_id: 'ann' }, { deadline: Date.now() + 200 });
    await controller.come(1);
    expect((await sessions.status(late)).code).to.equal(status.DEADLINE_EXCEEDED);
    expect(server.endpoint.callsInFlight).to.equal(1);
    controller.endAll();
    while (server.endpoint.callsInFlight > 0) await new Promise(setImmediate);
  });

  it('may run longer than a request may take to come', async () => {
    await start({ 'options.request_timeout': 10 });
    const call = sessions.call('get_session_by_id', ASK);
    await controller.come(1);
    // Real time: the library counts it, and looks for slow requests all the while.
    await new Promise((resolve) => setTimeout(resolve, 60));
    controller.endAll();
    expect(await call).to.deep.equal({});
  });

  it('that are cancelled while they run are finished and not answered', async () => {
    await start();
    let cancel = (): void => {};
    const call = sessions.call(
      'open_session',
      { user_id: 'ann' },
      { started: (under) => (cancel = () => under.cancel()) },
    );
    await controller.come(1);
    cancel();
    expect((await sessions.status(call)).code).to.equal(status.CANCELLED);
    expect(server.endpoint.callsInFlight).to.equal(1);
    controller.endAll();
    while (server.endpoint.callsInFlight > 0) await new Promise(setImmediate);
    const next = sessions.call('get_session_by_id', ASK);
    await controller.come(2);
    controller.endAll();
    expect(await next).to.deep.equal({});
  });

  it('of one connection over the most concurrent ones wait at the client', async () => {
    await start({ 'options.max_concurrent_streams': 2 });
    // The limit counts from when the client has heard of it: with the first answer at the latest.
    const first = sessions.call('get_session_by_id', ASK);
    await controller.come(1);
    controller.endAll();
    await first;
    const calls = Array.from({ length: 5 }, () => sessions.call('get_session_by_id', ASK));
    await controller.come(3);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(server.endpoint.callsInFlight).to.equal(2);
    for (let more = 3; more <= 6; more++) {
      await controller.come(more);
      controller.endAll();
    }
    controller.endAll();
    await Promise.all(calls);
  });
});
