import type { MongoClientOptions } from 'mongodb';
import type { MongoSettings } from './MongoOptions.js';

/** What the driver is told. A URI's own options yield to these. */
export function clientOptions(settings: MongoSettings): MongoClientOptions {
  const { maxPoolSize, connectTimeout, operationTimeout } = settings;
  const longest = Math.max(connectTimeout, operationTimeout);
  return {
    appName: 'service-sessions',
    // One more than there are operations, to ask for the server's health.
    maxPoolSize: maxPoolSize + 1,
    waitQueueTimeoutMS: operationTimeout,
    connectTimeoutMS: longest,
    // What waits for a line that is lost gets on to the next one soon.
    serverSelectionTimeoutMS: Math.min(Math.max(operationTimeout / 2, 500), 1500),
    socketTimeoutMS: longest + 1000,
    // A server that takes numbered writes does one only once, one that does not would do it twice: see MongoOperation.
    retryWrites: false,
    retryReads: false,
    writeConcern: { w: 'majority', j: true },
    readConcern: { level: 'majority' },
    // The URI's would go before the line above.
    readConcernLevel: 'majority',
    readPreference: 'primary',
    ...credentialOptions(settings),
  };
}

/** Empty where the URI brings its own user, or needs none. */
export function credentialOptions({ credential, authSource }: MongoSettings): MongoClientOptions {
  return credential === null ? {} : { auth: credential, ...(authSource !== null && { authSource }) };
}

/** The driver's words may hold parts of the URI: only names of options are taken from them. */
export function whatIsWrong(error: unknown): string {
  const { message } = error as Error;
  const option = /^options? ([\w, ]+) (?:is|are) not supported/i.exec(message)?.[1];
  return option === undefined
    ? 'is not a MongoDB connection string, or has an option with a value that is not allowed'
    : `has options that are not known: ${option}`;
}

/** What must not be said of the settings, as it is and percent-encoded. */
export function secretsOf({ uri, credential }: MongoSettings): string[] {
  const [, user = ''] = /^[^:]+:\/\/([^@/]*)@/.exec(uri) ?? [];
  const inQuery = [...uri.matchAll(SECRET_OPTIONS)].map(([, value = '']) => value);
  const plain = credential?.password ?? '';
  const encoded = [user.slice(user.indexOf(':') + 1), ...inQuery];
  return [...encoded.flatMap((text) => [text, decoded(text)]), plain, encodeURIComponent(plain)].filter(
    (secret) => secret !== '',
  );
}

/** The driver has options for the passwords of keys and proxies, and for tokens. */
const SECRET_OPTIONS = /(?:[?&]\w*password=|AWS_SESSION_TOKEN:)([^&,]*)/gi;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
