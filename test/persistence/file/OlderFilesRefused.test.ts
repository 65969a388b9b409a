import { expect } from 'chai';
import { Disk, type Files } from '../../support/Disk.js';
import { DATA, openDisk } from './FileStores.js';

const file = (text: string | Buffer): Files => ({ [DATA]: Buffer.from(text) });

async function refusal(text: string | Buffer): Promise<string> {
  const disk = Disk.holding(file(text));
  const error = await openDisk(disk).catch((reason: Error) => reason);
  expect(error).to.have.property('code', 'DATA_DAMAGED');
  expect(disk.files()).to.deep.equal(file(text));
  return (error as Error).message;
}

describe('The file of an older service', () => {
  const one = '{"id":"ended","user_id":"1"}';
  const bad: [what: string, text: string | Buffer, ...words: string[]][] = [
    ['a session without an id', `[\n${one},\n{"user_id":"1"}]`, 'line 3', 'id'],
    ['a session without a user', `[{"id":"1"}]`, 'line 1', 'user_id'],
    ['an id that is no text', `[{"id":5,"user_id":"1"}]`, 'line 1', 'id'],
    ['an id that stands there twice', `[\n${one},\n${one}]`, 'line 3', 'id'],
    ['a time that is none', `[\n\n{"id":"a","user_id":"1","open_time":"yesterday"}]`, 'line 3', 'open_time'],
    ['a day that is none', `[{"id":"a","user_id":"1","open_time":"2026-02-31T00:00:00Z"}]`, 'open_time'],
    ['a time that is a number', `[{"id":"a","user_id":"1","close_time":5}]`, 'close_time'],
    ['an active that is none', `[{"id":"a","user_id":"1","active":"yes"}]`, 'active'],
    ['a name that is none', `[{"id":"a","user_id":"1","user_name":["x"]}]`, 'user_name'],
    ['a version that is none', `[{"id":"a","user_id":"1","version":-1}]`, 'version'],
    ['a number', `[\n5]`, 'line 2'],
    ['a null', `[null]`, 'line 1'],
    ['an array', `[\n\n[]]`, 'line 3'],
    ['a text', `["x"]`, 'line 1'],
    ['an object of sessions', `{"data":[${one}]}`, 'line 1'],
    ['no comma', `[${one}\n${one}]`, 'line 2', 'comma'],
    ['a comma too many', `[${one},\n]`, 'line 2'],
    ['an end in the middle of a session', `[\n${one},\n${one.slice(0, -5)}`, 'line 3'],
    ['an end between sessions', `[${one},\n`, 'line 2'],
    ['something behind its end', `[${one}]\n[]`, 'line 2'],
    ['broken JSON', `[\n{"id":"a" "user_id":"1"}]`, 'line 2', 'JSON'],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('[\n{"id":"'), Buffer.from([0xff]), Buffer.from('"}]')]),
      'line 2',
      'UTF-8',
    ],
    [
      'data nested deeper than can be written',
      `[{"id":"a","user_id":"1","data":${'['.repeat(20_000)}${']'.repeat(20_000)}}]`,
      'line 1',
      'deep',
    ],
  ];
  for (const [what, text, ...words] of bad) {
    it(`with ${what} is refused with its line, and untouched`, async () => {
      const message = await refusal(text);
      for (const word of [DATA, ...words, 'nothing was changed']) expect(message).to.contain(word);
    });
  }
});
