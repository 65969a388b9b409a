import { callable } from '../config/Callable.js';
import type { HttpClientOptions } from './HttpClientConfig.js';
import { HttpSessionsClient, type TransportMaker } from './HttpSessionsClient.js';
import { nodeHttpTransports } from './NodeHttpTransport.js';

class NodeHttpSessionsClient extends HttpSessionsClient {
  protected override transports(options: HttpClientOptions): TransportMaker {
    return nodeHttpTransports(options);
  }
}

/** The sessions of a service, over connections that are kept alive. */
export const SessionsHttpClientV1 = callable(NodeHttpSessionsClient);
export type SessionsHttpClientV1 = InstanceType<typeof NodeHttpSessionsClient>;
