import { ConfigException, type ConfigParams } from 'pip-services3-commons-nodex';

interface OptionRow<T> {
  /** Undefined: the option is absent unless given. */
  default: T | undefined;
  /** What it does; a row of docs/configuration.md. */
  doc: string;
}

export interface IntegerOption extends OptionRow<number> {
  type: 'integer';
  /** 'ms', 'bytes' ... */
  unit?: string;
  min: number;
  max: number;
  /** One further value outside of the range, usually 0 for "off". */
  or?: number;
}
export interface BooleanOption extends OptionRow<boolean> {
  type: 'boolean';
}
export interface TextOption extends OptionRow<string> {
  type: 'text';
  /** The only values allowed, where not any. Compared without regard to case. */
  values?: readonly string[];
  /** True: a path below which something is served, as people read it; nothing in it may mean more than itself. */
  isPath?: true;
}
/** A key that older configurations hold and that has no effect here: accepted, whatever its value. */
export interface IgnoredOption extends OptionRow<never> {
  type: 'ignored';
}

/** The options of a component: key (`*` as the last part stands for one or more of any name) -> what it takes. */
export type OptionTable = Record<string, IntegerOption | BooleanOption | TextOption | IgnoredOption>;

type ValueOf<O> = O extends IntegerOption
  ? number
  : O extends BooleanOption
    ? boolean
    : O extends TextOption
      ? string
      : undefined;
export type OptionValues<T extends OptionTable> = {
  [K in keyof T]: T[K] extends { default: undefined } ? ValueOf<T[K]> | undefined : ValueOf<T[K]>;
};

/** What URLs, routers or API documents take for more than itself; percent-encoding is for those who call. */
const SPECIAL = /[:*?#%{}\\\p{Cc}]/u;

/** Keys that every component may have, whatever it is. */
const COMMON_KEYS = ['descriptor', 'name', 'id'];

/**
 * Reads what a component's configuration says. An empty value is an absent one. Throws a ConfigException, which stops the
 * start, for an unknown key and for a value that is none of those allowed; its message is one sentence that names the
 * component, the key, the value and what is allowed.
 */
export function readOptions<const T extends OptionTable>(
  component: string,
  table: T,
  config: ConfigParams,
): OptionValues<T> {
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(table)) values[key] = row.default;
  for (const key of config.getKeys()) {
    const given = config.getAsNullableString(key);
    const row = table[key] ?? anyRow(table, key);
    if (row === undefined) {
      if (COMMON_KEYS.includes(key) || isEmpty(given)) continue;
      const known = Object.keys(table).filter((name) => table[name]?.type !== 'ignored');
      throw configError(
        'UNKNOWN_OPTION',
        `${component}: unknown option "${key}"; known are: ${known.join(', ') || 'none'}`,
      );
    }
    if (!isEmpty(given)) values[key] = readValue(component, key, row, String(given));
  }
  return values as OptionValues<T>;
}

/** The error that stops the start with exit code 78. `message` is one sentence for the person who configures. */
export function configError(code: string, message: string): ConfigException {
  return new ConfigException(undefined, code, message);
}

/** What a row allows, as it stands in messages and in docs/configuration.md. */
export function allowedValues(row: OptionTable[string]): string {
  switch (row.type) {
    case 'integer': {
      const range = row.max === Number.MAX_SAFE_INTEGER ? `from ${row.min}` : `from ${row.min} to ${row.max}`;
      const unit = row.unit === undefined ? '' : ` ${row.unit}`;
      return `a whole number ${range}${unit}${row.or === undefined ? '' : `, or ${row.or}`}`;
    }
    case 'boolean':
      return 'true or false';
    case 'text':
      if (row.isPath) return 'a path without any of : * ? # % { } \\';
      return row.values === undefined ? 'text' : `one of ${row.values.join(', ')}`;
    case 'ignored':
      return 'anything';
  }
}

function readValue(component: string, key: string, row: OptionTable[string], text: string): unknown {
  switch (row.type) {
    case 'integer': {
      const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number === row.or || (number >= row.min && number <= row.max)) return number;
      break;
    }
    case 'boolean':
      if (/^(true|yes|1)$/i.test(text)) return true;
      if (/^(false|no|0)$/i.test(text)) return false;
      break;
    case 'text':
      if (row.isPath && SPECIAL.test(text)) break;
      if (row.values === undefined) return text;
      for (const value of row.values) if (value.toLowerCase() === text.toLowerCase()) return value;
      break;
    case 'ignored':
      return undefined;
  }
  throw configError('INVALID_OPTION', `${component}: ${key} is "${text}" but must be ${allowedValues(row)}`);
}

/** For `a.b.c` the row of `a.b.*` or of `a.*`. */
function anyRow(table: OptionTable, key: string): OptionTable[string] | undefined {
  for (let end = key.lastIndexOf('.'); end > 0; end = key.lastIndexOf('.', end - 1)) {
    const row = table[`${key.slice(0, end)}.*`];
    if (row !== undefined) return row;
  }
  return undefined;
}

/** An empty map of the YAML file, which has no keys to flatten, arrives as this text. */
const EMPTY_MAP = '[object Object]';

function isEmpty(value: string | null): boolean {
  return value === null || value === undefined || value === '' || value === EMPTY_MAP;
}
