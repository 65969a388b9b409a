import { expect } from 'chai';
import { countUp, touch } from '../../contracts/SessionsPersistenceContract.js';
import { Disk, type Files } from '../../support/Disk.js';
import { aSession, at, someSessions } from '../../support/Sessions.js';
import { DATA, JOURNAL, type OpenedStore, openDisk, openFiles, readFiles, settle } from './FileStores.js';

/** A store as a killed process leaves it: a snapshot, a journal, and what it held after each record. */
interface Example {
  files: Files;
  /** From that of the snapshot on. */
  history: string[];
}

async function anExample(): Promise<Example> {
  const disk = Disk.holding({});
  const first = await openDisk(disk);
  await Promise.all(
    someSessions(3, () => ({ user_name: 'José', data: { a: [1, 'ü'] } })).map((s) => first.create(null, s)),
  );
  await first.close(null);
  const store = await openDisk(disk);
  const history = [store.contents()];
  for (const write of writes(store)) {
    await write();
    history.push(store.contents());
  }
  return { files: disk.files(), history };
}

function writes(store: OpenedStore): (() => Promise<unknown>)[] {
  return [
    () => store.change(null, 's0', countUp),
    () => store.create(null, aSession({ id: 'new', data: { text: 'é "quoted" \\ \u0000' } })),
    async () => {
      await store.access(null, 's1', touch(at(50), at(5000)));
      store.timers.run();
      await settle();
    },
    () => store.closeByFilter(null, { user_id: 'ann' }, 's0', 'revoked', at(60)),
    () => store.deleteById(null, 's2'),
  ];
}

/** The contents, or the sentence of the refusal. */
async function outcome(files: Files): Promise<string> {
  try {
    return await readFiles(files);
  } catch (error) {
    expect(error).to.have.property('code', 'DATA_DAMAGED');
    return (error as Error).message;
  }
}

function changed(files: Files, name: string, change: (bytes: Buffer) => Buffer): Files {
  return { ...files, [name]: change(Buffer.from(files[name] as Buffer)) };
}

describe('Damage to the files', () => {
  let example: Example;
  before(async () => {
    example = await anExample();
  });

  const journal = () => example.files[JOURNAL] as Buffer;
  const refused = async (files: Files, ...words: string[]) => {
    const disk = Disk.holding(files);
    const error = await openDisk(disk).catch((reason: Error) => reason);
    expect(error).to.have.property('code', 'DATA_DAMAGED');
    for (const word of [...words, 'nothing was changed']) expect((error as Error).message).to.contain(word);
    expect(disk.files()).to.deep.equal(files);
  };

  it('is none where nothing was changed', async () => {
    expect(await outcome(example.files)).to.equal(example.history.at(-1));
  });

  it('of a journal cut at any byte leaves all whole records', async () => {
    const header = journal().indexOf('\n') + 1;
    for (let length = header; length <= journal().length; length++) {
      const whole = journal().subarray(0, length).toString('latin1').split('\n').length - 2;
      const contents = await outcome(changed(example.files, JOURNAL, (bytes) => bytes.subarray(0, length)));
      expect(contents, `cut at ${length}`).to.equal(example.history[whole]);
    }
  });

  it('of a journal cut within its first line is refused', async () => {
    const header = journal().indexOf('\n');
    for (let length = 0; length <= header; length++) {
      await refused(
        changed(example.files, JOURNAL, (bytes) => bytes.subarray(0, length)),
        `${JOURNAL}, line 1`,
      );
    }
  });

  it('of any single bit is refused, or costs no more than the last record', async () => {
    for (const name of [DATA, JOURNAL]) {
      for (let bit = 0; bit < (example.files[name] as Buffer).length * 8; bit++) {
        const found = await outcome(changed(example.files, name, (bytes) => flipped(bytes, bit)));
        const isPrefix = example.history.slice(-2).includes(found);
        if (!isPrefix) expect(found, `bit ${bit} of ${name}`).to.contain('nothing was changed');
      }
    }
  }).timeout(180_000);

  it('of a journal from which a line is missing, or in which two have changed places, is refused', async () => {
    const lines = journal().toString().trimEnd().split('\n');
    for (let line = 1; line < lines.length - 1; line++) {
      const [one = '', other = ''] = lines.slice(line, line + 2);
      const exchanged = lines.with(line, other).with(line + 1, one);
      for (const changedLines of [lines.toSpliced(line, 1), exchanged]) {
        const files = { ...example.files, [JOURNAL]: Buffer.from(`${changedLines.join('\n')}\n`) };
        await refused(files, `${JOURNAL}, line ${line + 1}`);
      }
    }
  });

  it('of the last record is refused where that ends as it should', async () => {
    const last = Buffer.from('"sum":"');
    await refused(
      changed(example.files, JOURNAL, (bytes) => flipped(bytes, (bytes.lastIndexOf(last) + last.length) * 8)),
      `${JOURNAL}, line 6`,
    );
  });

  it('of the last record is dropped with a warning where it has holes, as what was never synced may', async () => {
    const holed = changed(example.files, JOURNAL, (bytes) => bytes.fill(0, bytes.length - 40, bytes.length - 20));
    const disk = Disk.holding(holed);
    const store = await openDisk(disk);
    expect(store.contents()).to.equal(example.history.at(-2));
    expect(store.warnings).to.have.length(1);
    await store.create(null, aSession({ id: 'next' }));
    const next = await openFiles(disk.files());
    expect(next.contents()).to.equal(store.contents());
    expect(next.warnings).to.deep.equal([]);
  });

  it('is a data file that is missing, empty or blank beside a journal', async () => {
    const { [DATA]: _data, ...rest } = example.files;
    await refused(rest, DATA, 'missing');
    for (const text of ['', ' \n']) await refused({ ...example.files, [DATA]: Buffer.from(text) }, DATA);
  });

  it('is a data file that was put back without its journal', async () => {
    const store = await openFiles({});
    await store.create(null, aSession({ id: 'other' }));
    await refused({ ...example.files, [DATA]: Buffer.from('[]') }, DATA, 'move the ".journal" away');
  });

  it('names the line of the data file that is none of ours', async () => {
    const lines = (example.files[DATA] as Buffer).toString().split('\n');
    await refused({ ...example.files, [DATA]: Buffer.from(lines.with(2, '{"id":').join('\n')) }, `${DATA}, line 3`);
    const twice = lines.with(2, lines[1] ?? '').join('\n');
    await refused({ ...example.files, [DATA]: Buffer.from(twice) }, `${DATA}, line 3`, 'id');
  });
});

function flipped(bytes: Buffer, bit: number): Buffer {
  const at = bit >> 3;
  bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
  return bytes;
}
