import { sessionError } from '../../data/version1/SessionErrorsV1.js';

/** What an error of the driver says about the command it ended. */
export type Fault =
  /** The command was refused and did nothing: for its own content, or because there is such a document. */
  | 'duplicate'
  | 'too-large'
  /** It never reached a server that could do it: safe to send again. */
  | 'not-sent'
  /** It may have been done, now or later: nobody knows. */
  | 'unknown'
  /** The server does not know the user or the password, or does not allow it what it asks. */
  | 'refused'
  /** Anything else the server says: sending it again gets the same. */
  | 'other';

/** Error codes of the server, by their names in its `error_codes.yml`. */
const DUPLICATE_KEY = 11000;
const TOO_LARGE = [10334, 17280, 17419];
const UNAUTHORIZED = [13, 18, 8000];
/** A server that is no primary has not begun; one that stops being one, or shuts down, may have. */
const NOT_PRIMARY = [10107, 13435, 13436, 10058];
const INTERRUPTED = [6, 7, 50, 64, 79, 89, 91, 100, 134, 189, 262, 9001, 11600, 11601, 11602];
/** The driver gave up before it had a connection to send on. */
const BEFORE_SENDING = [
  'MongoServerSelectionError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoTopologyClosedError',
  'MongoNotConnectedError',
  'MongoStalePrimaryError',
];

interface DriverError {
  name: string;
  message: string;
  code?: number | string;
  beforeHandshake?: boolean;
}

export function faultOf(error: unknown): Fault {
  const { name, code, beforeHandshake, message } = error as DriverError;
  if (code === DUPLICATE_KEY) return 'duplicate';
  if (typeof code === 'number') {
    if (TOO_LARGE.includes(code)) return 'too-large';
    if (UNAUTHORIZED.includes(code)) return 'refused';
    if (NOT_PRIMARY.includes(code)) return 'not-sent';
    if (INTERRUPTED.includes(code) || name === 'MongoWriteConcernError') return 'unknown';
  }
  // An interrupted connection counts as a cleared pool too, but had a command on it.
  if (name === 'PoolClearedOnNetworkError' || name === 'MongoClientClosedError') return 'unknown';
  if (BEFORE_SENDING.includes(name) || (beforeHandshake === true && name.startsWith('MongoNetwork'))) return 'not-sent';
  if (name.startsWith('MongoNetwork') || name === 'MongoServerClosedError') return 'unknown';
  if (name === 'BSONError' && /larger than|too large|out of range/i.test(message)) return 'too-large';
  return 'other';
}

/** PERSISTENCE_UNAVAILABLE with a cause for the log that holds neither the connection's options nor its secrets. */
export function unavailable(correlationId: string | null, error: unknown, hide: (text: string) => string): Error {
  return sessionError(correlationId, 'PERSISTENCE_UNAVAILABLE', { cause: bareCause(error, hide) });
}

/** The driver's error without what hangs on it: descriptions of servers, commands, replies. */
export function bareCause(error: unknown, hide: (text: string) => string): Error {
  const { name = 'Error', message = String(error), code } = (error ?? {}) as Partial<DriverError>;
  const cause = new Error(hide(code === undefined ? message : `${message} (code ${code})`));
  cause.name = name;
  cause.stack = `${name}: ${cause.message}`;
  return cause;
}

/** Replaces the password, as it is and percent-encoded, wherever it stands in a text, and the user part of any URI. */
export function secretHider(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) => {
    let hidden = text.replace(/(mongodb(?:\+srv)?:\/\/)[^@\s]*@/g, '$1***@');
    for (const secret of known) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  };
}
