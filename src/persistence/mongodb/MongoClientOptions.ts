import type { MongoClientOptions } from 'mongodb';
import type { MongoSettings } from './MongoOptions.js';

/** What the driver is told. A URI's own options yield to these. */
export function clientOptions(settings: MongoSettings): MongoClientOptions {
  const { credential, authSource, maxPoolSize, connectTimeout, operationTimeout } = settings;
  const longest = Math.max(connectTimeout, operationTimeout);
  return {
    appName: 'service-sessions',
    // One more than there are operations, to ask for the server's health.
    maxPoolSize: maxPoolSize + 1,
    waitQueueTimeoutMS: operationTimeout,
    connectTimeoutMS: longest,
    // What waits for a line that is lost gets on to the next one soon.
    serverSelectionTimeoutMS: Math.min(Math.max(operationTimeout / 2, 500), 5000),
    socketTimeoutMS: longest + 1000,
    // A server that takes numbered writes does one only once, one that does not would do it twice: see MongoOperation.
    retryWrites: false,
    retryReads: false,
    writeConcern: { w: 'majority', j: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ...(credential !== null && { auth: credential, ...(authSource !== null && { authSource }) }),
  };
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
  const encoded = user.slice(user.indexOf(':') + 1);
  const passwords = [encoded, decodeURIComponent(encoded), credential?.password ?? ''];
  return [...passwords, encodeURIComponent(credential?.password ?? '')].filter((password) => password !== '');
}
