import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { CONNECTION_OPTIONS, OLDER_ENDPOINT_OPTIONS } from '../endpoint/ConnectionOptions.js';

const SECOND = 1000;

/** Where to listen and what to bear: the options of the endpoint, and of each service that has one of its own. */
export const HTTP_OPTIONS = {
  ...CONNECTION_OPTIONS,
  'options.body_limit': {
    type: 'integer',
    default: 262_144,
    unit: 'bytes',
    min: 1,
    max: 64 * 1024 * 1024,
    doc: 'The largest body of a request.',
  },
  'options.request_timeout': {
    type: 'integer',
    default: 10 * SECOND,
    unit: 'ms',
    min: 10,
    max: 3600 * SECOND,
    doc: 'How long the headers and the body of a request may take together; checked every second.',
  },
  'options.keep_alive_timeout': {
    type: 'integer',
    default: 60 * SECOND,
    unit: 'ms',
    min: 1,
    max: 3600 * SECOND,
    doc: 'How long a connection without a request stays open; a client that does not take its answer is let go after at most twice that.',
  },
  'options.max_in_flight': {
    type: 'integer',
    default: 1024,
    min: 1,
    max: 1_000_000,
    doc: 'The most requests answered at the same time; one more is refused with OVERLOADED. The heartbeat is not counted.',
  },
  cors_headers: {
    type: 'text',
    default: '',
    doc: 'Further request headers that pages of other origins may send, separated by commas.',
  },
  cors_origins: {
    type: 'text',
    default: '',
    doc: 'The only origins whose pages may call, separated by commas; empty = any.',
  },
  ...OLDER_ENDPOINT_OPTIONS,
} as const satisfies OptionTable;

export type HttpOptions = OptionValues<typeof HTTP_OPTIONS>;
