import { expect } from 'chai';
import { Session } from 'service-sessions-client/sessman';
import { type FaultyAnswer, type FaultyExchange, faultyHttpServer } from '../../support/FaultyHttpServer.js';
import { failureOf } from './SessmanFailures.js';

const GOOD = { session_id: 's1', user_id: 'ann', data: { a: 1 }, expires: '2026-03-01T12:00:00.000Z' };
const without = (key: string): object => Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== key));
const NO_UTF8 = Buffer.from(JSON.stringify({ ...GOOD, data: '\xff' }), 'latin1');
const CUT_OFF = 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{';

const BAD: [what: string, answer: FaultyAnswer, expected: [code: string, status: number | undefined]][] = [
  ['an answer that is no JSON', (x) => x.answer(200, '<html>'), ['BAD_REPLY', 200]],
  ['an empty answer', (x) => x.answer(200, ''), ['BAD_REPLY', 200]],
  ['no content', (x) => x.answer(204, ''), ['BAD_REPLY', 204]],
  ['null', (x) => x.json(null), ['BAD_REPLY', 200]],
  ['a list', (x) => x.json([GOOD]), ['BAD_REPLY', 200]],
  ['text that is no UTF-8', (x) => x.answer(200, NO_UTF8), ['BAD_REPLY', 200]],
  ['an answer without an id', (x) => x.json(without('session_id')), ['BAD_REPLY', 200]],
  ['an empty id', (x) => x.json({ ...GOOD, session_id: '' }), ['BAD_REPLY', 200]],
  ['an answer without a user', (x) => x.json(without('user_id')), ['BAD_REPLY', 200]],
  ['an answer without data', (x) => x.json(without('data')), ['BAD_REPLY', 200]],
  ['an end that is no time', (x) => x.json({ ...GOOD, expires: 'soon' }), ['BAD_REPLY', 200]],
  ['an answer without an end', (x) => x.json(without('expires')), ['BAD_REPLY', 200]],
  ['the session of another user', (x) => x.json({ ...GOOD, user_id: 'bob' }), ['BAD_REPLY', 200]],
  ['another session', (x) => x.json({ ...GOOD, session_id: 's2' }), ['BAD_REPLY', 200]],
  ['an error page', (x) => x.answer(502, '<html>'), ['BAD_REPLY', 502]],
  ['an error that is none of the service', (x) => x.json({ error: 'x' }, 404), ['BAD_REPLY', 404]],
  ['an address without sessman', (x) => x.json({ code: 'NOT_FOUND', message: 'x' }, 404), ['BAD_REPLY', 404]],
  ['a session as an error', (x) => x.json(GOOD, 500), ['BAD_REPLY', 500]],
  ['a redirect', (x) => x.answer(302, '', { location: '/elsewhere' }), ['BAD_REPLY', 302]],
  ['an answer that is cut off', (x) => x.raw(CUT_OFF).end(), ['BAD_REPLY', 200]],
  ['a broken connection', (x) => x.reset(), ['UNREACHABLE', undefined]],
  [
    'an error of the service',
    (x) => x.json({ error: 'No', code: 'OVERLOADED', status: 503 }, 503),
    ['OVERLOADED', 503],
  ],
  ['a code of a newer service', (x) => x.json({ error: 'No', code: 'NEW_ONE' }, 418), ['NEW_ONE', 418]],
];

describe('Session', () => {
  const faulty = faultyHttpServer();
  const at = (more: object = {}) => ({ base_url: `http://127.0.0.1:${faulty().port}/sessman`, ...more });

  for (const [what, answer, expected] of BAD) {
    it(`tells ${what}, and changes nothing`, async () => {
      faulty().answer = answer;
      expect(await failureOf(Session.load('ann', 's1', at()))).to.deep.equal(expected);
      const session = new Session('ann', at({ data: { mine: 1 } }));
      session.session_id = 's1';
      if (what !== 'the session of another user') {
        expect(await failureOf(session.updateSession())).to.deep.equal(expected);
        expect(session.expires).to.equal(undefined);
      }
      expect(session).to.deep.include({ session_id: 's1', data: { mine: 1 } });
      expect(faulty().requests.filter(({ path }) => path === '/elsewhere')).to.deep.equal([]);
    });
  }

  it('tells a service that is not there', async () => {
    const options = at();
    await faulty().stop();
    expect(await failureOf(Session.create('ann', options))).to.deep.equal(['UNREACHABLE', undefined]);
  });

  it('tells a service that does not answer in time, and one that does not end its answer', async () => {
    for (const answer of [() => {}, (x: FaultyExchange) => x.raw(CUT_OFF)]) {
      faulty().answer = answer;
      const [code] = (await failureOf(Session.create('ann', at({ timeout: 50 })))) ?? [];
      expect(code).to.equal('TIMEOUT');
    }
  });

  it('sends the parameters, the data and the key, and nothing else', async () => {
    faulty().answer = (x) => x.json(GOOD);
    const session = await Session.create('ann', at({ auth: 'k-1', data: { a: 1 } }));
    session.data = null as never;
    await session.updateSession();
    await Session.load('ann', 's1', at());
    const [opened, updated, loaded] = faulty().requests;
    expect(faulty().requests.map(({ method, path, body }) => [method, path, body])).to.deep.equal([
      ['POST', '/sessman/new?userid=ann', '{"data":{"a":1}}'],
      ['POST', '/sessman/update?sessionid=s1', ''],
      ['POST', '/sessman/get?sessionid=s1&userid=ann', ''],
    ]);
    expect(opened?.headers).to.include({ authorization: 'Bearer k-1', 'content-type': 'application/json' });
    expect(updated?.headers).to.include({ authorization: 'Bearer k-1' });
    expect(loaded?.headers).to.not.have.property('authorization');
  });
});

describe('Session while a call is under way', () => {
  const faulty = faultyHttpServer();
  const held: FaultyExchange[] = [];
  const session = () =>
    new Session<{ n: number }>('ann', { base_url: `http://127.0.0.1:${faulty().port}`, data: { n: 0 } });
  const reply = (index: number): void => {
    const exchange = held[index] as FaultyExchange;
    exchange.json({ ...GOOD, ...(exchange.body === '' ? {} : JSON.parse(exchange.body)) });
  };
  beforeEach(() => {
    held.length = 0;
    faulty().answer = (exchange) => held.push(exchange);
  });
  const come = (count: number) => faulty().until(() => held.length >= count);

  it('keeps what the application changes meanwhile', async () => {
    const one = session();
    const opening = one.createSession();
    await come(1);
    one.data.n = 1;
    reply(0);
    await opening;
    expect(one.data).to.deep.equal({ n: 1 });
    const updating = one.updateSession();
    await come(2);
    one.data = { n: 2 };
    reply(1);
    await updating;
    expect([one.data, held[1]?.body]).to.deep.equal([{ n: 2 }, '{"data":{"n":1}}']);
  });

  it('keeps what the application puts in the place of null, and what is no JSON', async () => {
    for (const data of [{ n: 5 }, { n: 5n }] as never[]) {
      const one = session();
      one.session_id = 's1';
      one.data = null as never;
      const updating = one.updateSession();
      await come(held.length + 1);
      one.data = data;
      reply(held.length - 1);
      await updating;
      expect(one.data).to.equal(data);
    }
  });

  it('sends updates one after the other, each with the data of the moment it was asked for', async () => {
    const one = session();
    const calls = [one.createSession()];
    for (const n of [1, 2, 3]) {
      one.data.n = n;
      calls.push(one.updateSession());
    }
    for (const index of [0, 1, 2, 3]) {
      await come(index + 1);
      expect(held).to.have.length(index + 1);
      reply(index);
    }
    await Promise.all(calls);
    expect(held.map(({ path, body }) => [path, body])).to.deep.equal([
      ['/new?userid=ann', '{"data":{"n":0}}'],
      ['/update?sessionid=s1', '{"data":{"n":1}}'],
      ['/update?sessionid=s1', '{"data":{"n":2}}'],
      ['/update?sessionid=s1', '{"data":{"n":3}}'],
    ]);
    expect(one.data).to.deep.equal({ n: 3 });
  });

  it('goes on after one that has failed', async () => {
    const one = session();
    one.session_id = 's1';
    const [first, second] = [failureOf(one.updateSession()), one.updateSession()];
    await come(1);
    held[0]?.json({ error: 'No', code: 'PERSISTENCE_UNAVAILABLE', status: 503 }, 503);
    expect(await first).to.deep.equal(['PERSISTENCE_UNAVAILABLE', 503]);
    await come(2);
    reply(1);
    await second;
  });
});
