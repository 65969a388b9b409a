import { expect } from 'chai';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { TcpProxy } from '../../../support/mongodb/TcpProxy.js';
import { callOperation, type ServiceProcess } from '../../../support/ServiceProcess.js';
import { startedServices } from '../../../support/StartedServices.js';
import { mongoServiceArguments } from './MongoConfigs.js';

const OPERATION_TIMEOUT = 1500;
const ALLOWED = OPERATION_TIMEOUT + 100;
const RESUME_WITHIN = 2000;

describeOnMongo('The service whose MongoDB is frozen', ownMongoUnavailable(), () => {
  const services = startedServices();
  let server: MongoServer;
  let proxy: TcpProxy;
  let service: ServiceProcess;
  let id = '';

  beforeEach(async () => {
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
    const config = { 'connection.uri': proxy.uri, 'options.operation_timeout': OPERATION_TIMEOUT };
    service = await services.start({ args: mongoServiceArguments(services.path('config.yml'), config) });
    id = String((await callOperation(service.url, 'open_session', { user_id: 'ann' })).body?.['id']);
  });
  afterEach(async () => {
    await service?.stop();
    await proxy?.stop();
    await server?.stop();
  });

  const get = async (path: string): Promise<{ status: number; body: unknown; took: number }> => {
    const startedAt = performance.now();
    const response = await fetch(service.url + path);
    return { status: response.status, body: await response.json(), took: performance.now() - startedAt };
  };

  for (const [fault, cause, end] of [
    ['frozen', () => proxy.freeze(), () => proxy.thaw()],
    ['killed', () => server.kill(), () => server.restart()],
  ] as const) {
    it(`lives, says that it is not ready and refuses in time, and is ready again afterwards: ${fault}`, async () => {
      expect((await get('/ready')).status).to.equal(200);
      await cause();
      const startedAt = performance.now();
      const calls = Promise.all([
        callOperation(service.url, 'get_session_by_id', { session_id: id }),
        callOperation(service.url, 'validate_session', { session_id: id }),
        callOperation(service.url, 'store_session_data', { session_id: id, data: { a: 1 } }),
      ]);
      const [heartbeat, ready, status] = await Promise.all([get('/heartbeat'), get('/ready'), get('/status')]);
      expect(heartbeat.status).to.equal(200);
      expect(heartbeat.took).to.be.below(500);
      expect([ready.status, (ready.body as { code: string }).code]).to.deep.equal([503, 'PERSISTENCE_UNAVAILABLE']);
      expect([status.status, (status.body as { persistence: string }).persistence]).to.deep.equal([200, 'unavailable']);
      for (const { took } of [ready, status]) expect(took).to.be.below(2100);
      for (const { status: answered, body } of await calls) {
        expect([answered, body?.['code']]).to.deep.equal([503, 'PERSISTENCE_UNAVAILABLE']);
      }
      expect(performance.now() - startedAt).to.be.below(Math.max(ALLOWED, 2100));

      await end();
      const backAt = performance.now();
      for (;;) {
        const { status: answered } = await callOperation(service.url, 'validate_session', { session_id: id });
        expect(performance.now() - backAt).to.be.below(RESUME_WITHIN);
        if (answered === 200) break;
      }
      expect((await get('/ready')).status).to.equal(200);
      expect((await get('/status')).body).to.include({ persistence: 'available' });
    });
  }
});
