import { expect } from 'chai';
import { sourcesBelow, textOf } from '../support/Sources.js';

const LONGEST = 250;
/** Words that name nothing: see the glossary for those that do. */
const EMPTY_WORDS = /(Utils?|Helpers?|Manager|Handler|Common|Misc)\.ts$/;
/** Names that callers of an older system know. */
const CONTRACT_NAMES = ['src/embedded/SessionManager.ts'];
const FORBIDDEN = /@ts-ignore|@ts-expect-error|biome-ignore|TODO|FIXME|(describe|it)\.only\(/;

describe('Files', () => {
  const paths = ['src', 'client/src', 'test', 'bench'].flatMap(sourcesBelow);
  const self = 'test/architecture/Files.test.ts';

  it(`have at most ${LONGEST} lines`, () => {
    const long = paths.filter((path) => textOf(path).split('\n').length - 1 > LONGEST);
    expect(long).to.deep.equal([]);
  });

  it('are named after what is in them', () => {
    expect(paths.filter((path) => EMPTY_WORDS.test(path))).to.deep.equal(CONTRACT_NAMES);
  });

  it('switch no check off and leave nothing for later', () => {
    expect(paths.filter((path) => path !== self && FORBIDDEN.test(textOf(path)))).to.deep.equal([]);
  });
});
