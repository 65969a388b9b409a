import { callable } from '../config/Callable.js';
import { type Protocol, RemoteSessionsClient } from '../remote/RemoteSessionsClient.js';
import { grpcProtocol } from './GrpcProtocol.js';
import type { GrpcReply, GrpcRequest } from './GrpcTransport.js';
import { TYPED } from './TypedMessages.js';

class TypedGrpcClient extends RemoteSessionsClient<GrpcRequest, GrpcReply> {
  protected override configured(config: object): Protocol<GrpcRequest, GrpcReply> {
    return grpcProtocol(config, TYPED);
  }
}

/** The sessions of a service over gRPC, by the service `sessions_v1.Sessions`. */
export const SessionsGrpcClientV1 = callable(TypedGrpcClient);
export type SessionsGrpcClientV1 = InstanceType<typeof TypedGrpcClient>;
