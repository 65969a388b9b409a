import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import fc from 'fast-check';
import { LineCutter } from '../../../../src/services/version1/seneca/LineCutter.js';

function linesOf(cutter: LineCutter, chunks: Iterable<Buffer>): string[] {
  const lines: string[] = [];
  for (const chunk of chunks) {
    cutter.add(chunk);
    for (let line = cutter.next(); line !== null; line = cutter.next()) {
      lines.push(String(line));
      if (line === 'too long') return lines;
    }
  }
  return lines;
}

/** The memory in use, in bytes. */
function held(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('LineCutter', () => {
  it('finds the same lines wherever the stream is cut, between a line and its end too', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\r'), maxLength: 20 }), { maxLength: 10 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200), { maxLength: 8 }), (lines, places) => {
        const stream = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const cuts = [0, ...places.filter((place) => place < stream.length).sort((a, b) => a - b), stream.length];
        const chunks = cuts.slice(1).map((end, index) => stream.subarray(cuts[index], end));
        expect(linesOf(new LineCutter(100), chunks)).to.deep.equal(lines);
      }),
      { examples: [[['a'], [1]]] },
    );
  });

  it('knows a line over the limit however it comes, and how it begins', () => {
    for (const pieces of [['aaaab\n'], ['aaaa', 'b\n'], ['aa', 'a', 'ab'], [...'aaaab']]) {
      const cutter = new LineCutter(4);
      const lines = linesOf(
        cutter,
        ['aaaa\n', ...pieces].map((piece) => Buffer.from(piece)),
      );
      expect(lines, String(pieces)).to.deep.equal(['aaaa', 'too long']);
      expect(String(cutter.beginning(3))).to.equal('aaa');
      expect(String(cutter.beginning(100))).to.equal('aaaab');
    }
  });

  it('holds a line that comes byte by byte in little more than its length', () => {
    const cutter = new LineCutter(200_000);
    const before = held();
    for (let index = 0; index < 200_000; index++) {
      // What a socket reads has a memory of its own.
      cutter.add(Buffer.from(new ArrayBuffer(1)));
      cutter.next();
    }
    expect(held() - before).to.be.lessThan(5 << 20);
    expect(cutter.hasPart).to.equal(true);
  });
});
