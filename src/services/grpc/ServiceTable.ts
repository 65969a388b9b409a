import type { Server } from '@grpc/grpc-js';
import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { checkedRequest, type GrpcCallHost, unaryHandler } from './GrpcCalls.js';
import type { GrpcLibrary } from './GrpcLibrary.js';
import type { GrpcServed } from './GrpcServed.js';
import { wireFields } from './RequestWire.js';
import { writingOnce } from './ReusedMessage.js';

/** Adds a service to a server: each of its methods of the proto with its own check of requests. */
export function addServed(
  library: GrpcLibrary,
  server: Server,
  definition: PackageDefinition,
  served: GrpcServed,
  host: GrpcCallHost,
): void {
  const group = served.name.slice(0, served.name.lastIndexOf('.'));
  const methods = Object.entries(definition[served.name] as ServiceDefinition).map(([name, method]) => {
    const fields = wireFields(definition, group, method.requestType.type);
    const { requestDeserialize, responseSerialize } = method;
    return [
      name,
      {
        ...method,
        requestDeserialize: checkedRequest(requestDeserialize, fields),
        responseSerialize: writingOnce(responseSerialize),
      },
    ];
  });
  const handlers = Object.entries(served.methods).map(([name, method]) => [
    name,
    host.replies.watching(unaryHandler(library, served, method, host)),
  ]);
  server.addService(Object.fromEntries(methods), Object.fromEntries(handlers));
}
