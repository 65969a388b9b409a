import { expect } from 'chai';
import fc from 'fast-check';
import { type SessionContent, type SessionHead, SessionRecord } from '../../src/persistence/SessionRecord.js';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import { aSession, at, iso } from '../support/Sessions.js';

/** Texts that look like parts of a session. */
const TRICKY = [
  '","version":7,"data":{"',
  '"active":true',
  '}',
  '\\"',
  '\\u0022,"user":1',
  '\u0000\u001f\u2028',
  '😀 ü "quoted"',
];

const word = fc.oneof(
  fc.constantFrom(...TRICKY, '', '__proto__', 'constructor', 'user', 'data'),
  fc.string({ unit: 'grapheme' }),
);
const json = fc.oneof(
  fc.constantFrom('null', 'false', '0', '""', '{}', '[]', '{"__proto__":{"a":1},"version":3,"toString":null}'),
  fc.constantFrom('-0', '[0,-0,{"-0":-0}]', '"-0"'),
  fc.jsonValue().map((value) => jsonText(value as JsonValue)),
  fc.dictionary(word, fc.oneof(word, fc.constantFrom(1, null))).map((value) => JSON.stringify(value)),
);
const content: fc.Arbitrary<SessionContent> = fc.record({ user: json, data: json }, { requiredKeys: [] });
const head: fc.Arbitrary<SessionHead> = fc
  .record(
    {
      id: word,
      user_id: word,
      user_name: word,
      address: word,
      client: word,
      service: word,
      name: word,
      expire_timeout: fc.nat(),
      version: fc.nat(),
      // What an older service wrote besides, nested too.
      user_agent: fc.jsonValue(),
      tags: fc.constant({ user: 1, data: { version: 2 } }),
    },
    { requiredKeys: ['id', 'user_id', 'version'] },
  )
  .map((fields) => ({ ...aSession().head(), ...fields }) as SessionHead);

describe('SessionRecord', () => {
  it('answers the head and the content that it was made of, also when read from its text', () => {
    fc.assert(
      fc.property(head, content, (made, given) => {
        const record = SessionRecord.of(made, given);
        // The content as JSON has it: the keys of an object may be in another order.
        const kept = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, jsonText(JSON.parse(text))]));
        for (const one of [record, SessionRecord.parse(record.text)]) {
          expect(one.head()).to.deep.equal(JSON.parse(JSON.stringify(made)));
          expect(one.content()).to.deep.equal(kept);
          expect(one.headText()).to.equal(JSON.stringify(made));
          expect(one.withoutContent().text).to.equal(JSON.stringify(made));
          expect(one).to.deep.equal(record);
        }
        const session = { ...JSON.parse(JSON.stringify(made)), ...parsed(given) };
        expect(JSON.parse(record.text)).to.deep.equal(session);
      }),
    );
  });

  it('keeps the content as it is when fields of the head change, and drops it when it closes', () => {
    fc.assert(
      fc.property(head, content, word, (made, given, name) => {
        const record = SessionRecord.of(made, given);
        const changed = record.with({ name, version: 9, expire_time: undefined });
        const { expire_time: _gone, ...rest } = made;
        expect(changed.head()).to.deep.equal(JSON.parse(JSON.stringify({ ...rest, name, version: 9 })));
        expect(changed.content()).to.deep.equal(record.content());
        expect(changed.endAt).to.equal(Number.POSITIVE_INFINITY);
        expect(changed).to.deep.equal(SessionRecord.parse(changed.text));
        expect(record.with({}).text).to.equal(record.text);

        const closed = record.closed('revoked', at(9));
        const end = { active: false, close_time: iso(at(9)), close_reason: 'revoked' };
        expect(closed.head()).to.deep.equal(JSON.parse(JSON.stringify({ ...made, ...end })));
        expect(closed.content()).to.deep.equal({});
        expect(closed).to.include({ active: false, endAt: at(9), userId: made.user_id, version: made.version });
        expect(closed).to.deep.equal(SessionRecord.parse(closed.text));
      }),
    );
  });

  it('tells absent content from null', () => {
    expect(aSession().content()).to.deep.equal({});
    expect(aSession({ user: null }).content()).to.deep.equal({ user: 'null' });
    expect(aSession({ data: null }).content()).to.deep.equal({ data: 'null' });
    expect(aSession({ user: 0, data: '' }).content()).to.deep.equal({ user: '0', data: '""' });
    expect(aSession({ data: null }).toSession()).to.have.property('data', null);
    expect(aSession().toSession()).not.to.have.property('data');
  });

  it('is not changed by what is done with what it answers', () => {
    const record = aSession({ data: { list: [1] } });
    const { text } = record;
    record.head().user_id = 'bob';
    const session = record.toSession();
    session.open_time.setTime(0);
    (session.data as { list: number[] }).list.push(2);
    expect(record.toSession()).to.deep.equal(SessionRecord.parse(text).toSession());
    expect(record.userId).to.equal('ann');
  });

  it('ends at its deadline while active, and at its close once closed', () => {
    expect(aSession({ expireAt: at(5) }).endAt).to.equal(at(5));
    expect(aSession({ expireAt: null }).endAt).to.equal(Number.POSITIVE_INFINITY);
    expect(aSession({ expireAt: at(5), closeAt: at(3) }).endAt).to.equal(at(3));
  });

  it('is expired from the millisecond of its deadline on, unless it is closed', () => {
    const record = aSession({ expireAt: at(5) });
    expect([at(5) - 1, at(5), at(6)].map((now) => record.isExpired(now))).to.deep.equal([false, true, true]);
    expect(aSession({ expireAt: null }).isExpired(Number.MAX_SAFE_INTEGER)).to.equal(false);
    expect(aSession({ expireAt: at(5), closeAt: at(3) }).isExpired(at(6))).to.equal(false);
  });

  it('answers times as dates', () => {
    const session = aSession({ requestAt: at(1), expireAt: at(2), closeAt: at(3) }).toSession();
    const { open_time, request_time, update_time, expire_time, close_time } = session;
    expect([open_time, request_time, update_time, expire_time, close_time]).to.deep.equal(
      [1, 1, 1, 2, 3].map((seconds) => new Date(at(seconds))),
    );
  });

  it('knows the service and the name of its head, wherever they stand and whatever else looks like them', () => {
    const scope = fc.option(fc.constantFrom('wiki', 'tab', '', ',"service":"wiki"', '","version":0'), {
      nil: undefined,
    });
    const nested = fc.constantFrom({}, { extra: { service: 'wiki', name: 'tab', version: 0 } }, { a: ['"service":'] });
    const fields = fc.record({
      service: scope,
      name: scope,
      nested,
      version: fc.nat({ max: 1 }),
      isLast: fc.boolean(),
    });
    fc.assert(
      fc.property(fields, scope, scope, ({ service, name, nested, version, isLast }, asked, askedName) => {
        const named = { ...(service !== undefined && { service }), ...(name !== undefined && { name }) };
        const { version: _, ...rest } = aSession().head();
        const made = isLast ? { ...rest, ...nested, ...named, version } : { ...named, version, ...rest, ...nested };
        const record = SessionRecord.of(made as SessionHead, { data: '{"service":"wiki","name":"tab"}' });
        const isSo = (asked ?? null) === (service ?? null) && (askedName ?? null) === (name ?? null);
        expect(record.isScopedTo(asked ?? null, askedName ?? null), record.text).to.equal(isSo);
      }),
    );
  });

  it('refuses to read what is no JSON', () => {
    for (const text of ['', '{', '{"id":"s1"']) expect(() => SessionRecord.parse(text)).to.throw(SyntaxError);
  });
});

function parsed(given: SessionContent): object {
  return {
    ...(given.user !== undefined && { user: JSON.parse(given.user) }),
    ...(given.data !== undefined && { data: JSON.parse(given.data) }),
  };
}
