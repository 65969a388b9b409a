import { setTimeout as pause } from 'node:timers/promises';
import type { IndexDescription } from 'mongodb';
import type { Clock } from '../../toolkit/Clock.js';
import { bareCause, faultOf } from './MongoFaults.js';
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
  const { settings } = link;
  const failure = { last: null as unknown };
  try {
    await within(settings.connectTimeout, untilMade(link, failure));
  } catch (error) {
    const { message } = bareCause(failure.last ?? error, link.hide);
    throw new Error(
      `${COMPONENT}: the indexes of collection "${settings.collection}" cannot be made: ${message}; without them sessions would be looked for in all of it`,
    );
  }
}

/** Tries again where a connection is lost: what was made meanwhile is found at the next look. */
async function untilMade(link: MongoLink, failure: { last: unknown }): Promise<void> {
  for (;;) {
    const line = link.current ?? (await link.ready());
    if (line === null) throw new Error('The server is lost');
    try {
      await makeMissing(line.collection);
      return;
    } catch (error) {
      failure.last = error;
      if (!['unknown', 'not-sent'].includes(faultOf(error))) throw error;
      link.lost(line, error);
      await pause(RETRY_PAUSE);
    }
  }
}

async function makeMissing(sessions: Sessions): Promise<void> {
  const there = new Map((await indexesOf(sessions)).map((index) => [index.name, index]));
  const missing = INDEXES.filter(({ name }) => !there.has(name));
  if (missing.length > 0) await sessions.createIndexes(missing);
  const other = INDEXES.find((index) => !isSame(index, there.get(index.name) ?? index));
  if (other !== undefined)
    throw new Error(
      `its index "${other.name}" is of other keys, or not unique where it has to be, or the other way round`,
    );
}

/** Whether one that is there does what ours is for. Not every server tells that an index is sparse. */
function isSame(ours: IndexDescription, there: IndexDescription): boolean {
  return JSON.stringify(ours.key) === JSON.stringify(there.key) && (ours.unique ?? false) === (there.unique ?? false);
}

async function indexesOf(sessions: Sessions): Promise<(IndexDescription & { name: string })[]> {
  try {
    return (await sessions.listIndexes().toArray()) as (IndexDescription & { name: string })[];
  } catch (error) {
    // There is no such collection yet.
    if ((error as { code?: number }).code === NAMESPACE_NOT_FOUND) return [];
    throw error;
  }
}

const NAMESPACE_NOT_FOUND = 26;
/** Milliseconds. */
const RETRY_PAUSE = 200;
