import { configError } from '../config/ClientConfig.js';
import type { ServiceAddress } from './Transport.js';

/** Where a configuration or a discovery says that the service is; `uri` comes before the rest. */
export interface Connection {
  protocol: string;
  host: string;
  port: number | undefined;
  uri: string | undefined;
}

/** Throws INVALID_CONFIG for what is no address of an HTTP service. */
export function serviceAddress({ protocol, host, port, uri }: Connection): ServiceAddress {
  if (uri !== undefined) return addressOf(uri, 'connection.uri', uri);
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (!/^(?:\[[\da-fA-F:.]+\]|[^\s/?#@:\\[\]]+)$/.test(name)) throw wrong('connection.host', host);
  return addressOf(`${protocol}://${name}${port === undefined ? '' : `:${port}`}`, 'connection.host', host);
}

/** Where a path below the address leads, as it travels; throws INVALID_CONFIG where it is none. */
export function routePath(route: string): string {
  if (/[?#\\\s]/.test(route))
    throw configError(`sessions client: base_route ${JSON.stringify(route)} is no path`, 'base_route');
  const { pathname } = new URL(`http://localhost/${route.replace(/^\/+|\/+$/g, '')}`);
  return pathname === '/' ? '' : pathname;
}

function addressOf(text: string, key: string, given: string): ServiceAddress {
  const url = parsed(text);
  if (url === undefined || !isAddress(url)) throw wrong(key, given);
  const protocol = url.protocol as ServiceAddress['protocol'];
  const prefix = url.pathname.replace(/\/+$/, '');
  const port = url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port);
  return { protocol, hostname: url.hostname, port, prefix, text: `${url.origin}${prefix}` };
}

export const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const;

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Nothing that is given may be dropped silently: no credentials, no query. */
function isAddress(url: URL): boolean {
  const { protocol, hostname, port, username, password, search, hash } = url;
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && hostname !== '' && port !== '0' && `${username}${password}${search}${hash}` === '';
}

function wrong(key: string, given: string) {
  const example =
    key === 'connection.uri' ? 'an address such as "https://sessions.example:8443"' : 'a name or an address';
  // What stands before an @ may be a password.
  const shown = JSON.stringify(given.replace(/^(\w+:\/\/)?.*@/s, '$1...@'));
  return configError(`sessions client: ${key} is ${shown} but must be ${example}`, key);
}
