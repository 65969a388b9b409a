import type { ExpireBasisV1 } from '../data/version1/SessionV1.js';
import { LONGEST_TIMEOUT } from '../logic/SessionInputs.js';
import { configError } from '../toolkit/Options.js';

/** What a session's `timeToLive` counts from. */
export type TtlType = 'created' | 'lastAccess' | 'lastUpdate';

/** The options of a session storage. Absent, undefined and null mean the default. */
export interface SessionStorageOptions {
  /** Milliseconds until a session expires, 0 to 3,153,600,000,000 (100 years); 0 = never. Default 604,800,000, a week. */
  timeToLive?: number | null | undefined;
  /** What `timeToLive` counts from; default `created`. */
  ttlType?: TtlType | null | undefined;
  /** True: `_` and the milliseconds since 1970 in base 36 follow the random part of new ids. Default false. */
  sidTimestamp?: boolean | null | undefined;
  /** Random characters, letters and digits, in new ids: 11 to 128, default 20. */
  sidLength?: number | null | undefined;
}

/** The options as the storage works with them. */
export interface StorageSettings {
  /** Milliseconds; 0 = never. */
  readonly timeToLive: number;
  readonly expireBasis: ExpireBasisV1;
  readonly sidTimestamp: boolean;
  readonly sidLength: number;
  /** True where the caller has said what ids are to look like. */
  readonly bringsIds: boolean;
}

const BASES: Record<TtlType, ExpireBasisV1> = {
  created: 'created',
  lastAccess: 'last_access',
  lastUpdate: 'last_update',
};

/** Eleven letters and digits are 65 bits: the 64 below which OWASP takes ids for guessable. */
const SHORTEST_SID = 11;
const LONGEST_SID = 128;
/** What a service takes over a transport. */
const SHORTEST_BROUGHT_ID = 20;
const LONGEST_BROUGHT_ID = 128;
/** `_` and the milliseconds in base 36, which have eight digits until 2059, then nine. */
const TIMESTAMP_LENGTH = { min: 9, max: 10 };

interface OptionRow {
  default: unknown;
  fits: (value: unknown) => boolean;
  /** Completes the sentence "<option> must be ...". */
  expected: string;
}

const OPTIONS: Record<keyof SessionStorageOptions, OptionRow> = {
  timeToLive: integer(604_800_000, 0, LONGEST_TIMEOUT, ' of milliseconds'),
  ttlType: {
    default: 'created',
    fits: (value) => typeof value === 'string' && Object.hasOwn(BASES, value),
    expected: `one of ${Object.keys(BASES).join(', ')}`,
  },
  sidTimestamp: { default: false, fits: (value) => typeof value === 'boolean', expected: 'true or false' },
  sidLength: integer(20, SHORTEST_SID, LONGEST_SID, ' of characters'),
};

/**
 * Reads what a session storage is given. Throws UNKNOWN_OPTION and INVALID_OPTION, whose message is a sentence that names the
 * option and what it may be. `isRemote`: ids that are brought have to fit a transport.
 */
export function readStorageOptions(given: unknown, isRemote: boolean): StorageSettings {
  const options = given ?? {};
  if (typeof options !== 'object' || Array.isArray(options)) throw invalid('the options must be an object');
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS, key)) continue;
    const known = Object.keys(OPTIONS).join(', ');
    throw configError('UNKNOWN_OPTION', `session storage: unknown option "${key}"; known are: ${known}`);
  }
  const values = valuesOf(options as Record<string, unknown>);
  const { timeToLive, ttlType, sidTimestamp, sidLength } = values;
  const bringsIds = isGiven(options, 'sidLength') || isGiven(options, 'sidTimestamp');
  if (bringsIds && isRemote) assertTransportable(sidLength, sidTimestamp);
  return { timeToLive, expireBasis: BASES[ttlType], sidTimestamp, sidLength, bringsIds };
}

type Values = { [K in keyof SessionStorageOptions]-?: NonNullable<SessionStorageOptions[K]> };

function valuesOf(options: Record<string, unknown>): Values {
  const values = Object.entries(OPTIONS).map(([key, row]) => {
    const value = options[key] ?? row.default;
    if (!row.fits(value)) throw invalid(`${key} must be ${row.expected}`);
    return [key, value];
  });
  return Object.fromEntries(values);
}

function assertTransportable(sidLength: number, sidTimestamp: boolean): void {
  const added = sidTimestamp ? TIMESTAMP_LENGTH : { min: 0, max: 0 };
  const min = SHORTEST_BROUGHT_ID - added.min;
  const max = LONGEST_BROUGHT_ID - added.max;
  if (sidLength >= min && sidLength <= max) return;
  const which = sidTimestamp ? 'with' : 'without';
  throw invalid(`sidLength must be from ${min} to ${max} ${which} sidTimestamp where a service is to take the ids`);
}

function isGiven(options: object, key: keyof SessionStorageOptions): boolean {
  return ((options as SessionStorageOptions)[key] ?? null) !== null;
}

function integer(standard: number, min: number, max: number, unit: string): OptionRow {
  return {
    default: standard,
    fits: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    expected: `a whole number${unit} from ${min} to ${max}`,
  };
}

function invalid(what: string) {
  return configError('INVALID_OPTION', `session storage: ${what}`);
}
