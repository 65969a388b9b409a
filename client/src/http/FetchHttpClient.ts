import { callable } from '../config/Callable.js';
import { fetchTransports } from './FetchHttpTransport.js';
import type { HttpClientOptions } from './HttpClientConfig.js';
import { HttpSessionsClient, type TransportMaker } from './HttpSessionsClient.js';

class FetchHttpSessionsClient extends HttpSessionsClient {
  protected override transports(options: HttpClientOptions): TransportMaker {
    return fetchTransports(options);
  }
}

/** The sessions of a service, from a browser. */
export const SessionsHttpClientV1 = callable(FetchHttpSessionsClient);
export type SessionsHttpClientV1 = InstanceType<typeof FetchHttpSessionsClient>;
