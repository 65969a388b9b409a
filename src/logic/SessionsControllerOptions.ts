import type { OptionTable, OptionValues } from '../toolkit/Options.js';
import { LONGEST_TIMEOUT } from './SessionInputs.js';
import type { SessionsSettings } from './SessionsLogic.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A timer cannot wait longer. */
const LONGEST_INTERVAL = 2_147_483_647;

const timeout = (standard: number, doc: string) =>
  ({ type: 'integer', unit: 'ms', min: 0, max: LONGEST_TIMEOUT, default: standard, doc }) as const;

/** The options of `service-sessions:controller`. */
export const CONTROLLER_OPTIONS = {
  'options.expire_timeout': timeout(DAY, 'Time from the basis after which a session expires; 0 = never.'),
  'options.expire_basis': {
    type: 'text',
    values: ['last_access', 'last_update', 'created'],
    default: 'last_access',
    doc: 'What the time-out counts from.',
  },
  'options.max_lifetime': timeout(0, 'Longest life of a session from its opening, whatever happens; 0 = no limit.'),
  'options.touch_interval': {
    type: 'integer',
    unit: 'ms',
    min: 0,
    max: LONGEST_TIMEOUT,
    default: undefined,
    doc:
      'An access within this time of the last stored one is not stored. Absent: 1 % of the time-out, at most a minute. ' +
      'Never counts as more than 10 % of the time-out; 0 stores every access.',
  },
  'options.cleanup_interval': {
    type: 'integer',
    unit: 'ms',
    min: 100,
    max: LONGEST_INTERVAL,
    or: 0,
    default: 15 * MINUTE,
    doc: 'Pause between two clean-ups; 0 = none. Expiry does not depend on it.',
  },
  'options.retention': timeout(30 * DAY, 'How long closed sessions are kept; 0 = for ever.'),
  'options.max_data_size': {
    type: 'integer',
    unit: 'bytes',
    min: 1,
    max: 16_777_216,
    default: 65_536,
    doc: 'Largest `user` and largest `data`, as UTF-8 of compact JSON.',
  },
  'options.max_data_depth': {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 32,
    doc: 'Deepest nesting of arrays and objects in `user` and `data`; `[]` is 1.',
  },
  'options.id_length': {
    type: 'integer',
    unit: 'hex digits',
    min: 16,
    max: 128,
    default: 32,
    doc: 'Length of new ids, four random bits a digit.',
  },
  'options.id_timestamp': {
    type: 'boolean',
    default: false,
    doc: 'Append `_` and the time in base 36 to new ids.',
  },
  'options.accept_ids': {
    type: 'boolean',
    default: false,
    doc: 'Let callers over a transport bring the id of a session they open.',
  },
  'dependencies.persistence': {
    type: 'text',
    default: 'service-sessions:persistence:*:*:1.0',
    doc: 'Descriptor of the store.',
  },
} as const satisfies OptionTable;

/** The options as the rest of the logic names them. */
export interface ControllerSettings extends SessionsSettings {
  /** Milliseconds; 0 = never. */
  cleanupInterval: number;
}

export function readSettings(values: OptionValues<typeof CONTROLLER_OPTIONS>): ControllerSettings {
  return {
    expireTimeout: values['options.expire_timeout'],
    expireBasis: values['options.expire_basis'] as ControllerSettings['expireBasis'],
    maxLifetime: values['options.max_lifetime'],
    touchInterval: values['options.touch_interval'] ?? null,
    cleanupInterval: values['options.cleanup_interval'],
    retention: values['options.retention'],
    maxSize: values['options.max_data_size'],
    maxDepth: values['options.max_data_depth'],
    idLength: values['options.id_length'],
    idTimestamp: values['options.id_timestamp'],
    acceptIds: values['options.accept_ids'],
  };
}
