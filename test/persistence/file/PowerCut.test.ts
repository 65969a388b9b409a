import { expect } from 'chai';
import type { FileSystem } from '../../../src/persistence/file/FileSystem.js';
import { Disk } from '../../support/Disk.js';
import { FaultyFileSystem } from '../../support/FaultyFileSystem.js';
import { DATA, openDisk } from './FileStores.js';
import { findViolation, PowerCutRun, type Script, type SkippedSync } from './PowerCutRun.js';
import { fullLife, nextLife, OLDER, recovery, shortLife, takeOver } from './PowerCutScripts.js';

interface Case {
  title: string;
  /** What is done in good order. */
  script: Script;
  /** What is killed at each of its calls in turn. */
  killed: Script;
  disk(): Disk;
  faulty?(whole: FileSystem): FileSystem;
}

const CASES: Case[] = [
  { title: 'a whole life', script: fullLife, killed: shortLife, disk: () => Disk.holding({}) },
  { title: 'a take-over', script: takeOver, killed: takeOver, disk: () => Disk.holding({}, { [DATA]: OLDER }) },
  ...[3, 4].map((rename) => ({
    title: `a rewrite that fails at its rename ${rename - 2}`,
    script: recovery,
    killed: recovery,
    disk: () => Disk.holding({}),
    faulty: (whole: FileSystem) => failingAt(whole, rename),
  })),
];

/** The renames of the first start are 1 and 2. */
function failingAt(whole: FileSystem, rename: number): FileSystem {
  const faulty = new FaultyFileSystem(whole);
  let renames = 0;
  faulty.fault = (call) => {
    if (call === 'rename') renames += 1;
    return call === 'rename' && renames === rename ? 'EIO' : null;
  };
  return faulty;
}

async function aRun({ disk: made }: Case, skipped: SkippedSync = null): Promise<PowerCutRun> {
  const disk = made();
  const initially = (await openDisk(Disk.holding(disk.files()))).contents();
  return new PowerCutRun(disk, skipped, initially);
}

async function wholeRun(one: Case, skipped: SkippedSync = null): Promise<PowerCutRun> {
  const run = await aRun(one, skipped);
  await run.live(one.script, undefined, one.faulty);
  return run;
}

/** A life that is killed at each of its calls in turn, and another one after it. */
async function* killedRuns(one: Case, skipped: SkippedSync = null): AsyncGenerator<PowerCutRun> {
  for (let killAt = 0; ; killAt++) {
    const run = await aRun(one, skipped);
    if ((await run.live(one.killed, killAt, one.faulty)) <= killAt) return;
    await run.live(nextLife);
    yield run;
  }
}

/** What files were found to hold, of all the tests here. */
const opened = new Map<string, string>();

/** Whether a test here would fail if this sync were left out; those that take longest are tried last. */
async function isNoticed(skipped: string): Promise<boolean> {
  try {
    for (const one of CASES) if (await findViolation(await wholeRun(one, skipped), opened)) return true;
    for (const one of CASES.toReversed()) {
      for await (const run of killedRuns(one, skipped)) if (await findViolation(run, opened)) return true;
    }
    return false;
  } catch {
    return true;
  }
}

function expectNone(violation: string | null): void {
  if (violation !== null) expect.fail(violation);
}

describe('A power cut', () => {
  const syncs = new Set<string>();

  for (const one of CASES) {
    it(`in ${one.title} leaves all that was acknowledged`, async () => {
      const run = await wholeRun(one);
      for (const place of run.syncs) syncs.add(place);
      expect(run.remains.size).to.be.greaterThan(50);
      expectNone(await findViolation(run, opened));
    }).timeout(180_000);

    it(`leaves what was found by a process that goes on after one killed in ${one.title}`, async () => {
      for await (const run of killedRuns(one)) {
        for (const place of run.syncs) syncs.add(place);
        expectNone(await findViolation(run, opened));
      }
    }).timeout(180_000);
  }

  it('is noticed wherever one sync is left out', async () => {
    // Each place in the code that asks for one was reached, however many there are.
    expect(syncs.size).to.be.at.least(14);
    const unnoticed: string[] = [];
    for (const skipped of syncs) if (!(await isNoticed(skipped))) unnoticed.push(skipped);
    expect(unnoticed).to.deep.equal([]);
  }).timeout(180_000);
});
