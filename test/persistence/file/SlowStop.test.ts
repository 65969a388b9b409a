import { expect } from 'chai';
import { Disk } from '../../support/Disk.js';
import { FaultyFileSystem } from '../../support/FaultyFileSystem.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';
import { aSession } from '../../support/Sessions.js';
import { JOURNAL, OpenedStore, readFiles } from './FileStores.js';

describe('A stop whose data file takes too long to write', () => {
  it('ends after seven seconds, and leaves everything in the journal', async () => {
    const disk = Disk.holding({});
    const faulty = new FaultyFileSystem(new PowerCutFileSystem(disk));
    const store = new OpenedStore(faulty);
    await store.open(null);
    for (const id of ['a', 'b', 'c']) await store.create(null, aSession({ id }));
    const contents = store.contents();

    faulty.fault = (call) => {
      if (call === 'write') store.timers.run(7000);
      return null;
    };
    await store.close(null);

    expect(store.warnings.join()).to.contain('the journal has what is durable');
    expect(store.errors).to.deep.equal([]);
    expect(String(disk.files()[JOURNAL])).to.contain('"put"');
    expect(await readFiles(disk.files())).to.equal(contents);
  });
});
