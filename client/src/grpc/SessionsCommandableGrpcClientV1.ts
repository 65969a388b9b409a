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

/**
 * The sessions of a service over commandable gRPC, by its service `commandable.Commandable`. Needs `@grpc/grpc-js` and `@grpc/proto-loader`.
 *
 * ### Configuration parameters ###
 *
 * - `connection.{protocol,host,port,uri,discovery_key}` where it is (`http`, `localhost`, 8090)
 * - `credential.ssl_ca_file` PEM file of the certificates to trust with `https`
 * - `options.{timeout,connect_timeout,keepalive_time,keepalive_timeout}` milliseconds (5000, 2000, 20000, 5000)
 * - `options.retries` how often at most a call is made again (1)
 * - `options.message_limit` bytes of the largest reply (4194304)
 * - `options.{cache,cache_ttl,cache_size}` keeps validated sessions for a moment
 *
 * ### References ###
 *
 * - `*:discovery:*:*:1.0` (optional) where `connection.discovery_key` is asked for
 *
 * ### Example ###
 *
 *     const client = new SessionsCommandableGrpcClientV1({ connection: { host: 'localhost', port: 8090 } });
 *     const session = await client.openSession(null, { user_id: 'ann' });
 */
export const SessionsCommandableGrpcClientV1 = callable(CommandableGrpcClient);
export type SessionsCommandableGrpcClientV1 = InstanceType<typeof CommandableGrpcClient>;
