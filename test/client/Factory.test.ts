import { createRequire } from 'node:module';
import { expect } from 'chai';
import { ConfigParams, Descriptor } from 'pip-services3-commons-nodex';
import { Factory } from 'pip-services3-components-nodex';
import { Container } from 'pip-services3-container-nodex';
import {
  type ISessionsClientV1,
  SessionsCommandableHttpClientV1,
  SessionsDirectClientV1,
  SessionsHttpClientV1,
  SessionsMockClientV1,
  SessionsNullClientV1,
} from 'service-sessions-client';
import { SessionsClientFactory } from 'service-sessions-client/factory';
import { SessionsGrpcClientV1 } from 'service-sessions-client/grpc';
import { SessionsServiceFactory } from '../../src/build/SessionsServiceFactory.js';
import { callOperation } from '../support/ServiceProcess.js';
import { startedServices } from '../support/StartedServices.js';

const CLIENTS = {
  http: SessionsHttpClientV1,
  'commandable-http': SessionsCommandableHttpClientV1,
  direct: SessionsDirectClientV1,
  mock: SessionsMockClientV1,
  null: SessionsNullClientV1,
};

const nameOf = (kind: string): string => `service-sessions:client:${kind}:default:1.0`;

/** A container that lets a test see what it has made. */
class OpenContainer extends Container {
  constructor(config: object) {
    super('test', 'A container of a test');
    this.configure(ConfigParams.fromValue(config));
    this.addFactory(new SessionsServiceFactory());
    this.addFactory(new SessionsClientFactory());
  }

  client(kind = '*'): ISessionsClientV1 {
    return this._references.getOneRequired(new Descriptor('service-sessions', 'client', kind, '*', '1.0'));
  }
}

describe('SessionsClientFactory', () => {
  for (const [kind, client] of Object.entries(CLIENTS)) {
    it(`makes the ${kind} client`, () => {
      const made = new SessionsClientFactory().create(Descriptor.fromString(nameOf(kind)));
      expect(made).to.be.instanceOf(client);
    });
  }

  it('makes clients under any name, so that one container may have several', () => {
    const descriptor = Descriptor.fromString('service-sessions:client:http:orders:1.0');
    expect(new SessionsClientFactory().create(descriptor)).to.be.instanceOf(SessionsHttpClientV1);
  });

  it('makes nothing under other descriptors', () => {
    const factory = new SessionsClientFactory();
    for (const text of [
      'service-sessions:client:commandable-grpc:default:1.0',
      'service-sessions:client:http:default:2.0',
    ]) {
      expect(factory.canCreate(Descriptor.fromString(text)), text).to.equal(null);
    }
    expect(factory.canCreate('service-sessions:client:http:default:1.0')).to.equal(null);
  });

  it('makes nothing for a pattern, which would put an unconfigured client in the place of a missing one', () => {
    const factory = new SessionsClientFactory();
    for (const text of ['service-sessions:client:*:*:*', 'service-sessions:client:http:*:1.0']) {
      expect(factory.canCreate(Descriptor.fromString(text)), text).to.equal(null);
    }
  });

  it('has the descriptors of the older factory', () => {
    const { Descriptor: own, NullClientV1Descriptor, MockClientV1Descriptor } = SessionsClientFactory;
    const { DirectClientV1Descriptor, HttpClientV1Descriptor } = SessionsClientFactory;
    expect(own.toString()).to.equal('service-sessions:factory:default:default:1.0');
    expect(NullClientV1Descriptor.toString()).to.equal(nameOf('null'));
    expect(MockClientV1Descriptor.toString()).to.equal(nameOf('mock'));
    expect(DirectClientV1Descriptor.toString()).to.equal(nameOf('direct'));
    expect(HttpClientV1Descriptor.toString()).to.equal(nameOf('commandable-http'));
  });

  it('is a factory of the toolkit, with and without new', () => {
    expect(new SessionsClientFactory()).to.be.instanceOf(Factory).and.of.instanceOf(SessionsClientFactory);
    expect(SessionsClientFactory()).to.be.instanceOf(SessionsClientFactory);
  });

  it('works from CommonJS', () => {
    const { SessionsClientFactory: Required } = createRequire(import.meta.url)('service-sessions-client/factory');
    const made = new Required().create(Required.MockClientV1Descriptor) as ISessionsClientV1;
    expect(made.openSession).to.be.a('function');
  });
});

describe('A container of the toolkit', function () {
  this.timeout(60_000);
  const services = startedServices();

  it('configures, opens and closes the HTTP client', async () => {
    const service = await services.start({ args: ['-p', 'HTTP_PORT=0'] });
    const { hostname: host, port } = new URL(service.url);
    for (const kind of ['http', 'commandable-http']) {
      const descriptor = nameOf(kind);
      const connection = { protocol: 'http', host, port };
      const container = new OpenContainer({ client: { descriptor, connection, options: { timeout: 10_000 } } });
      await container.open('c1');
      const client = container.client();
      expect(client.isOpen()).to.equal(true);
      const session = await client.openSession('c1', '1', 'User 1', 'localhost', 'test', null, { a: 1 });
      expect((await callOperation(service.url, 'get_session_by_id', { session_id: session.id })).body).to.deep.include({
        id: session.id,
        data: { a: 1 },
      });
      await container.close('c1');
      expect(client.isOpen()).to.equal(false);
    }
  });

  it('configures, opens and closes a client of gRPC that was registered with the factory', async () => {
    const service = await services.start({ args: ['-p', 'HTTP_PORT=0;GRPC_ENABLED=true;GRPC_PORT=0'] });
    const connection = { host: '127.0.0.1', port: service.portOf('grpc') };
    const container = new OpenContainer({ client: { descriptor: nameOf('grpc'), connection } });
    const factory = new SessionsClientFactory();
    factory.registerAsType(new Descriptor('service-sessions', 'client', 'grpc', '*', '1.0'), SessionsGrpcClientV1);
    container.addFactory(factory);
    await container.open('c1');
    const client = container.client();
    expect(await client.openSession('c1', { user_id: 'ann' })).to.include({ user_id: 'ann' });
    await container.close('c1');
    expect(client.isOpen()).to.equal(false);
  });

  it('does not open with a client whose service is not there, or whose configuration is wrong', async () => {
    const absent = { descriptor: nameOf('http'), connection: { host: '127.0.0.1', port: 1 } };
    expect(await failureOf(new OpenContainer({ client: absent }))).to.include({ code: 'UNREACHABLE' });
    const wrong = { descriptor: nameOf('http'), options: { timeuot: '1' } };
    const failure = await failureOf(new OpenContainer({ client: wrong }));
    // The toolkit says which component it could not make, and of the reason keeps the text.
    expect(failure.cause).to.match(/timeuot.*timeout/);
  });

  it('gives the direct client the controller beside it', async () => {
    const container = new OpenContainer({
      persistence: { descriptor: 'service-sessions:persistence:memory:default:1.0' },
      controller: { descriptor: 'service-sessions:controller:default:default:1.0' },
      client: { descriptor: nameOf('direct') },
    });
    await container.open('c1');
    const client = container.client();
    const { id } = await client.openSession(null, { user_id: '1', data: { a: 1 } });
    expect(await client.validateSession(null, id)).to.deep.include({ user_id: '1', data: { a: 1 } });
    await client.closeSession(null, id);
    expect(await client.validateSession(null, id)).to.equal(null);
    await container.close('c1');
  });

  it('configures the mock client with the options of the controller', async () => {
    const container = new OpenContainer({
      client: { descriptor: nameOf('mock'), options: { expire_timeout: '60000' } },
      other: { descriptor: nameOf('null') },
    });
    await container.open('c1');
    const { open_time, expire_time } = await container.client('mock').openSession(null, { user_id: '1' });
    expect(Number(expire_time) - Number(open_time)).to.equal(60_000);
    const { id } = await container.client('null').openSession(null, { user_id: '1' });
    expect(await container.client('null').getSessionById(null, id)).to.equal(null);
    await container.close('c1');
  });
});

async function failureOf(container: OpenContainer): Promise<Error & { code?: string }> {
  try {
    await container.open('c1');
  } catch (error) {
    return error as Error;
  }
  await container.close('c1');
  throw new Error('The container has opened');
}
