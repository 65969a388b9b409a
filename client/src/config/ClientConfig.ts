import { SessionsClientError } from '../version1/SessionsClientError.js';

/** One key of a configuration. */
export type ConfigRow =
  | { type: 'integer'; default: number | undefined; min: number; max: number; doc: string }
  | { type: 'boolean'; default: boolean | undefined; doc: string }
  | { type: 'text'; default: string | undefined; values?: readonly string[]; doc: string };

/** Key with dots between its parts -> what it takes. */
export type ConfigTable = Record<string, ConfigRow>;

type ValueOf<R extends ConfigRow> = R extends { type: 'integer' }
  ? number
  : R extends { type: 'boolean' }
    ? boolean
    : string;
export type ConfigValues<T extends ConfigTable> = {
  [K in keyof T]: T[K]['default'] extends undefined ? ValueOf<T[K]> | undefined : ValueOf<T[K]>;
};

/** Keys that the toolkit's container gives to every component. */
const COMMON_KEYS = ['descriptor', 'name', 'id'];

/**
 * Reads a configuration: nested objects, flat ones with dotted keys, or the toolkit's ConfigParams, whose values are strings.
 * Null, undefined and '' are absent. Throws INVALID_CONFIG, in one sentence that names component, key, value and what is
 * allowed, for an unknown key and for a value that is none of those allowed.
 */
export function readConfig<const T extends ConfigTable>(component: string, table: T, config: unknown): ConfigValues<T> {
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table)) values[key] = row.default;
  for (const [key, given] of flatten(component, table, config)) {
    const row = Object.hasOwn(table, key) ? table[key] : undefined;
    if (row !== undefined) values[key] = readValue(component, key, row, given);
    else if (!COMMON_KEYS.includes(key)) {
      throw configError(`${component}: unknown key "${key}"; known are: ${Object.keys(table).join(', ')}`, key);
    }
  }
  return values as ConfigValues<T>;
}

/** INVALID_CONFIG. `message` is one sentence for the person who configures. */
export function configError(message: string, key?: string, cause?: unknown): SessionsClientError {
  return new SessionsClientError({
    code: 'INVALID_CONFIG',
    message,
    details: key === undefined ? undefined : { key },
    cause,
  });
}

function flatten(component: string, table: ConfigTable, config: unknown, prefix = ''): [string, unknown][] {
  if (config === undefined || config === null) return [];
  if (typeof config !== 'object' || Array.isArray(config)) {
    const where = prefix === '' ? 'the configuration' : `"${prefix.slice(0, -1)}"`;
    throw configError(`${component}: ${where} must be an object`, prefix.slice(0, -1) || undefined);
  }
  return Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined || value === null || value === '') return [];
    const path = prefix + key;
    // An object in the place of a value, such as a URL, would be taken for keys, of which it may have none.
    if (typeof value !== 'object' || Array.isArray(value) || Object.hasOwn(table, path)) return [[path, value]];
    return flatten(component, table, value, `${path}.`);
  });
}

function readValue(component: string, key: string, row: ConfigRow, given: unknown): unknown {
  const text = typeof given === 'object' ? '' : String(given);
  switch (row.type) {
    case 'integer': {
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number >= row.min && number <= row.max) return number;
      break;
    }
    case 'boolean':
      if (/^(true|yes|1)$/i.test(text)) return true;
      if (/^(false|no|0)$/i.test(text)) return false;
      break;
    case 'text':
      if (typeof given !== 'string') break;
      if (row.values === undefined || row.values.includes(text)) return text;
      break;
  }
  const shown = typeof given === 'object' ? 'an object' : JSON.stringify(text);
  throw configError(`${component}: ${key} is ${shown} but must be ${allowedValues(row)}`, key);
}

/** Completes "must be ...". */
function allowedValues(row: ConfigRow): string {
  switch (row.type) {
    case 'integer':
      return `a whole number from ${row.min} to ${row.max}`;
    case 'boolean':
      return 'true or false';
    case 'text':
      return row.values === undefined ? 'text' : `one of ${row.values.join(', ')}`;
  }
}
