import type { Clock } from '../../toolkit/Clock.js';
import { bareCause } from './MongoFaults.js';
import { type MongoLine, type MongoLink, within } from './MongoLink.js';
import type { Sessions } from './MongoOperation.js';
import { COMPONENT } from './MongoOptions.js';
import { INDEXES } from './SessionQueries.js';

/**
 * Asks the server for its time. Rejects where it does not answer, is no primary, or where the clocks differ by more than
 * `options.max_clock_skew`, whatever the time on the way may have done to that: a node whose clock is wrong ends sessions
 * early or late.
 */
export async function assertClocks(link: MongoLink, clock: Clock): Promise<void> {
  const { current, settings } = link;
  if (current === null) throw new Error('The server does not answer');
  const sentAt = clock.now();
  const { isWritablePrimary, localTime } = await within(settings.operationTimeout, hello(current, link.hide));
  if (isWritablePrimary !== true) throw new Error('The server takes no writes');
  if (settings.maxClockSkew === 0 || !(localTime instanceof Date)) return;
  const answeredAt = clock.now();
  const skew = Math.max(sentAt - localTime.getTime(), localTime.getTime() - answeredAt);
  if (skew <= settings.maxClockSkew) return;
  throw new Error(
    `${COMPONENT}: the clock of this machine and that of the MongoDB server differ by ${skew} ms, more than options.max_clock_skew (${settings.maxClockSkew}): set them right, or sessions end early or late`,
  );
}

async function hello({ db }: MongoLine, hide: (text: string) => string) {
  try {
    return await db.command({ hello: 1 });
  } catch (error) {
    throw bareCause(error, hide);
  }
}

/** Makes the indexes that are not there yet. Rejects with a sentence. */
export async function makeIndexes(link: MongoLink): Promise<void> {
  const { current, settings } = link;
  if (current === null) throw new Error(`${COMPONENT}: the MongoDB server is lost while the indexes are made`);
  try {
    await within(settings.connectTimeout, makeMissing(current.collection));
  } catch (error) {
    throw new Error(
      `${COMPONENT}: the indexes of collection "${settings.collection}" cannot be made: ${bareCause(error, link.hide).message}; without them sessions would be looked for in all of it`,
    );
  }
}

async function makeMissing(sessions: Sessions): Promise<void> {
  const there = new Map((await indexesOf(sessions)).map(({ name, key }) => [name, JSON.stringify(key)]));
  const missing = INDEXES.filter(({ name }) => !there.has(name));
  if (missing.length > 0) await sessions.createIndexes(missing);
  const others = INDEXES.filter(({ name, key }) => there.has(name) && there.get(name) !== JSON.stringify(key));
  if (others.length > 0) throw new Error(`its index "${others[0]?.name}" is of other keys`);
}

async function indexesOf(sessions: Sessions): Promise<{ name: string; key: object }[]> {
  try {
    return (await sessions.listIndexes().toArray()) as { name: string; key: object }[];
  } catch (error) {
    // There is no such collection yet.
    if ((error as { code?: number }).code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

const NAMESPACE_NOT_FOUND = 26;
