import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ApiStore } from '../../support/ApiStores.js';
import { CrossWorld, LONGEST_LIFE } from './CrossWorld.js';
import { ENDINGS, type Ending } from './Endings.js';
import { type CrossSession, OPENINGS, type Opening } from './Openings.js';
import { WITNESSES } from './Witnesses.js';
import { WRITERS, type Write, type Writer } from './Writers.js';

/** One session's race: what is started when, in turns of the event loop. */
interface Race {
  opening: Opening;
  writers: { writer: Writer; wait: number }[];
  endWait: number;
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
  return fc.array(fc.record({ opening, writers, endWait: turns }), { minLength: 1, maxLength: 8 });
}

/** Writes of the older systems, started together with the end of their session: it stays ended, without content. */
export function crossRaces(name: string, store: () => ApiStore, numRuns: number): void {
  const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
  describe(`Writes of the older systems against ends, ${name}`, function () {
    this.timeout(120_000);
    let world: CrossWorld;
    before(async () => {
      world = await CrossWorld.start(store());
    });
    after(() => world.stop());

    for (const [ended, ending] of Object.entries(ENDINGS)) {
      it(`never bring a session back after ${ended} (FC_SEED=${seed})`, async () => {
        const property = fc.asyncProperty(racesFor(ending), (races) => runAll(world, races, ending));
        await fc.assert(property, { seed, numRuns });
      });
    }
  });
}

async function runAll(world: CrossWorld, races: Race[], ending: Ending): Promise<void> {
  const raced = await Promise.all(races.map((race) => prepared(world, race)));
  await Promise.all(raced.map((race) => run(world, race, ending)));
  // What came just before the end may have moved when the push looks again.
  world.advanceTo(world.clock.now());
  for (const { session } of raced) {
    for (const witness of Object.values(WITNESSES)) await witness.seesEnd(world, session, ending);
  }
}

interface PreparedRace {
  session: CrossSession;
  writes: { write: Write; wait: number }[];
  endWait: number;
}

async function prepared(world: CrossWorld, { opening, writers, endWait }: Race): Promise<PreparedRace> {
  const session = await opening.open(world);
  await world.watcherOf(session);
  const writes = await Promise.all(
    writers.map(async ({ writer, wait }) => ({ write: await writer(world, session), wait })),
  );
  return { session, writes, endWait };
}

async function run(world: CrossWorld, { session, writes, endWait }: PreparedRace, ending: Ending): Promise<void> {
  const end = async (): Promise<void> => {
    await afterTurns(endWait);
    if (ending.reason === 'expired') world.advanceTo(world.clock.now() + LONGEST_LIFE);
    else await ending.end(world, session);
    for (const { write } of writes) assert.equal(await write(), false, 'a write after the end was stored');
  };
  const written = writes.map(async ({ write, wait }) => {
    await afterTurns(wait);
    await write();
  });
  await Promise.all([end(), ...written]);
}

async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
