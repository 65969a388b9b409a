import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import { ConfigParams } from 'pip-services3-commons-nodex';
import type { LentOptions } from '../../../toolkit/LentOptions.js';
import { configError } from '../../../toolkit/Options.js';

/** A hundred years, in seconds. */
export const LONGEST_TTL = 3_153_600_000;

const TTL_KEY = 'options.session_ttl';
const SERVER = /^(?:mongodb:\/\/)?([\w.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i;
/** As the persistence has it; here the sentence can name the file. */
const DATABASE = /^[^/\\. "$*<>:|?\0]{1,63}$/;

/** Configuration key -> value. */
type Values = Record<string, string>;

/** Key of the file -> what it says, as configuration; a text is what it must be. Values are never repeated: one is a password. */
const KEYS: Record<string, (value: unknown) => Values | string> = {
  username: (value) => (typeof value === 'string' ? { 'credential.username': value } : 'a string'),
  password: (value) => (typeof value === 'string' ? { 'credential.password': value } : 'a string'),
  server_url: (value) =>
    serverOf(value) ?? 'host or host:port; more than that goes into connection.uri of the persistence',
  database: (value) =>
    typeof value === 'string' && DATABASE.test(value)
      ? { 'connection.database': value }
      : 'a name of 1 to 63 characters without / \\ . " $ * < > : | ? and spaces',
  session_ttl: (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LONGEST_TTL
      ? { [TTL_KEY]: String(value) }
      : `a whole number from 1 to ${LONGEST_TTL} s`,
};

/**
 * The configuration with what the `sessman.json` that it names says of the service itself. Throws a ConfigException with one
 * sentence that names the file and the key.
 */
export function withSessmanFile(component: string, config: ConfigParams): ConfigParams {
  const { [TTL_KEY]: ttl } = readSessmanFile(component, config);
  if (ttl === undefined || config.getAsNullableString(TTL_KEY)) return config;
  return ConfigParams.mergeConfigs(config, ConfigParams.fromTuples(TTL_KEY, ttl));
}

/** What that file says of the database; null for nothing. Throws as `withSessmanFile`. */
export function lentBySessmanFile(component: string, config: ConfigParams): LentOptions | null {
  const { [TTL_KEY]: _, ...values } = readSessmanFile(component, config);
  if (Object.keys(values).length === 0) return null;
  return { to: 'service-sessions:persistence:mongodb:*:1.0', unless: ['connection.', 'credential.'], values };
}

function readSessmanFile(component: string, config: ConfigParams): Values {
  const path = config.getAsNullableString('config_path');
  if (!path) return {};
  const fault = (what: string): Error => configError('BAD_CONFIG', `${component}: config_path ${path} ${what}`);
  const values: Values = {};
  for (const [key, value] of membersOf(readText(path, fault), fault)) {
    const read = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (read === undefined) {
      throw fault(`has the unknown key ${JSON.stringify(key)}; known are: ${Object.keys(KEYS).join(', ')}`);
    }
    if (value === null || value === '') continue;
    const said = read(value);
    if (typeof said === 'string') throw fault(`has a ${key} that must be ${said}`);
    Object.assign(values, said);
  }
  if (values['credential.password'] !== undefined && values['credential.username'] === undefined) {
    throw fault('has a password without a username');
  }
  return values;
}

function readText(path: string, fault: (what: string) => Error): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fault((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read');
  }
  if (!isUtf8(bytes)) throw fault('must be JSON in UTF-8');
  return bytes.toString().replace(/^\ufeff/, '');
}

/** Comments and trailing commas may be there, as in the older system's document. */
function* membersOf(text: string, fault: (what: string) => Error): Generator<[string, unknown]> {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined || tree === undefined) {
    const line = text.slice(0, error?.offset ?? 0).split('\n').length;
    throw fault(`must be JSON, and is none in line ${line}`);
  }
  if (tree.type !== 'object') throw fault('must hold one JSON object');
  const seen = new Set<string>();
  for (const { children: [key, value] = [] } of tree.children ?? []) {
    const name = String(key?.value);
    if (seen.has(name)) throw fault(`has the key ${JSON.stringify(name)} twice`);
    seen.add(name);
    yield [name, simpleValue(value)];
  }
}

/** Of a simple value; any other is as good as another. */
function simpleValue(node: Node | undefined): unknown {
  return node?.type === 'object' || node?.type === 'array' ? node : node?.value;
}

function serverOf(value: unknown): Values | null {
  const [, host, port] = typeof value === 'string' ? (SERVER.exec(value) ?? []) : [];
  if (host === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) return null;
  return { 'connection.host': host, ...(port !== undefined && { 'connection.port': port }) };
}
