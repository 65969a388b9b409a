import type { OptionTable } from '../../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../../endpoint/EndpointService.js';

/** Where to listen for Seneca and what to bear. */
export const SENECA_OPTIONS = {
  'connection.type': {
    type: 'text',
    default: 'tcp',
    values: ['tcp'],
    doc: 'The transport of Seneca: a JSON message a line, over tcp.',
  },
  'connection.host': { type: 'text', default: '0.0.0.0', doc: 'The address to listen on.' },
  'connection.port': {
    type: 'integer',
    default: 8807,
    min: 0,
    max: 65_535,
    doc: 'The port to listen on; 0 = any that is free.',
  },
  'options.message_limit': {
    type: 'integer',
    default: 262_144,
    unit: 'bytes',
    min: 1,
    max: 64 * 1024 * 1024,
    doc: 'The longest message, that is line; a longer one is refused with PAYLOAD_TOO_LARGE, and its connection ends.',
  },
  'options.message_timeout': {
    type: 'integer',
    default: 10_000,
    unit: 'ms',
    min: 10,
    max: 3_600_000,
    doc: 'How long a message may take to arrive, from its first byte on.',
  },
  'options.max_in_flight': {
    type: 'integer',
    default: 1024,
    min: 1,
    max: 1_000_000,
    doc: 'The most messages answered at the same time; one more is refused with OVERLOADED.',
  },
  'options.max_connections': {
    type: 'integer',
    default: 1024,
    min: 1,
    max: 1_000_000,
    doc: 'The most clients connected at the same time; one more is disconnected.',
  },
  ...CONTROLLER_OPTION,
  'dependencies.*': { type: 'ignored', default: undefined, doc: 'Keys without effect.' },
} as const satisfies OptionTable;
