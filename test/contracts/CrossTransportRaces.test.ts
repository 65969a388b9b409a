import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileStore, memoryStore } from '../support/ApiStores.js';
import { CrossTransportWorld, TRANSPORTS, type Transport } from './CrossTransportWorld.js';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);
const LONG = process.env['SESSIONS_TEST_LONG'] ? 10 : 1;

/** One session's race: when the close starts, and when the validations do, in turns of the event loop. */
interface Race {
  closeWait: number;
  validateWaits: number[];
}

/** One turn is shorter than any call: these are from long before to long after. */
const waits = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 60 }));
const races = fc.array(
  fc.record({ closeWait: waits, validateWaits: fc.array(waits, { minLength: 1, maxLength: 4 }) }),
  { minLength: 1, maxLength: 4 },
);

/** Both outcomes, whatever the machine is busy with: without these the few runs of a slow store may show one of them only. */
const BOTH: Race[] = [
  { closeWait: 1000, validateWaits: [0] },
  { closeWait: 0, validateWaits: [1000] },
];

/** What became of a call, between two instants of one count. */
interface Done {
  start: number;
  end: number;
  isRefused: boolean;
}

/** How many validations came before the close and how many after. */
interface Score {
  admitted: number;
  refused: number;
}

for (const [name, store, usualRuns] of [
  ['memory', memoryStore, 8],
  ['a file', fileStore, 2],
] as const) {
  describe(`Close against validate across transports, over ${name}`, function () {
    this.timeout(300_000);
    let world: CrossTransportWorld;
    before(async () => {
      world = await CrossTransportWorld.start(store(), { touch_interval: 0 });
    });
    after(() => world.stop());

    for (const closer of TRANSPORTS) {
      it(`closed over ${closer}, refused over all from that answer on (FC_SEED=${seed})`, async () => {
        const score: Score = { admitted: 0, refused: 0 };
        for (const validator of TRANSPORTS) {
          const property = fc.asyncProperty(races, async (all) => {
            await Promise.all(all.map((race) => run(world, closer, validator, race, score)));
          });
          await fc.assert(property, { seed, numRuns: usualRuns * LONG + 1, examples: [[BOTH]] });
        }
        const isRace = score.admitted > 0 && score.refused > 0;
        assert(isRace, `${score.admitted} validations came before the close, ${score.refused} after: that is no race`);
      });
    }
  });
}

async function run(
  world: CrossTransportWorld,
  closer: Transport,
  validator: Transport,
  { closeWait, validateWaits }: Race,
  score: Score,
): Promise<void> {
  const { id } = await world.over(closer).open({ data: 'secret' });
  let now = 0;
  const timed = async (wait: number, call: () => Promise<boolean>): Promise<Done> => {
    for (let turn = 0; turn < wait; turn++) await new Promise((resolve) => setImmediate(resolve));
    const start = now++;
    const isRefused = await call();
    return { start, end: now++, isRefused };
  };
  const validate = (transport: Transport) => async () => isRefused(await world.over(transport).validate(id), id);
  const closing = timed(closeWait, async () => (await world.over(closer).close(id))?.active === false);
  // Over all transports at once as soon as the close is answered over one: each other validation may still be under way.
  const afterwards = closing.then(() => Promise.all(TRANSPORTS.map((transport) => timed(0, validate(transport)))));
  const validations = await Promise.all(validateWaits.map((wait) => timed(wait, validate(validator))));
  const [closed, refused] = [await closing, await afterwards];
  assert(closed.isRefused, 'the close did not answer a closed session');
  assert(
    refused.every((done) => done.isRefused),
    'a session was good after its close had been answered',
  );
  expectOneOrder([...validations, ...refused], closed);
  for (const done of validations) score[done.isRefused ? 'refused' : 'admitted']++;
  const seen = await world.everywhere((caller) => caller.get(id));
  for (const [transport, session] of seen) {
    assert.equal(session?.close_reason, 'closed', transport);
    assert(!('data' in session), `${transport} answers the content of a closed session`);
    assert.deepEqual(session, seen[0]?.[1], transport);
  }
}

/** There is one instant of the close: none is refused before it began, none is good after one was refused, or it was answered. */
function expectOneOrder(validations: readonly Done[], closed: Done): void {
  for (const done of validations) {
    if (done.isRefused) assert(done.end > closed.start, 'a session was refused before its close began');
    else assert(done.start < closed.end, 'a session was good after its close had been answered');
    const isLate = validations.some((other) => other.isRefused && other.end < done.start);
    assert(done.isRefused || !isLate, 'a session was good again after it had been refused');
  }
}

/** A good session is answered whole, a refused one not at all. */
function isRefused(session: { id: string; active: boolean; data?: unknown } | null, id: string): boolean {
  if (session === null) return true;
  assert.deepEqual([session.id, session.active, session.data], [id, true, 'secret']);
  return false;
}
