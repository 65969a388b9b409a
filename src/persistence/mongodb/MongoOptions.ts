import type { ConfigParams } from 'pip-services3-commons-nodex';
import { configError, type OptionTable, type OptionValues, readOptions } from '../../toolkit/Options.js';

export const COMPONENT = 'service-sessions:persistence:mongodb';

export const MONGO_OPTIONS = {
  collection: { type: 'text', default: 'sessions', doc: 'The collection.' },
  'connection.uri': {
    type: 'text',
    default: undefined,
    doc: 'A connection string, `mongodb://` or `mongodb+srv://`, with all of its own options; goes before host and port.',
  },
  'connection.host': { type: 'text', default: 'localhost', doc: 'The server, where no URI is given.' },
  'connection.port': { type: 'integer', default: 27017, min: 1, max: 65535, doc: 'Its port.' },
  'connection.database': {
    type: 'text',
    default: 'app',
    doc: 'The database, where the URI names none in its path.',
  },
  'credential.username': { type: 'text', default: undefined, doc: 'The user, where the URI names none.' },
  'credential.password': { type: 'text', default: undefined, doc: 'The password of that user.' },
  'options.max_pool_size': {
    type: 'integer',
    default: undefined,
    unit: 'connections',
    min: 1,
    max: 10_000,
    doc: 'The most operations under way at the same time, each on a connection of its own. Default: `maxPoolSize` of the URI, or 50.',
  },
  'options.max_waiting': {
    type: 'integer',
    default: 1000,
    min: 0,
    max: 1_000_000,
    doc: 'The most operations that wait for one of these connections; one more is refused with OVERLOADED.',
  },
  'options.connect_timeout': {
    type: 'integer',
    default: 10_000,
    unit: 'ms',
    min: 100,
    max: 3_600_000,
    doc: 'How long a start waits for the server to answer before it fails.',
  },
  'options.operation_timeout': {
    type: 'integer',
    default: 5000,
    unit: 'ms',
    min: 50,
    max: 3_600_000,
    doc: 'The longest that any operation takes, waiting and repeating included; then PERSISTENCE_UNAVAILABLE.',
  },
  'options.max_clock_skew': {
    type: 'integer',
    default: 5000,
    unit: 'ms',
    min: 1,
    max: 3_600_000,
    or: 0,
    doc: "The most that the clock of this machine may differ from the server's: more, and the node does not start or is not ready. 0 = whatever.",
  },
  'options.max_page_size': { type: 'ignored', default: undefined, doc: 'Of older configurations; has no effect.' },
} as const satisfies OptionTable;

/** Where the sessions are and how long anything may take; all durations in milliseconds. */
export interface MongoSettings {
  /** Without the credential, unless it came in the URI. */
  uri: string;
  database: string;
  collection: string;
  credential: { username: string; password: string } | null;
  /** The database that knows the user; null: what the URI says, or the driver's default. */
  authSource: string | null;
  maxPoolSize: number;
  maxWaiting: number;
  connectTimeout: number;
  operationTimeout: number;
  /** 0: whatever. */
  maxClockSkew: number;
}

const DEFAULT_POOL_SIZE = 50;
const URI = /^mongodb(?:\+srv)?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
/** What MongoDB's own tools accept on every system ("Naming Restrictions" of its manual). */
const DATABASE = /^[^/\\. "$*<>:|?\0]{1,63}$/;
const COLLECTION = /^(?!system\.)[^$\0]{1,120}$/;
const HOST = /^[A-Za-z0-9._[\]:-]+$/;

/** Throws a ConfigException, which stops the start, with one sentence that never holds the URI or the password. */
export function readMongoSettings(config: ConfigParams): MongoSettings {
  const options = readOptions(COMPONENT, MONGO_OPTIONS, config);
  const uri = options['connection.uri'];
  const address = uri === undefined ? addressOf(options) : addressIn(uri, options);
  const { collection } = options;
  if (!COLLECTION.test(collection)) {
    throw configError(
      'INVALID_OPTION',
      `${COMPONENT}: collection is "${collection}" but must be a name of at most 120 characters without "$" that does not begin with "system."`,
    );
  }
  return {
    ...address,
    collection,
    credential: credentialOf(options),
    maxPoolSize: options['options.max_pool_size'] ?? address.maxPoolSize,
    maxWaiting: options['options.max_waiting'],
    connectTimeout: options['options.connect_timeout'],
    operationTimeout: options['options.operation_timeout'],
    maxClockSkew: options['options.max_clock_skew'],
  };
}

/** What is wrong with a connection string, in words without it. */
export function uriError(what: string): Error {
  return configError(
    'INVALID_OPTION',
    `${COMPONENT}: connection.uri ${what}; expected mongodb://[user:password@]host[:port][,...]/database[?options] with the special characters of user and password percent-encoded`,
  );
}

type Options = OptionValues<typeof MONGO_OPTIONS>;
type Address = Pick<MongoSettings, 'uri' | 'database' | 'authSource' | 'maxPoolSize'>;

function addressOf(options: Options): Address {
  const host = options['connection.host'];
  if (!HOST.test(host)) {
    throw configError(
      'INVALID_OPTION',
      `${COMPONENT}: connection.host is no host name or address; more than that goes into connection.uri`,
    );
  }
  const database = checkedDatabase('connection.database', options['connection.database']);
  // The older service composed a URI with the database in its path, which is then where the user is looked up too.
  return {
    uri: `mongodb://${host}:${options['connection.port']}/`,
    database,
    authSource: database,
    maxPoolSize: DEFAULT_POOL_SIZE,
  };
}

function addressIn(uri: string, options: Options): Address {
  const [whole, user, , path = '', query = ''] = URI.exec(uri) ?? [];
  if (whole === undefined || !isDecodable(user ?? '') || !isDecodable(path)) {
    throw uriError('is not a MongoDB connection string');
  }
  const database =
    path === ''
      ? checkedDatabase('connection.database', options['connection.database'])
      : checkedDatabase('the database in connection.uri', decodeURIComponent(path));
  const poolSize = Number(/(?:^|&)maxPoolSize=(\d+)(?:&|$)/i.exec(query)?.[1] ?? 0);
  return { uri, database, authSource: null, maxPoolSize: poolSize > 0 ? poolSize : DEFAULT_POOL_SIZE };
}

function checkedDatabase(what: string, name: string): string {
  if (DATABASE.test(name)) return name;
  throw configError(
    'INVALID_OPTION',
    `${COMPONENT}: ${what} must be a name of 1 to 63 characters without / \\ . " $ * < > : | ? and spaces`,
  );
}

function credentialOf(options: Options): MongoSettings['credential'] {
  const username = options['credential.username'];
  const password = options['credential.password'];
  if (username !== undefined) return { username, password: password ?? '' };
  if (password === undefined) return null;
  throw configError('INVALID_OPTION', `${COMPONENT}: credential.password is given without credential.username`);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
