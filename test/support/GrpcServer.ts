import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { GrpcEndpoint } from '../../src/services/grpc/GrpcEndpoint.js';
import { SessionsCommandableGrpcServiceV1 } from '../../src/services/version1/SessionsCommandableGrpcServiceV1.js';
import { SessionsGrpcServiceV1 } from '../../src/services/version1/SessionsGrpcServiceV1.js';

/** Both gRPC services on an endpoint of their own. */
export interface GrpcTestServer {
  port: number;
  close(): Promise<void>;
}

/** Serves a controller on a free port, unless the options of the endpoint say otherwise. */
export async function serveGrpc(
  controller: SessionsController,
  options: Record<string, unknown> = {},
): Promise<GrpcTestServer> {
  const endpoint = new GrpcEndpoint();
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
    await service.open(null);
  }
  await endpoint.open(null);
  return {
    port: Number(new URL(endpoint.address()).port),
    async close() {
      for (const service of services) await service.close(null);
      await endpoint.close(null);
    },
  };
}
