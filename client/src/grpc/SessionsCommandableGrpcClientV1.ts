import { callable } from '../config/Callable.js';
import { type Protocol, RemoteSessionsClient } from '../remote/RemoteSessionsClient.js';
import { COMMANDABLE } from './CommandableMessages.js';
import { grpcProtocol } from './GrpcProtocol.js';
import type { GrpcReply, GrpcRequest } from './GrpcTransport.js';

class CommandableGrpcClient extends RemoteSessionsClient<GrpcRequest, GrpcReply> {
  protected override configured(config: object): Protocol<GrpcRequest, GrpcReply> {
    return grpcProtocol(config, COMMANDABLE);
  }
}

/** The sessions of a service over commandable gRPC, by the service `commandable.Commandable`. */
export const SessionsCommandableGrpcClientV1 = callable(CommandableGrpcClient);
export type SessionsCommandableGrpcClientV1 = InstanceType<typeof CommandableGrpcClient>;
