import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { configError } from '../../toolkit/Options.js';
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

/** Resolves with the port once the server listens; rejects with one sentence where it cannot. */
export function listen(server: Server, component: string, options: HttpOptions): Promise<number> {
  const { 'connection.host': host, 'connection.port': port } = options;
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const where = `${component}: cannot listen on ${host}:${port}`;
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use by another program' : cause.code;
      reject(new Error(`${where}: ${why}`, { cause }));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
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

function readTlsFiles(component: string, options: HttpOptions): { key: Buffer; cert: Buffer } {
  const key = readTlsFile(component, 'credential.ssl_key_file', options);
  const cert = readTlsFile(component, 'credential.ssl_crt_file', options);
  try {
    createSecureContext({ key, cert });
  } catch {
    throw configError(
      'INVALID_OPTION',
      `${component}: credential.ssl_key_file and credential.ssl_crt_file must be a PEM key and the certificate made for it`,
    );
  }
  return { key, cert };
}

function readTlsFile(
  component: string,
  option: 'credential.ssl_key_file' | 'credential.ssl_crt_file',
  options: HttpOptions,
): Buffer {
  const path = options[option];
  if (path === undefined)
    throw configError('INVALID_OPTION', `${component}: connection.protocol https needs ${option}`);
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw configError('INVALID_OPTION', `${component}: ${option} is "${path}", which cannot be read (${code})`);
  }
}
