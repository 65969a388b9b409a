import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ApiStore } from '../../support/ApiStores.js';
import { CrossWorld, LONGEST_LIFE } from './CrossWorld.js';
import { ENDINGS, type Ending } from './Endings.js';
import { type CrossSession, OPENINGS, type Opening } from './Openings.js';
import { WITNESSES } from './Witnesses.js';
import { WRITERS, type Write, type Writer } from './Writers.js';

/** From so many on some writes have come before and some after the end, whatever the seed. */
const ENOUGH_RUNS = 10;

/** One session's race: what is started when, in turns of the event loop; the end besides when so many writes are answered. */
interface Race {
  opening: Opening;
  writers: { writer: Writer; wait: number }[];
  endWait: number;
  endAfter: number;
}

const turns = fc.nat({ max: 6 });
const writers = fc.array(fc.record({ writer: fc.constantFrom(...Object.values(WRITERS)), wait: turns }), {
  minLength: 1,
  maxLength: 4,
});

/** What can reach a session of this opening. */
function racesFor(ending: Ending): fc.Arbitrary<Race[]> {
  const openings = Object.entries(OPENINGS).filter(([, { isBound }]) => isBound || !ending.needsBinding);
  const opening = fc.constantFrom(...openings.map(([, row]) => row));
  return fc.array(fc.record({ opening, writers, endWait: turns, endAfter: fc.nat({ max: 2 }) }), {
    minLength: 1,
    // Time passes for all at once.
    maxLength: ending.reason === 'expired' ? 1 : 8,
  });
}

/** Writes of the older systems, started together with the end of their session: it stays ended, without content. */
export function crossRaces(name: string, store: () => ApiStore, usualRuns: number): void {
  const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
  describe(`Writes of the older systems against ends, ${name}`, function () {
    this.timeout(600_000);
    let world: CrossWorld;
    before(async () => {
      world = await CrossWorld.start(store());
    });
    after(() => world.stop());

    for (const [ended, ending] of Object.entries(ENDINGS)) {
      it(`never bring a session back after ${ended} (FC_SEED=${seed})`, async () => {
        const stored = { before: 0, after: 0 };
        const property = fc.asyncProperty(racesFor(ending), async (races) => {
          for (const isStored of await runAll(world, races, ending)) stored[isStored ? 'before' : 'after']++;
        });
        const numRuns = usualRuns * (ending.reason === 'expired' ? 4 : 1) * (process.env['SESSIONS_TEST_LONG'] ? 5 : 1);
        await fc.assert(property, { seed, numRuns });
        const isRace = numRuns < ENOUGH_RUNS || (stored.before > 0 && stored.after > 0);
        assert(isRace, `${stored.before} writes came before the end, ${stored.after} after: that is no race`);
      });
    }
  });
}

/** Answers of each write whether it was stored. */
async function runAll(world: CrossWorld, races: Race[], ending: Ending): Promise<boolean[]> {
  const raced = await Promise.all(races.map((race) => prepared(world, race)));
  const stored = await Promise.all(raced.map((race) => run(world, race, ending)));
  // What came just before the end may have moved when the push looks again.
  world.advanceTo(world.clock.now());
  for (const { session } of raced) {
    for (const witness of Object.values(WITNESSES)) await witness.seesEnd(world, session, ending);
  }
  world.dismissWatchers();
  return stored.flat();
}

interface PreparedRace {
  session: CrossSession;
  writes: { write: Write; wait: number }[];
  endWait: number;
  endAfter: number;
}

async function prepared(world: CrossWorld, { opening, writers, ...end }: Race): Promise<PreparedRace> {
  const session = await opening.open(world);
  await world.watcherOf(session);
  const writes = await Promise.all(
    writers.map(async ({ writer, wait }) => ({ write: await writer(world, session), wait })),
  );
  return { session, writes, ...end };
}

async function run(world: CrossWorld, race: PreparedRace, ending: Ending): Promise<boolean[]> {
  const { session, writes } = race;
  const stored = writes.map(async ({ write, wait }) => {
    await afterTurns(wait);
    return write();
  });
  await Promise.all(stored.slice(0, race.endAfter));
  await afterTurns(race.endWait);
  if (ending.reason === 'expired') world.advanceTo(world.clock.now() + LONGEST_LIFE);
  else await ending.end(world, session);
  for (const { write } of writes) assert.equal(await write(), false, 'a write after the end was stored');
  return Promise.all(stored);
}

async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
