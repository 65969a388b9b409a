import { join } from 'node:path';
import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../src/logic/ISessionsController.js';
import { GrpcEndpoint } from '../../src/services/grpc/GrpcEndpoint.js';
import { SessionsCommandableGrpcServiceV1 } from '../../src/services/version1/SessionsCommandableGrpcServiceV1.js';
import { SessionsGrpcServiceV1 } from '../../src/services/version1/SessionsGrpcServiceV1.js';
import { ROOT } from './ServiceProcess.js';

/** The protos as a caller in another language has them: the files, read by the usual library. */
export const GRPC_PROTOS: PackageDefinition = loadSync(
  [join(ROOT, 'protos', 'sessions_v1.proto'), join(ROOT, 'protos', 'commandable.proto'), protoPath],
  { keepCase: true, longs: Number },
);

/** A message as it was received: the fields that were set. */
// biome-ignore lint/suspicious/noExplicitAny: messages are looked at member by member, whatever they are
export type GrpcReply = any;

/** What a call may have beside its request. */
export interface GrpcCallExtras extends CallOptions {
  metadata?: Record<string, string>;
  /** Is given the call, to be cancelled. */
  started?: (call: { cancel(): void }) => void;
}

/** A caller of one service, over a connection of its own. */
export class GrpcCaller {
  readonly client: Client;
  private readonly methods: Record<string, (...args: unknown[]) => { cancel(): void }>;

  constructor(service: string, port: number, security?: ChannelCredentials, options: ChannelOptions = {}) {
    const [group = '', name = ''] = [service.slice(0, service.lastIndexOf('.')), service.split('.').at(-1)];
    let found: unknown = loadPackageDefinition(GRPC_PROTOS);
    for (const part of group.split('.')) found = (found as Record<string, unknown>)[part];
    const Service = (found as Record<string, ServiceClientConstructor>)[name] as ServiceClientConstructor;
    // A pool is shared by all channels to an address: a test would go on with the connections of another one.
    const own = { 'grpc.use_local_subchannel_pool': 1, ...options };
    this.client = new Service(`localhost:${port}`, security ?? credentials.createInsecure(), own);
    this.methods = this.client as never;
  }

  /** Resolves with the reply; rejects with the status, where that is not OK. */
  call(
    method: string,
    request: object,
    { metadata = {}, started, ...options }: GrpcCallExtras = {},
  ): Promise<GrpcReply> {
    const sent = new Metadata();
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
    return new Promise((resolve, reject) => {
      const call = this.methods[method]?.call(
        this.client,
        request,
        sent,
        options,
        (error: ServiceError | null, reply: GrpcReply) => (error === null ? resolve(reply) : reject(error)),
      );
      if (call !== undefined) started?.(call);
    });
  }

  /** The status that a call ends with; throws where that is OK. */
  async status(call: Promise<unknown>): Promise<{ code: number; details: string }> {
    try {
      const reply = await call;
      throw new Error(`The call was to fail, but was answered with ${JSON.stringify(reply)}`);
    } catch (error) {
      const { code, details } = error as ServiceError;
      if (code === undefined) throw error;
      return { code, details };
    }
  }

  close(): void {
    this.client.close();
  }
}

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
  ): Promise<GrpcTestServer> {
    const endpoint = new GrpcEndpoint('pip-services:endpoint:grpc', stopTimeout);
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

  /** Ends services, endpoint and callers; the controller stays open. */
  async close(): Promise<void> {
    for (const service of this.services) await service.close(null);
    await this.endpoint.close(null);
    for (const caller of this.callers) caller.close();
  }
}
