import { expect } from 'chai';
import { countUp, expectCode, touch } from '../../contracts/SessionsPersistenceContract.js';
import { Disk, type Files } from '../../support/Disk.js';
import { type Fault, FaultyFileSystem, type FileCall } from '../../support/FaultyFileSystem.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';
import { aSession, at } from '../../support/Sessions.js';
import { DATA, JOURNAL, OpenedStore, openDisk, readFiles, settle } from './FileStores.js';
import { WrittenSessions } from './WrittenSessions.js';

const session = (id: string, user_id = 'ann') => aSession({ id, user_id, data: { of: id.repeat(150) } });

/** Everything that a store does, after each step of which all that can be read is compared with what was acknowledged. */
async function useAll(written: WrittenSessions): Promise<void> {
  await written.create(session('a'));
  await written.create(session('b', 'bob'));
  await written.access('a', touch(at(10), at(7200)));
  await written.change('a', countUp);
  for (let index = 0; index < 4; index++) await written.create(session(`c${index}`, 'bob'));
  await written.replace(session('d', 'bob'), at(15));
  await written.closeAll('bob', at(20));
  await written.remove('b');
  await written.change('a', countUp);
}

interface Trial {
  disk: Disk;
  faulty: FaultyFileSystem;
  store: OpenedStore;
}

function aTrial(files: Files): Trial {
  const disk = Disk.holding(files);
  // Calls take their time, so that writes come between those of a rewrite.
  const faulty = new FaultyFileSystem(new PowerCutFileSystem(disk, { pause: () => settle(1) }));
  return { disk, faulty, store: new OpenedStore(faulty).compactingAfter(1024) };
}

/** Lives through one fault, or one that lasts; answers how many calls there were. */
async function liveThrough(files: Files, fault: Fault, failAt: number, lasts: boolean): Promise<number> {
  const { disk, faulty, store } = aTrial(files);
  faulty.fault = (_call, index) => (index === failAt || (lasts && index > failAt) ? fault : null);
  const before = await readFiles(files);
  const refusal = await store.open(null).catch((error: Error) => error);
  const written = new WrittenSessions(store);
  if (refusal === undefined) {
    await useAll(written);
    written.expectFound(await readFiles(disk.files()));
    faulty.fault = () => null;
    await recover(store);
    await written.create(session('after'));
    expect(written.refused, 'what was refused after the fault was gone').to.not.include('after');
    await store.close(null);
    written.expectExactly(await readFiles(disk.files()));
  } else {
    expect(await readFiles(disk.files())).to.equal(before);
    await (await openDisk(disk)).close(null);
  }
  return faulty.calls.length;
}

async function recover(store: OpenedStore): Promise<void> {
  store.timers.run();
  await settle(60);
}

/** What a killed process has left: a journal with records. */
async function usedFiles(): Promise<Files> {
  const disk = Disk.holding({});
  const store = await openDisk(disk);
  await store.create(null, session('older'));
  return disk.files();
}

describe('A disk that fails', () => {
  for (const lasts of [false, true]) {
    for (const fault of ['EIO', 'ENOSPC', 'short write'] as const) {
      it(`with ${fault} ${lasts ? 'from any call on' : 'once, at any call'}, acknowledges nothing falsely`, async () => {
        for (const files of [{}, await usedFiles()]) {
          const calls = await liveThrough(files, fault, Number.POSITIVE_INFINITY, lasts);
          expect(calls).to.be.greaterThan(50);
          for (let failAt = 0; failAt < calls; failAt++) {
            await liveThrough(files, fault, failAt, lasts).catch((error: Error) => {
              error.message = `call ${failAt}: ${error.message}`;
              throw error;
            });
          }
        }
      }).timeout(180_000);
    }
  }

  const failing = async (call: FileCall, fault: Fault): Promise<Trial> => {
    const trial = aTrial({});
    await trial.store.open(null);
    await trial.store.create(null, session('a'));
    trial.faulty.fault = (one) => (one === call ? fault : null);
    return trial;
  };

  it('is told of once when it begins and once when it ends, with the reason', async () => {
    const { faulty, store } = await failing('sync', 'EIO');
    for (let writes = 0; writes < 3; writes++)
      await expectCode(store.create(null, session('b')), 'PERSISTENCE_UNAVAILABLE');
    for (let attempts = 0; attempts < 3; attempts++) await recover(store);
    expect(store.errors).to.have.length(1);
    expect(store.errors[0]).to.contain('EIO');
    expect(store.infos).to.deep.equal([]);
    faulty.fault = () => null;
    await recover(store);
    expect(store.errors).to.have.length(1);
    expect(store.infos).to.have.length(1);
    await store.create(null, session('b'));
  });

  it('says to callers that it is full, and nothing of files', async () => {
    const { store } = await failing('write', 'ENOSPC');
    const error = await store.create(null, session('b')).catch((reason: Error) => reason);
    expect(error).to.have.property('code', 'PERSISTENCE_UNAVAILABLE');
    expect((error as Error).message)
      .to.contain('full')
      .and.not.contain('json');
    await expectCode(store.check(null), 'PERSISTENCE_UNAVAILABLE');
  });

  it('tries again each second', async () => {
    const { store } = await failing('sync', 'EIO');
    await expectCode(store.create(null, session('b')), 'PERSISTENCE_UNAVAILABLE');
    store.timers.run(999);
    expect(store.timers.count).to.equal(1);
    store.timers.run(1000);
    await settle(60);
    expect(store.timers.count).to.equal(1);
  });

  it('does not let an access move what cannot be stored', async () => {
    const { store } = await failing('sync', 'EIO');
    await expectCode(store.create(null, session('b')), 'PERSISTENCE_UNAVAILABLE');
    const step = await store.access(null, 'a', touch(at(10), at(7200)));
    expect(step?.after).to.equal(step?.before);
  });

  it('is never asked to sync the same file again', async () => {
    const { faulty, store } = await failing('sync', 'EIO');
    await expectCode(store.create(null, session('b')), 'PERSISTENCE_UNAVAILABLE');
    // From here on syncs seem to work, as they do after one that has failed.
    faulty.fault = () => null;
    const before = faulty.calls.length;
    await expectCode(store.create(null, session('c')), 'PERSISTENCE_UNAVAILABLE');
    await settle();
    expect(faulty.calls.slice(before)).to.not.include('sync');
  });

  it('lets the store open and be read where only writing fails', async () => {
    const { faulty, store } = aTrial(await usedFiles());
    faulty.fault = (call) => (['write', 'sync', 'syncFolder'].includes(call) ? 'ENOSPC' : null);
    await store.open(null);
    expect((await store.getOneById(null, 'older'))?.id).to.equal('older');
    await expectCode(store.create(null, session('b')), 'PERSISTENCE_UNAVAILABLE');
    faulty.fault = () => null;
    await recover(store);
    await store.create(null, session('b'));
  });

  it('stops the start where the folder cannot be written, and says so', async () => {
    for (const call of ['makeFolder', 'open', 'rename'] as const) {
      const { disk, faulty, store } = aTrial({});
      faulty.fault = (one) => (one === call ? 'EROFS' : null);
      const error = await store.open(null).catch((reason: Error) => reason);
      expect(error).to.have.property('code', 'PATH_NOT_WRITABLE');
      expect((error as Error).message)
        .to.contain(DATA)
        .and.contain('EROFS');
      expect(disk.files()).to.not.have.property(JOURNAL);
    }
  });
});
