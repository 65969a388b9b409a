import { expect } from 'chai';
import fc from 'fast-check';
import { SessionsClientError, type SessionsHttpClientV1 } from 'service-sessions-client';
import { failureOf, httpClients, wireSession } from '../../support/ClientTests.js';
import { faultyHttpServer } from '../../support/FaultyHttpServer.js';

const TIME = '2026-03-01T12:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(TIME) + minutes * 60_000);

type Call = (client: SessionsHttpClientV1) => Promise<unknown>;
const get: Call = (client) => client.getSessionById(null, 's1');
const validate: Call = (client) => client.validateSession(null, 's1');
const open: Call = (client) => client.openSession(null, { user_id: 'ann' });
const list: Call = (client) => client.getSessions(null);
const closeAll: Call = (client) => client.closeSessions(null, { user_id: 'ann' });
const sweep: Call = (client) => client.closeExpiredSessions(null);

/** What is no session, whatever asked for one. */
const WRONG_SESSIONS: [title: string, answer: unknown][] = [
  ['a text', 's1'],
  ['a number', 5],
  ['an array', [wireSession()]],
  ['no id', wireSession({ id: undefined })],
  ['an empty id', wireSession({ id: '' })],
  ['an id that is a number', wireSession({ id: 1 })],
  ['another session', wireSession({ id: 's2' })],
  ['no word of being active', wireSession({ active: undefined })],
  ['active as a text', wireSession({ active: 'true' })],
  ['active as null', wireSession({ active: null })],
  ['active as 1', wireSession({ active: 1 })],
  ['a user id that is a number', wireSession({ user_id: 5 })],
  ['a time that is none', wireSession({ open_time: 'yesterday' })],
  ['a time that is a number', wireSession({ request_time: 1 })],
  ['a time that does not exist', wireSession({ expire_time: '2026-13-45T00:00:00.000Z' })],
  ['a close time that is an object', wireSession({ close_time: {} })],
  ['a version that is a text', wireSession({ version: '1' })],
  ['a version below zero', wireSession({ version: -1 })],
  ['half a version', wireSession({ version: 1.5 })],
  ['a name that is no text', wireSession({ name: {} })],
  ['an expire_timeout that is a text', wireSession({ expire_timeout: '5' })],
  ['a close_reason that is a number', wireSession({ close_reason: 5 })],
];

const WRONG_ANSWERS: [title: string, call: Call, answer: unknown][] = [
  ...WRONG_SESSIONS.map(([title, answer]): [string, Call, unknown] => [`${title} for a session`, get, answer]),
  ['another session for a validated one', validate, wireSession({ id: 's2' })],
  ['another session for a brought id', (c) => c.openSession(null, { user_id: 'ann', session_id: 's9' }), wireSession()],
  ['nothing for an opened session', open, null],
  ['an inactive session for an opened one', open, wireSession({ active: false })],
  ['another user than was asked for', (c) => c.validateSession(null, 's1', 'bob'), wireSession()],
  ['no user where one was asked for', (c) => c.validateSession(null, 's1', 'bob'), wireSession({ user_id: undefined })],
  ['an array for a page', list, []],
  ['nothing for a page', list, null],
  ['a page without data', list, { total: 1 }],
  ['a page with a wrong session', list, { total: null, data: [wireSession(), {}] }],
  ['a page with a wrong total', list, { total: '1', data: [] }],
  ['nothing for a count', closeAll, null],
  ['a text for a count', closeAll, '1'],
  ['half a count', closeAll, 1.5],
  ['a count below zero', sweep, -1],
  ['an object for a count', sweep, {}],
];

describe('The HTTP client reads answers', () => {
  const server = faultyHttpServer();
  const connect = httpClients();
  const answered = (call: Call, answer: unknown) => {
    server().answer = (x) => (answer === null ? x.answer(204, '') : x.json(answer));
    return call(connect(server()));
  };

  for (const [title, call, answer] of WRONG_ANSWERS) {
    it(`but not ${title}`, async () => {
      const error = await failureOf(answered(call, answer));
      expect(error).to.include({ code: 'BAD_REPLY', status: answer === null ? 204 : 200 });
    });
  }

  it('with times as Date, and with what it knows only', async () => {
    const whole = {
      ...wireSession({
        open_time: at(1),
        request_time: at(2),
        update_time: at(3),
        expire_time: at(4),
        close_time: at(5),
      }),
      user_name: 'Ann',
      address: '::1',
      client: 'curl',
      service: 'shop',
      name: 'tablet',
      close_reason: 'expired',
      expire_timeout: 5000,
      expire_basis: 'created',
      version: 7,
      active: false,
      user: { a: 1 },
      data: [1],
    };
    expect(await answered(get, { ...whole, colour: 'red', correlation_id: '1' })).to.deep.equal(whole);
  });

  it('of the older service, which has no version and writes null for what is absent', async () => {
    const older = { id: 's1', user_id: '1', user_name: 'Ann', active: true, open_time: TIME, request_time: TIME };
    const nulls = { close_time: null, address: null, client: null, user: null, data: null };
    const time = new Date(TIME);
    const expected = {
      ...older,
      open_time: time,
      request_time: time,
      update_time: time,
      version: 0,
      user: null,
      data: null,
    };
    expect(await answered(get, { ...older, ...nulls })).to.deep.equal(expected);
  });

  it('with times that stand for missing ones, each a Date of its own', async () => {
    const opened = (await answered(get, { id: 's1', active: true, open_time: TIME })) as Record<string, Date>;
    expect(opened).to.include({ user_id: '' });
    expect([opened['request_time'], opened['update_time']]).to.deep.equal([at(0), at(0)]);
    expect(new Set([opened['open_time'], opened['request_time'], opened['update_time']]).size).to.equal(3);
    expect(await answered(get, { id: 's1', active: true })).to.deep.include({ open_time: new Date(0) });
  });

  it('with user and data as they are', async () => {
    const text = JSON.stringify(wireSession()).replace(
      /}$/,
      ',"user":null,"data":{"__proto__":{"active":true},"z":-0}}',
    );
    server().answer = (x) => x.answer(200, text);
    const session = await connect(server()).getSessionById(null, 's1');
    expect(session?.user).to.equal(null);
    expect(Object.keys(session?.data ?? {})).to.deep.equal(['__proto__', 'z']);
    expect(Object.getPrototypeOf(session?.data)).to.equal(Object.prototype);
    expect(Object.values(session?.data ?? {})).to.deep.equal([{ active: true }, -0]);
  });

  it('of nothing as null, with either status', async () => {
    expect(await answered(get, null)).to.equal(null);
    server().answer = (x) => x.answer(200, 'null');
    expect(await get(connect(server()))).to.equal(null);
  });

  it('never of an inactive session as of a valid one', async () => {
    expect(await answered(validate, wireSession({ active: false }))).to.equal(null);
    expect(await answered(get, wireSession({ active: false }))).to.include({ active: false });
  });

  it('so that whatever JSON comes, a validated session is active and the one that was asked for', async () => {
    const client = connect(server());
    const odd = fc.jsonValue({ maxDepth: 1 });
    const field = (usual: unknown) => fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, odd);
    const sessions = fc.record(
      { id: field('s1'), user_id: field('ann'), active: field(true), open_time: field(TIME), close_time: field(null) },
      { requiredKeys: ['id'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(sessions, odd), async (answer) => {
        server().answer = (x) => x.json(answer);
        const session = await client.validateSession(null, 's1', 'ann').catch((error) => error);
        if (session instanceof SessionsClientError) expect(session.code).to.equal('BAD_REPLY');
        else if (session !== null) expect(session).to.deep.include({ id: 's1', user_id: 'ann', active: true });
      }),
      { numRuns: 300 },
    );
  });

  it('of lists and counts', async () => {
    const page = { total: 5, data: [wireSession()] };
    expect(await answered(list, page))
      .to.have.nested.property('data[0].open_time')
      .that.deep.equals(at(0));
    expect(await answered(list, { data: [] })).to.deep.equal({ total: null, data: [] });
    expect(await answered(closeAll, 3)).to.equal(3);
    expect(await answered(closeAll, 0)).to.equal(0);
  });

  it('of the older service, which counts nothing of what has expired, as 0', async () => {
    expect(await answered(sweep, null)).to.equal(0);
  });

  it('with codes that it does not know, with the status of the answer', async () => {
    const description = {
      code: 'TOO_SUNNY',
      status: 400,
      category: 'Weather',
      message: 'Too sunny',
      details: { sun: 1 },
    };
    server().answer = (x) => x.json({ ...description, correlation_id: 'other', stack: 'x' }, 418);
    const error = await failureOf(connect(server()).getSessionById('7', 's1'));
    expect(error).to.deep.include({ code: 'TOO_SUNNY', status: 418, category: 'Weather', message: 'Too sunny' });
    expect(error).to.deep.include({ details: { sun: 1 }, correlationId: '7' });
  });
});
