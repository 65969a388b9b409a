import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { SessionsFilePersistence } from '../../../src/persistence/file/SessionsFilePersistence.js';
import { aSession } from '../../support/Sessions.js';
import { temporaryFolder } from '../../support/TemporaryFolder.js';

const OWNER = fileURLToPath(new URL('./LockOwner.js', import.meta.url));

/** Resolves when another process has the data file open; `kill` ends that. */
async function anOwner(path: string): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, [OWNER, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('The owner of a data file', () => {
  const folder = temporaryFolder();
  let ends: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const end of ends) await end();
    ends = [];
  });

  const open = async (path: string): Promise<SessionsFilePersistence> => {
    const store = new SessionsFilePersistence(path);
    await store.open(null);
    ends.push(() => store.close(null));
    return store;
  };
  const refused = async (path: string): Promise<void> => {
    const error = await open(path).catch((reason: Error) => reason);
    expect(error).to.be.an.instanceOf(Error);
    expect((error as Error).message)
      .to.contain('Another process')
      .and.contain('sessions.json');
    // Exit code 1, not 78: the configuration is right.
    expect(error).to.not.have.property('category');
  };

  it('keeps other processes and other components out, and lets go when it closes', async () => {
    const path = folder.path('sessions.json');
    const store = await open(path);
    await refused(path);
    await store.create(null, aSession());
    await store.close(null);
    expect(await (await open(path)).count(null)).to.equal(1);
  });

  it('is known by whatever way leads to the file', async () => {
    const path = folder.path('sessions.json');
    writeFileSync(path, '[]');
    symlinkSync(folder.path(), folder.path('other'));
    symlinkSync(path, folder.path('link.json'));
    const store = await open(folder.path('link.json'));
    await refused(path);
    await refused(folder.path('other', 'sessions.json'));
    await store.create(null, aSession());
    await store.close(null);
    expect(readFileSync(path, 'utf8'), 'a link stays a link').to.contain('"s1"');
  });

  it('keeps nobody out of another file in the same folder', async () => {
    await open(folder.path('a.json'));
    await open(folder.path('b.json'));
  });

  it('lets go when its start fails', async () => {
    const path = folder.path('sessions.json');
    writeFileSync(path, '{');
    await open(path).catch(() => {});
    writeFileSync(path, '[]');
    await open(path);
  });

  it('lets go when it is killed, at once', async () => {
    const path = folder.path('sessions.json');
    const owner = await anOwner(path);
    try {
      await refused(path);
    } finally {
      await owner.kill();
    }
    await open(path);
  });

  it('has its folder made', async () => {
    await open(folder.path('not', 'there', 'sessions.json'));
  });

  it('is told when there is a file where the folder should be, or a folder where the file should be', async () => {
    writeFileSync(folder.path('file'), '');
    mkdirSync(folder.path('folder'));
    for (const path of [folder.path('file', 'sessions.json'), folder.path('folder')]) {
      const error = await open(path).catch((reason: Error) => reason);
      expect(error).to.have.property('code', 'PATH_NOT_WRITABLE');
      expect((error as Error).message).to.contain(path);
    }
  });
});
