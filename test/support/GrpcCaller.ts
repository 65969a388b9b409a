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
import { loadSync, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { ROOT } from './ServiceProcess.js';

const REFLECTION = join(ROOT, 'node_modules', '@grpc', 'reflection', 'build', 'proto', 'grpc', 'reflection');

/** The protos as a caller in another language has them: the files, read by the usual library. */
export const GRPC_PROTOS: PackageDefinition = loadSync(
  [
    join(ROOT, 'protos', 'sessions_v1.proto'),
    join(ROOT, 'protos', 'commandable.proto'),
    protoPath,
    ...['v1', 'v1alpha'].map((version) => join(REFLECTION, version, 'reflection.proto')),
  ],
  { keepCase: true, longs: Number },
);

/** A request as it is on the wire, without its prefix. */
export function requestBytes(service: string, method: string, request: object): Buffer {
  return (GRPC_PROTOS[service] as ServiceDefinition)[method]?.requestSerialize(request) ?? Buffer.alloc(0);
}

/** A reply of any method as it was received: the fields that were set. */
export interface GrpcReply {
  error?: GrpcReplyError;
  session?: Record<string, unknown> & { id: string };
  page?: { total?: number; data?: Record<string, unknown>[] };
  count?: number;
  result_empty?: boolean;
  result_json?: string;
  /** Of health. */
  status?: string;
}

/** An error in a reply. */
export interface GrpcReplyError {
  code: string;
  category: string;
  status: string | number;
  message: string;
  correlation_id?: string;
  details?: Record<string, string>;
  details_json?: string;
}

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
