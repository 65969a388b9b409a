import { expect } from 'chai';
import fc from 'fast-check';
import { HeadScanner } from '../../../src/persistence/file/HeadScanner.js';
import { type SessionHead, SessionRecord } from '../../../src/persistence/SessionRecord.js';
import { iso } from '../../support/Sessions.js';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"user":', '}', 'é', '𝄞', '\\"'));
const time = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }).map(iso);
const json = fc.oneof(fc.json(), fc.constantFrom('-0', '[0,-0,{"a":-0}]'));
const content = fc.option(json, { nil: undefined });

const head = fc.record(
  {
    id: fc.string({ minLength: 1 }),
    user_id: fc.string({ unit: 'binary', minLength: 1 }),
    user_name: text,
    active: fc.boolean(),
    open_time: time,
    request_time: time,
    update_time: time,
    expire_time: time,
    close_time: time,
    close_reason: fc.constant('closed'),
    address: text,
    expire_timeout: fc.integer({ min: 0, max: 3_153_600_000_000 }),
    name: text,
    version: fc.nat(),
    extra: fc.jsonValue(),
    '': fc.boolean(),
    data_: fc.constantFrom(null, 1.5, -3),
  },
  { requiredKeys: ['id', 'user_id', 'active', 'open_time', 'request_time', 'update_time', 'close_time', 'version'] },
);

describe('HeadScanner', () => {
  it('reads of a line what SessionRecord.parse does', () => {
    fc.assert(
      fc.property(head, content, content, fc.string(), (fields, user, data, before) => {
        const session = SessionRecord.of(fields as unknown as SessionHead, {
          ...(user !== undefined && { user }),
          ...(data !== undefined && { data }),
        });
        const start = Buffer.byteLength(before);
        const bytes = Buffer.from(`${before}${session.text},\n`);
        const scanned = new HeadScanner().read(bytes, start, bytes.length - 2);
        expect(scanned).to.deep.equal(SessionRecord.parse(session.text));
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves it to nobody where a record is like most', () => {
    const session = SessionRecord.of(
      {
        id: 'a1',
        user_id: 'u',
        user_name: 'José',
        active: true,
        open_time: iso(0),
        request_time: iso(1),
        update_time: iso(2),
        expire_time: iso(3),
        version: 12,
      },
      { data: '{"a":1}' },
    );
    const parse = SessionRecord.parse;
    SessionRecord.parse = () => expect.fail('was not read by the scanner');
    try {
      const bytes = Buffer.from(session.text);
      expect(new HeadScanner().read(bytes, 0, bytes.length)).to.deep.equal(session);
    } finally {
      SessionRecord.parse = parse;
    }
  });

  it('refuses what is no session', () => {
    for (const line of [
      '{"ix":"a","user_id":"b"}',
      '{"id":"a","user_id":"b","active":true,"request_time":"no"}',
      '{',
      '{}',
    ]) {
      const bytes = Buffer.from(line);
      expect(() => new HeadScanner().read(bytes, 0, bytes.length), line).to.throw();
    }
  });
});
