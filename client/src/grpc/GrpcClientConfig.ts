import { type ConfigTable, type ConfigValues, configError, readConfig } from '../config/ClientConfig.js';
import { REMOTE_CLIENT_CONFIG } from '../remote/RemoteClientConfig.js';

const LONGEST = 2_147_483_647;

/** What the gRPC clients take. */
export const GRPC_CLIENT_CONFIG = {
  ...REMOTE_CLIENT_CONFIG,
  'connection.port': { ...REMOTE_CLIENT_CONFIG['connection.port'], default: 8090 },
  'options.message_limit': {
    type: 'integer',
    default: 4 * 1024 * 1024,
    min: 1,
    max: 64 * 1024 * 1024,
    doc: 'The largest reply, in bytes.',
  },
  'options.keepalive_time': {
    type: 'integer',
    default: 20_000,
    min: 0,
    max: LONGEST,
    doc: 'Between pings while there are calls, in ms; 0: never.',
  },
  'options.keepalive_timeout': {
    type: 'integer',
    default: 5000,
    min: 1,
    max: LONGEST,
    doc: 'For the answer to a ping, in ms; then the connection is given up.',
  },
} as const satisfies ConfigTable;

export type GrpcClientValues = ConfigValues<typeof GRPC_CLIENT_CONFIG>;

/** Reads and judges a configuration; throws INVALID_CONFIG. */
export function readGrpcClientConfig(config: unknown): GrpcClientValues {
  const values = readConfig('sessions client', GRPC_CLIENT_CONFIG, config);
  const { 'connection.uri': uri } = values;
  if (uri === undefined || !/^\w+:\/\/[^/]*\/./.test(uri)) return values;
  throw configError('sessions client: connection.uri must have no path, for which gRPC has no place', 'connection.uri');
}
