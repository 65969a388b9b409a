import { expect } from 'chai';
import type { ISessionsPersistence } from '../../../src/persistence/ISessionsPersistence.js';
import { countUp, expectCode } from '../../contracts/SessionsPersistenceContract.js';
import { Disk } from '../../support/Disk.js';
import { FaultyFileSystem } from '../../support/FaultyFileSystem.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';
import { aSession, at } from '../../support/Sessions.js';
import { OpenedStore, settle } from './FileStores.js';

const PAGE = { skip: 0, take: 10, total: true };

/** A store whose calls to the disk wait for `go` while it is held. */
async function aHeldStore() {
  let release = (): void => {};
  let gate: Promise<void> = Promise.resolve();
  const disk = new PowerCutFileSystem(Disk.holding({}), { pause: () => gate });
  const faulty = new FaultyFileSystem(disk);
  const store = new OpenedStore(faulty);
  await store.open(null);
  await store.create(null, aSession({ id: 'a' }));
  return {
    store,
    faulty,
    hold() {
      gate = new Promise((resolve) => {
        release = resolve;
      });
    },
    go() {
      release();
    },
  };
}

/** What is seen of it, by every way of reading. */
const READS: Record<string, (store: ISessionsPersistence) => Promise<unknown>> = {
  'a session': async (store) => (await store.getOneById(null, 'a'))?.version ?? null,
  'a list': async (store) => (await store.getPageByFilter(null, {}, PAGE, at(0))).data.map(({ version }) => version),
  'a removed session': async (store) => (await store.getOneById(null, 'a')) === null,
};

describe('A read while a write is on its way to the disk', () => {
  for (const [what, read] of Object.entries(READS)) {
    const write = (store: ISessionsPersistence): Promise<unknown> =>
      what === 'a removed session' ? store.deleteById(null, 'a') : store.change(null, 'a', countUp);

    it(`of ${what} is answered once the disk has it`, async () => {
      const { store, hold, go } = await aHeldStore();
      const before = await read(store);
      hold();
      const written = write(store);
      let answer: unknown = 'none';
      const reading = read(store).then((seen) => {
        answer = seen;
      });
      await settle();
      expect(answer).to.equal('none');
      go();
      await Promise.all([written, reading]);
      expect(answer).to.not.deep.equal(before);
    });

    it(`of ${what} is answered as it was before where the disk refuses it`, async () => {
      const { store, faulty, hold, go } = await aHeldStore();
      const before = await read(store);
      hold();
      faulty.fault = (call) => (call === 'sync' ? 'EIO' : null);
      const written = expectCode(write(store), 'PERSISTENCE_UNAVAILABLE');
      const reading = read(store);
      await settle();
      go();
      await written;
      expect(await reading).to.deep.equal(before);
    });
  }

  it('of another session waits for nothing', async () => {
    const { store, hold, go } = await aHeldStore();
    await store.create(null, aSession({ id: 'b' }));
    hold();
    const written = store.change(null, 'a', countUp);
    expect((await store.getOneById(null, 'b'))?.id).to.equal('b');
    go();
    await written;
  });
});
