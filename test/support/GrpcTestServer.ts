import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../src/logic/ISessionsController.js';
import { GrpcEndpoint } from '../../src/services/grpc/GrpcEndpoint.js';
import { UntakenReplies } from '../../src/services/grpc/UntakenReplies.js';
import { SessionsCommandableGrpcServiceV1 } from '../../src/services/version1/SessionsCommandableGrpcServiceV1.js';
import { SessionsGrpcServiceV1 } from '../../src/services/version1/SessionsGrpcServiceV1.js';
import { GrpcCaller } from './GrpcCaller.js';

/** A controller behind both gRPC services on one endpoint, on a free port. */
export class GrpcTestServer {
  private readonly callers: GrpcCaller[] = [];

  private constructor(
    readonly endpoint: GrpcEndpoint,
    private readonly services: readonly SessionsGrpcServiceV1[],
  ) {}

  static async start(
    controller: ISessionsController,
    options: Record<string, string | number> = {},
    stopTimeout = 5000,
    replies = new UntakenReplies(),
  ): Promise<GrpcTestServer> {
    const endpoint = new GrpcEndpoint('pip-services:endpoint:grpc', stopTimeout, replies);
    endpoint.configure(ConfigParams.fromValue({ 'connection.host': '127.0.0.1', 'connection.port': 0, ...options }));
    const references = References.fromTuples(
      new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
      controller,
      new Descriptor('pip-services', 'endpoint', 'grpc', 'default', '1.0'),
      endpoint,
    );
    const services = [new SessionsGrpcServiceV1(), new SessionsCommandableGrpcServiceV1()];
    for (const service of services) {
      service.configure(new ConfigParams());
      service.setReferences(references);
    }
    await endpoint.open(null);
    for (const service of services) await service.open(null);
    return new GrpcTestServer(endpoint, services as never);
  }

  get port(): number {
    return Number(this.endpoint.address().split(':').at(-1));
  }

  /** Ends with the server. */
  caller(service: string, security?: ChannelCredentials, options?: ChannelOptions): GrpcCaller {
    const caller = new GrpcCaller(service, this.port, security, options);
    this.callers.push(caller);
    return caller;
  }

  sessions(options?: ChannelOptions): GrpcCaller {
    return this.caller('sessions_v1.Sessions', undefined, options);
  }

  commandable(options?: ChannelOptions): GrpcCaller {
    return this.caller('commandable.Commandable', undefined, options);
  }

  health(): GrpcCaller {
    return this.caller('grpc.health.v1.Health');
  }

  /** Of reflection, in the version that most tools ask for first. */
  reflection(version = 'v1'): GrpcCaller {
    return this.caller(`grpc.reflection.${version}.ServerReflection`);
  }

  /** Ends services, endpoint and callers; the controller stays open. */
  async close(): Promise<void> {
    for (const service of this.services) await service.close(null);
    await this.endpoint.close(null);
    for (const caller of this.callers) caller.close();
  }
}
