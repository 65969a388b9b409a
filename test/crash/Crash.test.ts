import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { temporaryFolder } from '../support/TemporaryFolder.js';
import { CrashLane } from './CrashLane.js';

/** CRASH_CYCLES=5000 for a longer run; CRASH_SEED=n for the same one again. */
const CYCLES = Number(process.env['CRASH_CYCLES'] ?? 100);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** Services that run beside each other, each on a file of its own. */
const LANES = 2;
/** After so many kills a lane begins anew. */
const CYCLES_OF_LANE = 25;

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('The service, killed under load', () => {
  const folder = temporaryFolder();
  let lanes: CrashLane[] = [];
  afterEach(async () => {
    for (const lane of lanes) await lane.remove();
    lanes = [];
  });

  const run = async (number: number, cycles: number): Promise<void> => {
    for (let done = 0; done < cycles; done += CYCLES_OF_LANE) {
      const lane = new CrashLane(folder.path(`${number}-${done}.json`), randomFrom(SEED + number + done));
      lanes.push(lane);
      for (let cycle = done; cycle < Math.min(done + CYCLES_OF_LANE, cycles); cycle++) await lane.cycle();
      const path = await lane.end();
      expect(JSON.parse(readFileSync(path, 'utf8'))).to.be.an('array');
      expect(readFileSync(`${path}.journal`, 'utf8').trimEnd().split('\n'), 'a header and nothing else').to.have.length(
        1,
      );
    }
  };

  it(`keeps every acknowledged write, and closed sessions closed, ${CYCLES} times (seed ${SEED})`, async () => {
    const cycles = Math.ceil(CYCLES / LANES);
    await Promise.all(Array.from({ length: LANES }, (_, number) => run(number, cycles)));
  }).timeout(30_000 + CYCLES * 5000);
});
