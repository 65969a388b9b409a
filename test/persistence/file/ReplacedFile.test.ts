import { linkSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../../src/persistence/file/FileSystem.js';
import { ReplacedFile } from '../../../src/persistence/file/ReplacedFile.js';
import { temporaryFolder } from '../../support/TemporaryFolder.js';

const SIZE = 20 << 20;

describe('ReplacedFile', () => {
  const folder = temporaryFolder();
  let cuts: number[] = [];
  let closed = 0;
  beforeEach(() => {
    cuts = [];
    closed = 0;
    writeFileSync(folder.path('old'), Buffer.alloc(SIZE));
    writeFileSync(folder.path('new'), 'new');
  });

  /** The machine's, noting down what is cut off. */
  const watched: FileSystem = {
    ...nodeFileSystem,
    async open(path, mode): Promise<OpenFile> {
      const file = await nodeFileSystem.open(path, mode);
      return {
        read: (buffer, position) => file.read(buffer, position),
        write: (bytes, position) => file.write(bytes, position),
        sync: () => file.sync(),
        stat: () => file.stat(),
        truncate: (size) => file.truncate(size).then(() => void cuts.push(size)),
        async close() {
          closed += 1;
          await file.close();
        },
      };
    },
  };

  it('is freed piece by piece, and closed', async () => {
    const file = await ReplacedFile.hold(watched, folder.path('old'));
    renameSync(folder.path('new'), folder.path('old'));
    await file.free(new AbortController().signal);
    expect(cuts).to.deep.equal([12 << 20, 4 << 20]);
    expect(closed).to.equal(1);
    expect(statSync(folder.path('old')).size).to.equal(3);
  });

  it('stays whole where another name leads to it', async () => {
    linkSync(folder.path('old'), folder.path('backup'));
    const file = await ReplacedFile.hold(watched, folder.path('old'));
    renameSync(folder.path('new'), folder.path('old'));
    await file.free(new AbortController().signal);
    expect(cuts).to.deep.equal([]);
    expect(statSync(folder.path('backup')).size).to.equal(SIZE);
  });

  it('stays whole where it was not replaced', async () => {
    const file = await ReplacedFile.hold(watched, folder.path('old'));
    await file.free(new AbortController().signal);
    expect(statSync(folder.path('old')).size).to.equal(SIZE);
    expect(closed).to.equal(1);
  });

  it('is freed at once where nobody waits for the disk', async () => {
    const file = await ReplacedFile.hold(watched, folder.path('old'));
    renameSync(folder.path('new'), folder.path('old'));
    await file.free(AbortSignal.abort());
    expect(cuts).to.deep.equal([]);
    expect(closed).to.equal(1);
  });

  it('may not be there', async () => {
    const file = await ReplacedFile.hold(watched, folder.path('nothing'));
    await file.free(new AbortController().signal);
    expect(closed).to.equal(0);
  });
});
