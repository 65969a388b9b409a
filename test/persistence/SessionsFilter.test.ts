import { expect } from 'chai';
import { FilterParams, PagingParams } from 'pip-services3-commons-nodex';
import { matchesFilter, readSessionsFilter, readSessionsPaging } from '../../src/persistence/SessionsFilter.js';
import { aSession, at, iso } from '../support/Sessions.js';

/** The field that an INVALID_DATA names. */
function faultOf(read: () => unknown): unknown {
  try {
    return `nothing: ${JSON.stringify(read())}`;
  } catch (error) {
    const { code, status, message, details, correlation_id } = error as Record<string, unknown>;
    expect([code, status, correlation_id]).to.deep.equal(['INVALID_DATA', 400, 'c1']);
    const { field } = Object.fromEntries(Object.entries(details as object));
    expect(message).to.match(/^[a-z_.]+ must be /);
    return field;
  }
}

describe('readSessionsFilter', () => {
  it('reads no filter as one that takes all', () => {
    for (const filter of [
      null,
      undefined,
      {},
      new FilterParams(),
      { user_id: null, active: '', from_time: undefined },
    ]) {
      expect(readSessionsFilter('c1', filter)).to.deep.equal({});
    }
  });

  it('reads values of their own type and as strings alike', () => {
    const read = {
      id: 's1',
      user_id: '5',
      user_name: 'Ann',
      active: true,
      from_time: at(0),
      to_time: at(1),
      service: 'web',
      name: 'tab',
      client: 'c',
      address: '::1',
    };
    expect(readSessionsFilter('c1', read)).to.deep.equal(read);
    const texts = { ...read, active: 'true', from_time: String(at(0)), to_time: iso(at(1)) };
    expect(readSessionsFilter('c1', texts)).to.deep.equal(read);
    expect(readSessionsFilter('c1', new FilterParams(texts))).to.deep.equal(read);
    expect(readSessionsFilter('c1', { ...read, user_id: 5, to_time: new Date(at(1)) })).to.deep.equal(read);
  });

  it('reads the words for true and false', () => {
    for (const value of [true, 'true', 'TRUE', '1', 1, 'yes']) {
      expect(readSessionsFilter('c1', { active: value })).to.deep.equal({ active: true });
    }
    for (const value of [false, 'false', 'False', '0', 0, 'no']) {
      expect(readSessionsFilter('c1', { active: value })).to.deep.equal({ active: false });
    }
  });

  it('reads times with a zone or else in UTC, without seconds and as a day', () => {
    for (const [text, time] of [
      ['2026-03-01T13:00:00+01:00', at(0)],
      ['2026-03-01T12:00Z', at(0)],
      ['2026-03-01T12:00', at(0)],
      ['2026-03-01T12:00:00.5Z', at(0.5)],
      ['2026-03-01', Date.UTC(2026, 2, 1)],
    ] as const) {
      expect(readSessionsFilter('c1', { from_time: text })).to.deep.equal({ from_time: time });
    }
  });

  it('ignores keys it does not know, whatever their names', () => {
    const filter = JSON.parse('{"__proto__":{"active":true},"constructor":1,"unknown":[],"user_id":"ann"}');
    expect(readSessionsFilter('c1', filter)).to.deep.equal({ user_id: 'ann' });
  });

  const bad: [filter: unknown, field: string][] = [
    ['user_id=ann', 'filter'],
    [[], 'filter'],
    [5, 'filter'],
    [true, 'filter'],
    [{ user_id: {} }, 'filter.user_id'],
    [{ id: ['s1'] }, 'filter.id'],
    [{ active: 'maybe' }, 'filter.active'],
    [{ active: [true] }, 'filter.active'],
    [{ active: 2 }, 'filter.active'],
    [{ from_time: 'yesterday' }, 'filter.from_time'],
    [{ from_time: '2026-13-01' }, 'filter.from_time'],
    [{ to_time: '12' }, 'filter.to_time'],
    [{ to_time: Number.NaN }, 'filter.to_time'],
    [{ to_time: Number.POSITIVE_INFINITY }, 'filter.to_time'],
    [{ to_time: new Date(Number.NaN) }, 'filter.to_time'],
    [{ to_time: true }, 'filter.to_time'],
    [{ to_time: {} }, 'filter.to_time'],
  ];
  for (const [filter, field] of bad) {
    it(`refuses ${JSON.stringify(filter)}, naming ${field}`, () => {
      expect(faultOf(() => readSessionsFilter('c1', filter))).to.equal(field);
    });
  }
});

describe('readSessionsPaging', () => {
  it('reads no paging as the first page of 100', () => {
    const first = { skip: 0, take: 100, total: false };
    for (const paging of [null, undefined, {}, new PagingParams(), { skip: null, take: '', total: undefined }]) {
      expect(readSessionsPaging('c1', paging)).to.deep.equal(first);
    }
  });

  it('reads numbers, strings and the words for true and false', () => {
    const read = { skip: 20, take: 10, total: true };
    for (const paging of [read, { skip: '20', take: '10', total: 'true' }, new PagingParams(20, 10, true)]) {
      expect(readSessionsPaging('c1', paging)).to.deep.equal(read);
    }
  });

  it('cuts a take over 100 and keeps a huge skip', () => {
    for (const take of [101, 1e9, '500', Number.POSITIVE_INFINITY, '9'.repeat(400)]) {
      expect(readSessionsPaging('c1', { take }).take).to.equal(100);
    }
    expect(readSessionsPaging('c1', { skip: 1e15 }).skip).to.equal(1e15);
    expect(readSessionsPaging('c1', { skip: '9'.repeat(400), take: 0 })).to.include({
      skip: Number.POSITIVE_INFINITY,
      take: 0,
    });
  });

  const bad: [paging: unknown, field: string][] = [
    ['10', 'paging'],
    [[0, 10], 'paging'],
    [{ skip: -1 }, 'paging.skip'],
    [{ skip: 1.5 }, 'paging.skip'],
    [{ skip: '1e3' }, 'paging.skip'],
    [{ skip: ' 1' }, 'paging.skip'],
    [{ skip: [1] }, 'paging.skip'],
    [{ skip: Number.NaN }, 'paging.skip'],
    [{ take: -1 }, 'paging.take'],
    [{ take: '-1' }, 'paging.take'],
    [{ take: true }, 'paging.take'],
    [{ take: Number.NEGATIVE_INFINITY }, 'paging.take'],
    [{ total: 'all' }, 'paging.total'],
    [{ total: {} }, 'paging.total'],
  ];
  for (const [paging, field] of bad) {
    it(`refuses ${JSON.stringify(paging)}, naming ${field}`, () => {
      expect(faultOf(() => readSessionsPaging('c1', paging))).to.equal(field);
    });
  }
});

describe('matchesFilter', () => {
  it('takes what agrees in every key', () => {
    const record = aSession({ user_name: 'Ann', service: 'web', expireAt: at(9) });
    const filter = {
      id: 's1',
      user_id: 'ann',
      user_name: 'Ann',
      active: true,
      from_time: at(0),
      to_time: at(1),
      service: 'web',
    };
    expect(matchesFilter(record, filter, at(1))).to.equal(true);
    for (const other of [
      { id: 's2' },
      { user_id: 'bob' },
      { user_name: 'ann' },
      { active: false },
      { from_time: at(0) + 1 },
      { to_time: at(0) },
      { service: 'we' },
      { name: 'tab' },
      { client: '' },
      { address: 'x' },
    ]) {
      expect(matchesFilter(record, { ...filter, ...other }, at(1)), JSON.stringify(other)).to.equal(false);
    }
    expect(matchesFilter(record, filter, at(9))).to.equal(false);
  });
});
