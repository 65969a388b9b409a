import { connect } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { expect } from 'chai';
import { requestBytes } from '../../support/GrpcCaller.js';
import { openStream } from '../../support/GrpcStream.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { HeldController } from '../../support/HeldController.js';
import { framed } from '../../support/RawGrpcCall.js';

interface DescribedMessage {
  name: string;
  field: { name: string; typeName?: string; proto3Optional?: boolean }[];
  nestedType: { name: string }[];
}

const DESCRIPTORS = loadSync('google/protobuf/descriptor.proto')[
  'google.protobuf.FileDescriptorProto'
] as MessageTypeDefinition<object, { messageType: DescribedMessage[] }>;

/** Their answers would be 100 MB. */
const MANY = 20_000;

interface ReflectionReply {
  list_services_response?: { service: { name: string }[] };
  file_descriptor_response?: { file_descriptor_proto: Buffer[] };
  error_response?: { error_code: number; error_message: string };
}

describe('Health and reflection of a gRPC endpoint', () => {
  let server: GrpcTestServer;
  const start = async (options = {}): Promise<void> => {
    server = await GrpcTestServer.start(new HeldController().served, options);
  };
  afterEach(() => server.close());

  const reflected = async (version: string, ...requests: object[]): Promise<ReflectionReply[]> => {
    const stream = openStream(server.reflection(version), 'ServerReflectionInfo');
    for (const request of requests) stream.call.write(request);
    await stream.come(requests.length);
    stream.call.end();
    expect((await stream.end).code).to.equal(status.OK);
    return stream.messages as ReflectionReply[];
  };

  it('say that it serves, as a whole and for each service', async () => {
    await start();
    const health = server.health();
    for (const service of ['', 'sessions_v1.Sessions', 'commandable.Commandable']) {
      expect(await health.call('check', { service }), service).to.deep.equal({ status: 1 });
    }
    expect((await health.status(health.call('check', { service: 'other' }))).code).to.equal(status.NOT_FOUND);
    const watch = openStream(health, 'watch', { service: 'other' });
    await watch.come(1);
    expect(watch.messages).to.deep.equal([{ status: 3 }]);
    watch.call.cancel();
    expect((await watch.end).code).to.equal(status.CANCELLED);
  });

  it('keep and send back no name that is not served, however many are watched and asked for', async () => {
    await start();
    const health = server.health();
    const long = `other-${'\u00e9'.repeat(50_000)}`;
    const { details } = await health.status(health.call('check', { service: long }, { deadline: Date.now() + 5000 }));
    expect(details).to.not.contain('other');
    for (let i = 0; i < 5; i++) {
      const watch = openStream(health, 'watch', { service: `other-${i}` });
      await watch.come(1);
      watch.call.cancel();
      await watch.end;
    }
    // The library keeps them by name.
    const { watchers } = (server.endpoint as unknown as { server: { health: { watchers: Map<string, unknown> } } })
      .server.health;
    expect(watchers.size).to.be.lessThan(2);
  });

  for (const version of ['v1', 'v1alpha']) {
    it(`list the services and describe them by symbol and by file, in ${version}`, async () => {
      await start();
      const [list, symbol, file, none] = await reflected(
        version,
        { list_services: '' },
        { file_containing_symbol: 'sessions_v1.Sessions.validate_session' },
        { file_by_filename: 'commandable.proto' },
        { file_containing_symbol: 'sessions_v1.Nothing' },
      );
      expect(list?.list_services_response?.service.map(({ name }) => name)).to.have.members([
        'sessions_v1.Sessions',
        'commandable.Commandable',
        'grpc.health.v1.Health',
      ]);
      const texts = symbol?.file_descriptor_response?.file_descriptor_proto.map((bytes) => bytes.toString('latin1'));
      expect(texts?.join())
        .to.contain('SessionValidateRequest')
        .and.not.match(/\/|\\|node_modules/);
      expect(file?.file_descriptor_response?.file_descriptor_proto).to.have.length(1);
      expect(none?.error_response?.error_code).to.equal(status.NOT_FOUND);
    });
  }

  it('describe maps and optional fields such as protoc does, which tools in other languages insist on', async () => {
    await start();
    const [symbol] = await reflected('v1', { file_containing_symbol: 'sessions_v1.Sessions' });
    const [bytes = Buffer.alloc(0)] = symbol?.file_descriptor_response?.file_descriptor_proto ?? [];
    const file = DESCRIPTORS.deserialize(bytes);
    const message = (name: string): DescribedMessage =>
      file.messageType.find((candidate) => candidate.name === name) as DescribedMessage;
    const { field, nestedType } = message('SessionPageRequest');
    expect(nestedType).to.have.length(1);
    expect(nestedType[0]).to.deep.include({ name: 'FilterEntry', options: { mapEntry: true } });
    expect(field.find(({ name }) => name === 'filter')).to.include({ typeName: 'FilterEntry' });
    const optional = message('Session').field.filter(({ proto3Optional }) => proto3Optional);
    expect(optional.map(({ name }) => name))
      .to.include.members(['user', 'data', 'expire_time'])
      .and.not.include('id');
  });

  it('leave reflection out where it is turned off', async () => {
    await start({ 'options.reflection': 'false' });
    const stream = openStream(server.reflection(), 'ServerReflectionInfo');
    expect((await stream.end).code).to.equal(status.UNIMPLEMENTED);
    expect(await server.health().call('check', {})).to.deep.equal({ status: 1 });
  });

  it('read requests no faster than their answers are taken', async () => {
    await start();
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    const session = connect(`http://127.0.0.1:${server.port}`);
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    const request = framed(
      requestBytes('grpc.reflection.v1.ServerReflection', 'ServerReflectionInfo', {
        file_containing_symbol: 'sessions_v1.Sessions',
      }),
    );
    // Nobody reads the answers: once the windows of the connection are full, nothing more may be taken.
    let taken = 0;
    let rests = 0;
    const send = (): void => {
      stream.write(request, () => {
        taken++;
        rests = 0;
        setImmediate(send);
      });
    };
    for (let i = 0; i < 500; i++) send();
    while (rests++ < 300 && taken < MANY) await new Promise(setImmediate);
    expect(taken).to.be.lessThan(MANY);
    session.destroy();
  });
});
