import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readTlsFiles } from '../endpoint/TlsFiles.js';
import type { HttpConnections } from './HttpConnection.js';
import type { HttpOptions } from './HttpEndpointOptions.js';

/** How often Node looks for requests that take too long, in milliseconds. */
const CHECK_INTERVAL = 1000;
/** How often a stop looks for connections that have become idle, in milliseconds. */
const IDLE_INTERVAL = 50;

/**
 * Makes the server that these options describe; it does not listen yet. `component` is who its faults are reported for,
 * `requestClass` what its requests are.
 */
export function createListener(component: string, options: HttpOptions, requestClass: typeof IncomingMessage): Server {
  const timeout = options['options.request_timeout'];
  const limits: ServerOptions = {
    IncomingMessage: requestClass,
    requestTimeout: timeout,
    headersTimeout: timeout,
    keepAliveTimeout: options['options.keep_alive_timeout'],
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL, timeout),
    // Missing and doubled ones are refused by the endpoint, with a description.
    requireHostHeader: false,
  };
  const secure = options['connection.protocol'] === 'https';
  const server = secure
    ? createTlsServer({ ...limits, ...readTlsFiles(component, options), handshakeTimeout: timeout })
    : createServer(limits);
  // The size of all headers is limited; a limit of their number would silently drop those beyond it.
  server.maxHeadersCount = 0;
  return server;
}

/**
 * Takes no more connections and lets requests in flight end; what is left after `timeout` milliseconds is ended. Resolves when
 * no connection is open.
 */
export async function closeListener(server: Server, connections: HttpConnections, timeout: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  connections.endSilent();
  // Whose answer was on its way without `connection: close` becomes idle a moment later.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_INTERVAL);
  const overdue = setTimeout(() => connections.endAll(), timeout);
  await closed;
  clearInterval(idle);
  clearTimeout(overdue);
}
