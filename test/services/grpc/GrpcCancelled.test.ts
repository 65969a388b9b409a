import { expect } from 'chai';
import { type GrpcCaller, requestBytes } from '../../support/GrpcCaller.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { HeldController } from '../../support/HeldController.js';
import { framed, rawCall } from '../../support/RawGrpcCall.js';

/** Of HTTP/2: with it the library takes a request that was cut off as one that is complete. */
const NO_ERROR = 0;

describe('Calls over gRPC that are cancelled before they begin', () => {
  let controller: HeldController;
  let server: GrpcTestServer;
  let sessions: GrpcCaller;
  beforeEach(async () => {
    controller = new HeldController();
    server = await GrpcTestServer.start(controller.served);
    sessions = server.sessions();
  });
  afterEach(async () => {
    controller.endAll();
    await server.close();
  });

  const cancelled = async (service: string, method: string, request: object): Promise<void> => {
    const bytes = framed(requestBytes(service, method, request));
    for (let i = 0; i < 5; i++) await rawCall(server.port, `/${service}/${method}`, bytes, {}, NO_ERROR);
    const next = sessions.call('close_session', { session_id: 'any' });
    while (!controller.begun.includes('close_session')) await controller.come(controller.begun.length + 1);
    controller.endAll();
    await next;
  };

  it('do nothing and are not counted', async () => {
    await cancelled('sessions_v1.Sessions', 'open_session', { user_id: 'ann' });
    expect(controller.begun).to.deep.equal(['close_session']);
    expect(server.endpoint.callsInFlight).to.equal(0);
  });
});
