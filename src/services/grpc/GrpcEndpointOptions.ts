import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { CONNECTION_OPTIONS, OLDER_ENDPOINT_OPTIONS } from '../endpoint/ConnectionOptions.js';

const SECOND = 1000;
const LONGEST_TIMEOUT = 2_147_483_647;

/** Where to listen and what to bear: the options of the gRPC endpoint, and of each service that has one of its own. */
export const GRPC_OPTIONS = {
  ...CONNECTION_OPTIONS,
  'connection.port': { ...CONNECTION_OPTIONS['connection.port'], default: 8090 },
  'connection.uri': {
    ...CONNECTION_OPTIONS['connection.uri'],
    doc: 'Protocol, host and port in one: `http://0.0.0.0:8090`.',
  },
  'options.message_limit': {
    type: 'integer',
    default: 262_144,
    unit: 'bytes',
    min: 1,
    max: 64 * 1024 * 1024,
    doc: 'The largest message of a request, decompressed.',
  },
  'options.request_timeout': {
    type: 'integer',
    default: 10 * SECOND,
    unit: 'ms',
    min: 10,
    max: 3600 * SECOND,
    doc: 'How long the request of a call may take to come; checked every second.',
  },
  'options.max_in_flight': {
    type: 'integer',
    default: 1024,
    min: 1,
    max: 1_000_000,
    doc: 'The most calls answered at the same time; one more is refused with OVERLOADED. Health is not counted.',
  },
  'options.max_concurrent_streams': {
    type: 'integer',
    default: 1024,
    min: 1,
    max: 1_000_000,
    doc: 'The most calls that one connection may have open; a client keeps further ones back.',
  },
  'options.max_connection_idle': {
    type: 'integer',
    default: 300 * SECOND,
    unit: 'ms',
    min: 10,
    max: LONGEST_TIMEOUT,
    or: 0,
    doc: 'How long a connection without a call stays open; 0 = as long as the client likes.',
  },
  'options.keepalive_time': {
    type: 'integer',
    default: 60 * SECOND,
    unit: 'ms',
    min: 10,
    max: LONGEST_TIMEOUT,
    or: 0,
    doc: 'How long after the last ping a client is pinged again, to learn that it is gone; 0 = never.',
  },
  'options.keepalive_timeout': {
    type: 'integer',
    default: 20 * SECOND,
    unit: 'ms',
    min: 10,
    max: LONGEST_TIMEOUT,
    doc: 'How long it may take to answer a ping; then the connection is ended.',
  },
  'options.reflection': {
    type: 'boolean',
    default: true,
    doc: 'Whether callers may ask for the protos (`grpc.reflection`).',
  },
  ...OLDER_ENDPOINT_OPTIONS,
} as const satisfies OptionTable;

export type GrpcOptions = OptionValues<typeof GRPC_OPTIONS>;
