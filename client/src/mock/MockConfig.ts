import { type ConfigTable, readConfig } from '../config/ClientConfig.js';
import type { ExpireBasisV1 } from '../version1/SessionV1.js';

const DAY = 86_400_000;
/** A hundred years: a longer time-out makes dates that cannot be written. */
export const LONGEST_TIMEOUT = 3_153_600_000_000;
const UNSET = -1;

const timeout = (standard: number, doc: string) =>
  ({ type: 'integer', default: standard, min: 0, max: LONGEST_TIMEOUT, doc }) as const;

/** The options of the service's controller, so that a test has the policy of production. */
export const MOCK_CLIENT_CONFIG = {
  'options.expire_timeout': timeout(DAY, 'Milliseconds from the basis after which a session expires; 0 = never.'),
  'options.expire_basis': {
    type: 'text',
    default: 'last_access',
    values: ['last_access', 'last_update', 'created'],
    doc: 'What the time-out counts from.',
  },
  'options.max_lifetime': timeout(0, 'Longest life of a session from its opening in milliseconds; 0 = no limit.'),
  'options.touch_interval': timeout(
    UNSET,
    'An access within so many milliseconds of the last stored one is not stored. Absent: 1 % of the time-out, at most a minute.',
  ),
  'options.cleanup_interval': {
    type: 'integer',
    default: 0,
    min: 0,
    max: 2_147_483_647,
    doc: 'Without effect: the mock sweeps when closeExpiredSessions is called.',
  },
  'options.retention': timeout(30 * DAY, 'Milliseconds that closed sessions are kept; 0 = for ever.'),
  'options.max_data_size': {
    type: 'integer',
    default: 65_536,
    min: 1,
    max: 16_777_216,
    doc: 'Bytes of the largest `user` and the largest `data`, as UTF-8 of compact JSON.',
  },
  'options.max_data_depth': {
    type: 'integer',
    default: 32,
    min: 1,
    max: 1000,
    doc: 'Deepest nesting of arrays and objects in `user` and `data`; `[]` is 1.',
  },
  'options.id_length': { type: 'integer', default: 32, min: 16, max: 128, doc: 'Hex digits of new ids.' },
  'options.id_timestamp': { type: 'boolean', default: false, doc: 'Append `_` and the time in base 36 to new ids.' },
  'options.accept_ids': { type: 'boolean', default: false, doc: 'Let callers bring the id of a session they open.' },
} as const satisfies ConfigTable;

/** The options as the rules of the mock name them. Durations are milliseconds. */
export interface MockSettings {
  /** 0 = never. */
  expireTimeout: number;
  expireBasis: ExpireBasisV1;
  /** 0 = no limit. */
  maxLifetime: number;
  /** Null: not configured. */
  touchInterval: number | null;
  /** 0 = for ever. */
  retention: number;
  /** Bytes. */
  maxSize: number;
  maxDepth: number;
  idLength: number;
  idTimestamp: boolean;
  acceptIds: boolean;
}

/** Throws INVALID_CONFIG. */
export function readMockSettings(config: unknown): MockSettings {
  const values = readConfig('service-sessions:client:mock', MOCK_CLIENT_CONFIG, config);
  const touchInterval = values['options.touch_interval'];
  return {
    expireTimeout: values['options.expire_timeout'],
    expireBasis: values['options.expire_basis'] as ExpireBasisV1,
    maxLifetime: values['options.max_lifetime'],
    touchInterval: touchInterval === UNSET ? null : touchInterval,
    retention: values['options.retention'],
    maxSize: values['options.max_data_size'],
    maxDepth: values['options.max_data_depth'],
    idLength: values['options.id_length'],
    idTimestamp: values['options.id_timestamp'],
    acceptIds: values['options.accept_ids'],
  };
}
