import { type ApiUnderTest, promisesOf } from './ApiUnderTest.js';
import { accessPromises } from './SessionsApiAccess.js';
import { endingPromises } from './SessionsApiEnding.js';
import { errorPromises } from './SessionsApiErrors.js';
import { eventPromises } from './SessionsApiEvents.js';
import { expiryPromises } from './SessionsApiExpiry.js';
import { idPromises } from './SessionsApiIds.js';
import { listPromises } from './SessionsApiLists.js';
import { openingPromises } from './SessionsApiOpening.js';
import { purgePromises } from './SessionsApiPurge.js';
import { writePromises } from './SessionsApiWrites.js';

/**
 * What callers can rely on, however they reach the sessions and wherever these are stored: the sentences of DESIGN.md
 * sections 3, 4, 5 and 7, each a test that begins with its id. A1x opening, A2x expiry, A3x accesses, A4x writes, A5x
 * ends, A6x lists, A7x errors, A8x events, A9x ids and purging.
 */
export function sessionsApiContract(name: string, api: ApiUnderTest): void {
  const promise = promisesOf(api);
  describe(`The sessions API, ${name}`, () => {
    openingPromises(promise, api);
    expiryPromises(promise);
    accessPromises(promise);
    writePromises(promise, api);
    endingPromises(promise);
    listPromises(promise);
    errorPromises(promise, api);
    eventPromises(promise);
    idPromises(promise, api);
    purgePromises(promise);
  });
}
