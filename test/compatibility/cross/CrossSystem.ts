import { expect } from 'chai';
import type { ApiStore } from '../../support/ApiStores.js';
import { refusal } from '../../support/StorageWorlds.js';
import { CrossWorld } from './CrossWorld.js';
import { ENDINGS, type Ending } from './Endings.js';
import { OPENINGS, type Opening } from './Openings.js';
import { WITNESSES } from './Witnesses.js';

/** Every way to open a session against every way to end it: all systems see both. */
export function crossSystem(name: string, store: () => ApiStore): void {
  describe(`Sessions of all systems, ${name}`, function () {
    this.timeout(60_000);
    let world: CrossWorld;
    before(async () => {
      world = await CrossWorld.start(store());
    });
    after(() => world.stop());

    for (const [opened, opening] of Object.entries(OPENINGS)) {
      for (const [ended, ending] of Object.entries(ENDINGS)) {
        it(`opened by ${opened} are seen by all, and their end by ${ended} too`, () => seen(world, opening, ending));
      }
    }
  });
}

async function seen(world: CrossWorld, opening: Opening, ending: Ending): Promise<void> {
  const session = await opening.open(world);
  for (const witness of Object.values(WITNESSES)) await witness.seesGood(world, session);
  if (ending.needsBinding && session.binding === null) {
    // The scripts do not reach a session that is none of theirs, whatever they are given.
    await ending.end(world, { ...session, binding: { service: 'wiki', session_name: 'tab' } });
    for (const witness of Object.values(WITNESSES)) await witness.seesGood(world, session);
    return;
  }
  const held = await world.storages.controller.get(session.id);
  await ending.end(world, session);
  for (const witness of Object.values(WITNESSES)) await witness.seesEnd(world, session, ending);
  held.set('sessionData', { back: true });
  expect(await refusal(held.save())).to.be.instanceOf(world.storages.controller.errors.SessionNotFound);
  for (const witness of Object.values(WITNESSES)) await witness.seesEnd(world, session, ending);
}
