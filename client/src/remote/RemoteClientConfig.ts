import type { NearCacheOptions } from '../cache/NearCache.js';
import type { ConfigTable, ConfigValues } from '../config/ClientConfig.js';

/** Time-outs end where the timers of JavaScript do, at about 24 days. */
const MAX_TIMEOUT = 2_147_483_647;

const DEFAULT_TTL = 1000;
const DEFAULT_SIZE = 10_000;

const NO_EFFECT = 'Has no effect; the older client asked for it.';

/** What every client takes that reaches a service over a network. */
export const REMOTE_CLIENT_CONFIG = {
  'connection.protocol': {
    type: 'text',
    default: 'http',
    values: ['http', 'https'],
    doc: 'How the service is reached.',
  },
  'connection.host': { type: 'text', default: 'localhost', doc: 'Name or address of the service.' },
  'connection.port': { type: 'integer', default: 8080, min: 1, max: 65_535, doc: 'Port of the service.' },
  'connection.uri': { type: 'text', default: undefined, doc: 'All three in one, before them: `http://host:port`.' },
  'connection.discovery_key': { type: 'text', default: undefined, doc: 'What a discovery component knows it by.' },
  'credential.ssl_ca_file': { type: 'text', default: undefined, doc: 'PEM file of the certificates to trust.' },
  'credential.internal_network': { type: 'text', default: undefined, doc: NO_EFFECT },
  'credential.ssl_key_file': { type: 'text', default: undefined, doc: NO_EFFECT },
  'credential.ssl_crt_file': { type: 'text', default: undefined, doc: NO_EFFECT },
  'options.timeout': { type: 'integer', default: 5000, min: 1, max: MAX_TIMEOUT, doc: 'For a whole call, in ms.' },
  'options.connect_timeout': { type: 'integer', default: 2000, min: 1, max: MAX_TIMEOUT, doc: 'To connect, in ms.' },
  'options.retries': { type: 'integer', default: 1, min: 0, max: 10, doc: 'How often a call is made again.' },
  'options.cache': { type: 'boolean', default: undefined, doc: 'Keeps validated sessions for a moment.' },
  'options.cache_ttl': { type: 'integer', default: undefined, min: 1, max: 60_000, doc: 'How long at most, in ms.' },
  'options.cache_size': { type: 'integer', default: undefined, min: 1, max: 1_000_000, doc: 'How many at most.' },
} as const satisfies ConfigTable;

export type RemoteClientValues = ConfigValues<typeof REMOTE_CLIENT_CONFIG>;

/** Undefined: nothing is cached. */
export function cacheOptions(values: RemoteClientValues): NearCacheOptions | undefined {
  const { 'options.cache_ttl': ttl, 'options.cache_size': size } = values;
  const isCaching = values['options.cache'] ?? (ttl !== undefined || size !== undefined);
  return isCaching ? { ttl: ttl ?? DEFAULT_TTL, size: size ?? DEFAULT_SIZE } : undefined;
}
