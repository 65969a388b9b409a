import type { MongoConfig } from './MongoConfigs.js';

/** Never to be seen, plain or percent-encoded. */
export const PASSWORD = 'hush:p@ss/w%rd?#é';
export const ENCODED = encodeURIComponent(PASSWORD);

/** What may not stand anywhere: the password as it is, as URIs hold it, and as JSON and the console write it. */
export const SECRETS = [PASSWORD, ENCODED, ENCODED.toLowerCase(), 'hush', 'p@ss', 'p%40ss'];

/** A configuration that stops the start before anything is connected. `port` is where somebody would see a connection. */
export interface BadStart {
  what: string;
  config: (port: number) => MongoConfig;
  says: RegExp;
}

const uri = (rest: (port: number) => string): ((port: number) => MongoConfig) => {
  return (port) => ({ 'connection.uri': rest(port) });
};
const host = (config: MongoConfig): ((port: number) => MongoConfig) => {
  return (port) => ({ 'connection.host': '127.0.0.1', 'connection.port': port, ...config });
};
const credential = { 'credential.username': 'ann', 'credential.password': PASSWORD };

export const BAD_STARTS: BadStart[] = [
  {
    what: 'a URI that is none',
    config: uri((port) => `ann:${ENCODED}@127.0.0.1:${port}`),
    says: /connection\.uri is not/,
  },
  {
    what: 'a URI of another scheme',
    config: uri((port) => `http://ann:${ENCODED}@127.0.0.1:${port}/a`),
    says: /connection\.uri is not/,
  },
  {
    what: 'a password that is not encoded',
    config: uri((port) => `mongodb://ann:${PASSWORD}@127.0.0.1:${port}/a`),
    says: /connection\.uri is not.*percent-encoded/,
  },
  {
    what: 'a password that is encoded wrong',
    config: uri((port) => `mongodb://ann:hush%zz@127.0.0.1:${port}/a`),
    says: /connection\.uri is not.*percent-encoded/,
  },
  { what: 'a URI without a host', config: uri(() => `mongodb://ann:${ENCODED}@/a`), says: /connection\.uri is not/ },
  {
    what: 'a URI with a port that is none',
    config: uri(() => `mongodb://ann:${ENCODED}@127.0.0.1:99999/a`),
    says: /connection\.uri is not/,
  },
  {
    what: 'a URI with an unknown option',
    config: uri((port) => `mongodb://ann:${ENCODED}@127.0.0.1:${port}/a?maxPoolSise=5`),
    says: /connection\.uri has options that are not known: maxpoolsise/i,
  },
  {
    what: 'a URI with an unknown option that holds a secret',
    config: uri((port) => `mongodb://127.0.0.1:${port}/a?word=${ENCODED}`),
    says: /connection\.uri/,
  },
  {
    what: 'a URI with a bad value',
    config: uri((port) => `mongodb://ann:${ENCODED}@127.0.0.1:${port}/a?maxPoolSize=hush`),
    says: /connection\.uri .* value that is not allowed/,
  },
  {
    what: 'a URI with options that exclude each other',
    config: uri((port) => `mongodb://ann:${ENCODED}@127.0.0.1:${port},127.0.0.1:1/a?directConnection=true`),
    says: /connection\.uri/,
  },
  {
    what: 'a bad database in the URI',
    config: uri((port) => `mongodb://ann:${ENCODED}@127.0.0.1:${port}/my%20hush`),
    says: /the database in connection\.uri must be a name/,
  },
  {
    what: 'a database with a slash in the URI',
    config: uri((port) => `mongodb://ann:${ENCODED}@127.0.0.1:${port}/a/b`),
    says: /the database in connection\.uri must be a name/,
  },
  {
    what: 'a bad database',
    config: host({ 'connection.database': 'a.b$c', ...credential }),
    says: /connection\.database must be a name/,
  },
  {
    what: 'a bad collection',
    config: host({ collection: 'a$b', ...credential }),
    says: /collection is "a\$b" but must be a name/,
  },
  {
    what: 'a collection of the system',
    config: host({ collection: 'system.users' }),
    says: /collection is "system\.users"/,
  },
  {
    what: 'a bad host',
    config: host({ 'connection.host': `ann:${PASSWORD}@h` }),
    says: /connection\.host is no host name/,
  },
  { what: 'a bad port', config: host({ 'connection.port': 99999 }), says: /connection\.port is "99999"/ },
  {
    what: 'an unknown option',
    config: host({ 'options.max_pool_sise': 5, ...credential }),
    says: /unknown option "options\.max_pool_sise".*options\.max_pool_size/,
  },
  {
    what: 'a bad option',
    config: host({ 'options.operation_timeout': 'soon', ...credential }),
    says: /options\.operation_timeout is "soon"/,
  },
  {
    what: 'a password without a user',
    config: host({ 'credential.password': PASSWORD }),
    says: /credential\.password is given without credential\.username/,
  },
];
