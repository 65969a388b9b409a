/** The entry `service-sessions/session-storage`: the session storage of the ArangoDB Foxx sessions app. */

import { type Clock, systemClock } from '../toolkit/Clock.js';
import { configError } from '../toolkit/Options.js';
import { SessionStorage } from './SessionStorage.js';
import { readStorageOptions, type SessionStorageOptions } from './SessionStorageOptions.js';
import { isController, lackingMethods, type SessionsSource } from './SessionsSource.js';
import { StoredSessions } from './StoredSessions.js';

export type { Clock } from '../toolkit/Clock.js';
export type { AttributeName, Content, SessionAttributes } from './SessionAttributes.js';
export { SessionExpired } from './SessionExpired.js';
export { SessionNotFound } from './SessionNotFound.js';
export type { SessionStorage } from './SessionStorage.js';
export type { SessionStorageOptions, TtlType } from './SessionStorageOptions.js';
export type { SessionsSource, SourceSession } from './SessionsSource.js';
export type { SessionUser } from './SessionUser.js';
export type { StorageSession } from './StorageSession.js';

/**
 * Makes the session storage of an application.
 *
 * `source` is the controller of the process, for which the storage makes the ids, or a client of `service-sessions-client`,
 * whose service makes them, unless `sidLength` or `sidTimestamp` is given: then the storage brings its own, which the service
 * refuses without its option `accept_ids`. `clock` tells what has expired; that of the machine unless given. Throws an error
 * whose message is a sentence for a source or an option that cannot be used.
 */
export function createSessionStorage(
  source: SessionsSource,
  options?: SessionStorageOptions | null,
  clock: Clock = systemClock,
): SessionStorage {
  const lacking = lackingMethods(source);
  if (lacking.length > 0) {
    const what = 'the first argument must be a sessions controller or client';
    throw configError('INVALID_SOURCE', `session storage: ${what}: it lacks ${lacking.join(', ')}`);
  }
  const ofProcess = isController(source);
  const settings = readStorageOptions(options, !ofProcess);
  return new SessionStorage(
    new StoredSessions(source),
    { ...settings, bringsIds: ofProcess || settings.bringsIds },
    clock,
  );
}
