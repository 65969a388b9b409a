import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { openStream } from '../../support/GrpcStream.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { HeldController } from '../../support/HeldController.js';
import { RawConnection } from '../../support/HttpTestEndpoint.js';

const ASK = { session_id: 'any' };
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';

describe('A gRPC endpoint that is closed', () => {
  let controller: HeldController;
  beforeEach(() => {
    controller = new HeldController();
  });

  it('lets calls in flight end, takes no more, and waits for nobody else', async () => {
    const server = await GrpcTestServer.start(controller.served);
    const sessions = server.sessions();
    const running = sessions.call('get_session_by_id', ASK);
    await controller.come(1);
    let closed = false;
    const closing = server.endpoint.close(null).then(() => {
      closed = true;
    });
    const late = server.sessions();
    expect((await late.status(late.call('get_session_by_id', ASK))).code).to.equal(status.UNAVAILABLE);
    expect(closed).to.equal(false);
    controller.endAll();
    expect(await running).to.deep.equal({});
    await closing;
    await server.close();
  });

  it('ends open streams with UNAVAILABLE, and idle connections, at once', async () => {
    const server = await GrpcTestServer.start(controller.served, {}, 60_000);
    const watch = openStream(server.health(), 'watch', { service: 'sessions_v1.Sessions' });
    const reflection = openStream(server.reflection(), 'ServerReflectionInfo');
    reflection.call.write({ list_services: '' });
    await Promise.all([watch.come(1), reflection.come(1)]);
    const silent = await RawConnection.open(server.port);
    const idle = await RawConnection.open(server.port);
    await idle.send(PREFACE).until('\0');
    await server.close();
    expect(watch.messages).to.deep.equal([{ status: 1 }, { status: 2 }]);
    expect((await watch.end).code).to.equal(status.UNAVAILABLE);
    expect((await reflection.end).code).to.equal(status.UNAVAILABLE);
    await Promise.all([silent.closed, idle.closed]);
  });

  it('ends what is still in flight after its stop time-out', async () => {
    const server = await GrpcTestServer.start(controller.served, {}, 100);
    const sessions = server.sessions();
    const stuck = sessions.status(sessions.call('get_session_by_id', ASK));
    await controller.come(1);
    await server.endpoint.close(null);
    expect([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL]).to.include((await stuck).code);
    controller.endAll();
    await server.close();
  });

  it('can be opened and closed again, and closed twice', async () => {
    const server = await GrpcTestServer.start(controller.served);
    for (let round = 0; round < 3; round++) {
      expect(await server.health().call('check', {})).to.deep.equal({ status: 1 });
      await Promise.all([server.endpoint.close(null), server.endpoint.close(null)]);
      await server.endpoint.close(null);
      expect(server.endpoint.isOpen()).to.equal(false);
      await Promise.all([server.endpoint.open(null), server.endpoint.open(null)]);
    }
    await server.close();
  });

  it('has connections without a call end after the time that it gives them', async () => {
    const server = await GrpcTestServer.start(controller.served, { 'options.max_connection_idle': 50 });
    const idle = await RawConnection.open(server.port);
    idle.send(PREFACE);
    await idle.closed;
    await server.close();
  });

  it('has connections end whose client does not answer a ping', async () => {
    const server = await GrpcTestServer.start(controller.served, {
      'options.keepalive_time': 20,
      'options.keepalive_timeout': 20,
    });
    const deaf = await RawConnection.open(server.port);
    deaf.send(PREFACE);
    await deaf.closed;
    expect(await server.health().call('check', {})).to.deep.equal({ status: 1 });
    await server.close();
  });
});
