import fc from 'fast-check';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import type { StoreUnderTest } from './SessionsPersistenceContract.js';
import { type Command, commands } from './SessionsPersistenceModelCommands.js';
import { SessionsModel } from './SessionsPersistenceModelState.js';

/**
 * Random commands on a persistence and on a list of sessions that does the same in the simplest way: what they answer
 * must agree at each step. A failure prints its seed; FC_SEED=<seed> runs just that again.
 */
export function sessionsPersistenceModel(name: string, store: StoreUnderTest, numRuns = 300): void {
  const title = `${name} does what a plain list of sessions does`;
  if (store.unavailable !== undefined) {
    it.skip(`${title} (not here: ${store.unavailable})`);
    return;
  }
  it(title, async () => {
    const seed = process.env['FC_SEED'];
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        try {
          await run(store, await store.open(), list);
        } finally {
          await store.remove?.();
        }
      }),
      { numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
    );
  }).timeout(120_000);
}

async function run(store: StoreUnderTest, opened: ISessionsPersistence, list: readonly Command[]): Promise<void> {
  const model = new SessionsModel();
  let persistence = opened;
  for (const command of list) {
    if (command.do === 'reopen') persistence = store.reopen === undefined ? persistence : await store.reopen();
    else await model.step(command, persistence);
  }
  await model.compareAll(persistence);
}
