import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { GrpcEndpoint } from '../../../src/services/grpc/GrpcEndpoint.js';
import { HttpEndpoint } from '../../../src/services/http/HttpEndpoint.js';
import { SessionsGrpcServiceV1 } from '../../../src/services/version1/SessionsGrpcServiceV1.js';
import { GrpcCaller } from '../../support/GrpcCaller.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { HeldController } from '../../support/HeldController.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../../support/HttpTestCertificate.js';
import { RawConnection } from '../../support/HttpTestEndpoint.js';

const CONTROLLER = new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0');
const ENDPOINT = new Descriptor('pip-services', 'endpoint', 'grpc', 'default', '1.0');
const ASK = { session_id: 'any' };

function serviceWith(config: Record<string, unknown>, references: References): SessionsGrpcServiceV1 {
  const service = new SessionsGrpcServiceV1();
  service.configure(ConfigParams.fromValue(config));
  service.setReferences(references);
  return service;
}

describe('The gRPC endpoint', () => {
  const addressWith = (options: Record<string, unknown>): string => {
    const endpoint = new GrpcEndpoint();
    endpoint.configure(ConfigParams.fromValue(options));
    return endpoint.address();
  };

  it('listens on 0.0.0.0:8090 unless it says otherwise', () => {
    expect(addressWith({})).to.equal('grpc://0.0.0.0:8090');
    expect(addressWith({ connection: { protocol: 'https', host: '::1', port: 81 } })).to.equal('grpcs://[::1]:81');
    expect(addressWith({ connection: { uri: 'http://127.0.0.1:82' } })).to.equal('grpc://127.0.0.1:82');
    expect(addressWith({ connections: [{ host: '127.0.0.1', port: 83 }] })).to.equal('grpc://127.0.0.1:83');
  });

  it('takes keys of older services that have no effect, and no unknown ones', () => {
    const older = { maintenance_enabled: 'x', file_max_size: 5, protocol_upgrade_enabled: true };
    expect(addressWith({ options: older, credential: { ssl_ca_file: '' } })).to.equal('grpc://0.0.0.0:8090');
    expect(() => addressWith({ options: { body_limit: 5 } })).to.throw(
      /endpoint:grpc: unknown option "options.body_limit"; known are: .*options.message_limit/,
    );
    expect(() => addressWith({ options: { max_in_flight: 0 } })).to.throw(/max_in_flight is "0" but must be/);
  });

  it('says in one sentence that its port is in use, and can be opened once it is free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const endpoint = new GrpcEndpoint();
    endpoint.configure(ConfigParams.fromTuples('connection.host', '127.0.0.1', 'connection.port', port));
    const fault = await endpoint.open(null).catch((error: Error) => error.message);
    expect(fault).to.equal(
      `pip-services:endpoint:grpc: cannot listen on 127.0.0.1:${port}: the port is in use by another program`,
    );
    expect(endpoint.isOpen()).to.equal(false);
    other.close();
    await once(other, 'close');
    await endpoint.open(null);
    await endpoint.close(null);
  });

  it('serves services that came before it opened, and refuses one that another serves already', () => {
    const references = References.fromTuples(CONTROLLER, new HeldController(), ENDPOINT, new GrpcEndpoint());
    serviceWith({}, references);
    expect(() => serviceWith({}, references)).to.throw(
      /Two services of one endpoint serve sessions_v1.Sessions; give one a connection of its own/,
    );
  });

  it('is no endpoint of another kind that a service names', () => {
    const other = new HttpEndpoint();
    const locator = new Descriptor('pip-services', 'endpoint', 'http', 'default', '1.0');
    const references = References.fromTuples(CONTROLLER, new HeldController(), locator, other);
    expect(() => serviceWith({ dependencies: { endpoint: '*:endpoint:http:*:1.0' } }, references)).to.throw(
      'service-sessions:service:grpc: dependencies.endpoint is "*:endpoint:http:*:1.0" but must name an endpoint such as *:endpoint:grpc:*:1.0',
    );
  });

  it('is one of its own for a service that has a connection, or where none is shared', async () => {
    const shared = new GrpcEndpoint();
    const own = { connection: { host: '127.0.0.1', port: 0 } };
    const service = serviceWith(own, References.fromTuples(CONTROLLER, new HeldController(), ENDPOINT, shared));
    expect(service.endpoint).to.not.equal(shared);
    const alone = serviceWith(own, References.fromTuples(CONTROLLER, new HeldController()));
    for (const each of [service, alone]) {
      await each.open(null);
      const health = new GrpcCaller('grpc.health.v1.Health', Number(new URL(each.endpoint.address()).port));
      expect(await health.call('check', { service: 'sessions_v1.Sessions' })).to.deep.equal({ status: 1 });
      expect((await health.status(health.call('check', { service: 'commandable.Commandable' }))).code).to.equal(
        status.NOT_FOUND,
      );
      health.close();
      await each.close(null);
    }
  });

  describe('with TLS', () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'grpc-tls-'));
      writeFileSync(join(folder, 'key.pem'), TEST_KEY);
      writeFileSync(join(folder, 'crt.pem'), TEST_CERTIFICATE);
    });
    after(() => rmSync(folder, { recursive: true }));

    it('answers clients that trust its certificate, and no others', async () => {
      const controller = new HeldController();
      const server = await GrpcTestServer.start(controller.served, {
        'connection.protocol': 'https',
        'credential.ssl_key_file': join(folder, 'key.pem'),
        'credential.ssl_crt_file': join(folder, 'crt.pem'),
      });
      expect(server.endpoint.address()).to.match(/^grpcs:/);
      const trusting = server.caller('sessions_v1.Sessions', credentials.createSsl(Buffer.from(TEST_CERTIFICATE)));
      const call = trusting.call('get_session_by_id', ASK);
      await controller.come(1);
      controller.endAll();
      expect(await call).to.deep.equal({});
      for (const other of [credentials.createSsl(), credentials.createInsecure()]) {
        const caller = server.caller('sessions_v1.Sessions', other);
        expect((await caller.status(caller.call('get_session_by_id', ASK))).code).to.equal(status.UNAVAILABLE);
      }
      const silent = await RawConnection.open(server.port);
      await server.close();
      await silent.closed;
    });

    it('says which file is missing or wrong', async () => {
      for (const [file, sentence] of [
        [undefined, /connection.protocol https needs credential.ssl_key_file/],
        ['none.pem', /ssl_key_file is ".*none.pem", which cannot be read \(ENOENT\)/],
        ['crt.pem', /must be a PEM key and the certificate made for it/],
      ] as const) {
        const endpoint = new GrpcEndpoint();
        endpoint.configure(
          ConfigParams.fromValue({
            connection: { protocol: 'https', host: '127.0.0.1', port: 0 },
            credential: { ssl_key_file: file && join(folder, file), ssl_crt_file: join(folder, 'crt.pem') },
          }),
        );
        expect(await endpoint.open(null).catch((error: Error) => error.message)).to.match(sentence);
        expect(endpoint.isOpen()).to.equal(false);
      }
    });
  });
});
