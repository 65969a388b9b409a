import { expect } from 'chai';
import { byLine, readThrough } from '../../../src/persistence/file/LineReader.js';
import { Disk } from '../../support/Disk.js';
import { PowerCutFileSystem } from '../../support/PowerCutFileSystem.js';

async function aFile(bytes: Buffer) {
  return new PowerCutFileSystem(Disk.holding({ '/file': bytes })).open('/file', 'read');
}

async function linesOf(text: string): Promise<string[]> {
  const lines: string[] = [];
  const chunks: Buffer[] = [];
  const visitor = byLine(
    (bytes, start, end, terminated) => lines.push(bytes.toString('utf8', start, end) + (terminated ? '\n' : '')),
    (bytes) => chunks.push(Buffer.from(bytes)),
  );
  await readThrough(await aFile(Buffer.from(text)), 0, visitor);
  expect(Buffer.concat(chunks).toString()).to.equal(text);
  return lines;
}

describe('LineReader', () => {
  for (const [what, lengths] of [
    ['nothing', []],
    ['short lines', Array.from({ length: 40_000 }, (_, index) => (index * 7) % 130)],
    ['lines around the length of a chunk', [1 << 20, (1 << 20) - 1, 0, (1 << 20) + 1, 5]],
    ['lines of several chunks between short ones', [10, 3_500_000, 20, 0, 7_000_000, 1, 100_000, 70_000, 66_000]],
  ] as const) {
    it(`reads ${what}, ended or not`, async () => {
      const lines = lengths.map((length, index) => `${String(index % 10).repeat(length)}\n`);
      for (const end of ['', 'x', 'x'.repeat(1_200_000)]) {
        const found = await linesOf(lines.join('') + end);
        expect(found.join('') === lines.join('') + end).to.equal(true);
        expect(found).to.have.length(lines.length + (end === '' ? 0 : 1));
      }
    });
  }

  it('ends with what its visitor throws, when no read is under way any more', async () => {
    const file = await aFile(Buffer.alloc(5_000_000, '\n'));
    let reads = 0;
    const watched: typeof file = {
      ...file,
      async read(buffer, position) {
        reads += 1;
        const length = await file.read(buffer, position);
        reads -= 1;
        return length;
      },
    };
    const error = new Error('enough');
    const visitor = byLine(() => {
      throw error;
    });
    const thrown = await readThrough(watched, 0, visitor).catch((reason: unknown) => reason);
    expect(thrown).to.equal(error);
    expect(reads).to.equal(0);
  });
});
