import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { SessionEventListenerV1 } from '../../../src/data/version1/SessionEventV1.js';
import { SessionsSocketIoService } from '../../../src/services/push/SessionsSocketIoService.js';
import { type PushClient, PushWorld } from '../../support/PushWorld.js';

describe('The push service', () => {
  const world = PushWorld.forEachTest();

  const joined = async (client: PushClient): Promise<string> => {
    const { id } = await world.controller.openSession(null, { user_id: 'ann' });
    expect(await client.say({ session_key: id })).to.deep.equal({ joined: true });
    return id;
  };

  it('serves again after it was closed, and tells each end once', async () => {
    await world.service.close(null);
    expect((await world.http.fetch('/socket.io/?EIO=4&transport=polling')).status).to.equal(503);
    await world.service.open(null);
    const client = await world.connect();
    const id = await joined(client);
    await world.controller.closeSession(null, id);
    expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'closed' }]]);
  });

  it('leaves nobody listening at the controller when it closes', async () => {
    const listening = new Set<SessionEventListenerV1>();
    const { controller, service } = world;
    await service.close(null);
    controller.addListener = (listener) => listening.add(listener);
    controller.removeListener = (listener) => listening.delete(listener);
    await service.open(null);
    expect(listening.size).to.equal(1);
    await service.close(null);
    expect(listening.size).to.equal(0);
  });

  it('opens an endpoint of its own where it has a connection', async () => {
    const service = new SessionsSocketIoService(world.clock, world.timers);
    service.configure(ConfigParams.fromTuples('connection.host', '127.0.0.1', 'connection.port', 0));
    const locator = new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0');
    service.setReferences(References.fromTuples(locator, world.controller));
    await service.open(null);
    try {
      const client = await world.connect({}, service.endpoint.address());
      const id = await joined(client);
      await world.controller.closeSessions(null, { user_id: 'ann' });
      expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'revoked' }]]);
    } finally {
      await service.close(null);
    }
    expect(service.isOpen()).to.equal(false);
  });
});
