import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import { callOperation } from '../../support/ServiceProcess.js';
import { startedServices } from '../../support/StartedServices.js';

const ENVIRONMENT = { MEMORY_ENABLED: 'true', HTTP_PORT: '0' };

describe('The process with push', function () {
  this.timeout(60_000);
  const services = startedServices();
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });

  async function connected(url: string, transports: string[]): Promise<Socket> {
    const socket = io(url, { transports, forceNew: true, reconnection: false });
    sockets.push(socket);
    await new Promise((resolve, reject) => socket.once('connect', () => resolve(null)).once('connect_error', reject));
    return socket;
  }

  it('serves it where it is switched on', async () => {
    for (const [SOCKETIO_ENABLED, status] of [
      ['true', 200],
      ['false', 404],
      ['', 404],
    ] as const) {
      const service = await services.start({ env: { ...ENVIRONMENT, SOCKETIO_ENABLED } });
      expect((await fetch(`${service.url}/socket.io/?EIO=4&transport=polling`)).status).to.equal(status);
      expect((await service.stop()).code).to.equal(0);
    }
  });

  it('stops at once with a hundred clients connected', async () => {
    const service = await services.start({ env: { ...ENVIRONMENT, SOCKETIO_ENABLED: '1' } });
    const { body } = await callOperation(service.url, 'open_session', { user_id: 'ann' });
    const kinds = [['websocket'], ['polling'], ['polling', 'websocket'], ['websocket']];
    const clients = await Promise.all(
      Array.from({ length: 100 }, (_, n) => connected(service.url, kinds[n % 4] ?? [])),
    );
    for (const client of clients) await client.emitWithAck('session_key', { session_key: body?.['id'] });
    const reasons = clients.map((client) => new Promise((resolve) => client.once('disconnect', resolve)));
    const startedAt = performance.now();
    const { code, stderr } = await service.stop();
    expect(performance.now() - startedAt).to.be.lessThan(1500);
    expect([code, stderr]).to.deep.equal([0, '']);
    // None of them takes it for a farewell, after which it would not connect again.
    expect(new Set(await Promise.all(reasons))).to.not.include('io server disconnect');
  });

  it('tells sockets of an expiry within a second, without any sweep, and writes no key to its log', async () => {
    writeFileSync(services.path('config.yml'), WITHOUT_SWEEPS);
    const service = await services.start({ args: ['-c', services.path('config.yml')] });
    const session = { user_id: 'ann', expire_timeout: 1200 };
    const { body } = await callOperation(service.url, 'open_session', session);
    const client = await connected(service.url, ['websocket']);
    const told = new Promise<{ reason: string }>((resolve) => client.once('logout', resolve));
    await client.emitWithAck('session_key', { session_key: body?.['id'] });
    expect((await told).reason).to.equal('expired');
    const late = Date.now() - Date.parse(String(body?.['expire_time']));
    expect(late).to.be.greaterThanOrEqual(0).and.lessThan(1000);
    const { stdout, stderr } = await service.stop();
    expect(stdout + stderr).to.not.contain(body?.['id']);
  });

  it('is not started with a wrong option', async () => {
    const text = `${WITHOUT_SWEEPS}  options:\n    max_sockets: 0\n`;
    writeFileSync(services.path('config.yml'), text);
    const { code, stderr } = await services.run({ args: ['-c', services.path('config.yml')] });
    expect(code).to.equal(78);
    expect(stderr).to.match(/socketio\S* options.max_sockets is "0" but must be a whole number from 1 to 1000000/);
  });
});

const WITHOUT_SWEEPS = `
- descriptor: "pip-services:logger:console:default:1.0"
  level: "trace"
- descriptor: "service-sessions:persistence:memory:default:1.0"
- descriptor: "service-sessions:controller:default:default:1.0"
  options:
    cleanup_interval: 0
- descriptor: "pip-services:endpoint:http:default:1.0"
  connection:
    protocol: "http"
    host: "127.0.0.1"
    port: 0
- descriptor: "service-sessions:service:commandable-http:default:1.0"
- descriptor: "service-sessions:service:socketio:default:1.0"
`;
