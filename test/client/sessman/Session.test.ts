import { expect } from 'chai';
import { Session, SessmanError } from 'service-sessions-client/sessman';
import { sessmanService } from '../../services/legacy/sessman/SessmanService.js';
import { memoryStore } from '../../support/ApiStores.js';
import { START } from '../../support/FakeClock.js';
import { failureOf } from './SessmanFailures.js';

const DAY = 86_400_000;

describe('Session', () => {
  const sessman = sessmanService(memoryStore);
  const at = () => ({ base_url: `${sessman.served.url}/sessman` });
  const stored = async ({ session_id }: Pick<Session, 'session_id'>): Promise<unknown> =>
    (await sessman.controller.getSessionById(null, String(session_id)))?.data;

  it('create opens a session with the data and takes what the service answers', async () => {
    const data = { cart: [1], when: new Date(0) };
    const session = await Session.create('ann', { ...at(), data });
    expect(session).to.be.instanceOf(Session);
    expect(session.user).to.equal('ann');
    expect(session.session_id).to.match(/^[0-9a-f]{32}$/);
    expect(session.data).to.deep.equal({ cart: [1], when: '1970-01-01T00:00:00.000Z' });
    expect(session.expires).to.deep.equal(new Date(START + DAY));
    expect(await stored(session)).to.deep.equal(session.data);
    expect(session.data).to.not.equal(data);
  });

  it('create without options, data or user of text opens one without data', async () => {
    for (const options of [at(), { ...at(), data: undefined }, { ...at(), auth: null, timeout: undefined }]) {
      expect((await Session.create('ann', options)).data).to.deep.equal({});
    }
    expect((await Session.create(42 as never, at())).user).to.equal(42);
  });

  it('updateSession stores what the application has changed, and moves the end', async () => {
    const session = await Session.create<{ cart: number[] }>('ann', { ...at(), data: { cart: [] } });
    const { data } = session;
    data.cart.push(1);
    sessman.clock.advance(1000);
    await session.updateSession();
    expect(session.expires).to.deep.equal(new Date(START + DAY + 1000));
    // Whoever holds on to the data may go on with it.
    expect(session.data).to.equal(data);
    data.cart.push(2);
    await session.updateSession();
    expect(await stored(session)).to.deep.equal({ cart: [1, 2] });
  });

  it('load finds the session of a user again, without moving its end', async () => {
    const { session_id } = await Session.create('Jörg & Söhne', { ...at(), data: { a: [1] } });
    sessman.clock.advance(1000);
    const session = await Session.load<object>('Jörg & Söhne', String(session_id), { ...at(), data: { other: 1 } });
    expect(session).to.include({ session_id, user: 'Jörg & Söhne' });
    expect(session.data).to.deep.equal({ a: [1] });
    expect(session.expires).to.deep.equal(new Date(START + DAY));
    session.data = { b: 1 };
    await session.updateSession();
    expect(await stored(session)).to.deep.equal({ b: 1 });
  });

  it('may be made first and created later, as in the document', async () => {
    const session = new Session('ann', { ...at(), data: { a: 1 } });
    expect(session.session_id).to.equal(undefined);
    await session.createSession();
    expect(await stored(session)).to.deep.equal({ a: 1 });
  });

  it('null as data keeps what is stored, and becomes that', async () => {
    const session = await Session.create('ann', { ...at(), data: { a: 1 } });
    sessman.clock.advance(1000);
    session.data = null as never;
    await session.updateSession();
    expect(session.data).to.deep.equal({ a: 1 });
    expect(session.expires).to.deep.equal(new Date(START + DAY + 1000));
  });

  it('fails with NOT_FOUND when it is over, or was never there', async () => {
    const session = await Session.create('ann', at());
    const load = (user: string, id = session.session_id) => failureOf(Session.load(user, String(id), at()));
    expect(await load('bob')).to.deep.equal(['NOT_FOUND', 404]);
    expect(await load('ann', 'none')).to.deep.equal(['NOT_FOUND', 404]);
    expect(await load('ann')).to.equal(null);
    sessman.clock.advance(DAY);
    expect(await load('ann')).to.deep.equal(['NOT_FOUND', 404]);
    expect(await failureOf(session.updateSession())).to.deep.equal(['NOT_FOUND', 404]);
  });

  it('fails with what the service says: its code, its status, its sentence', async () => {
    const data = { big: 'x'.repeat(70_000) };
    const error = await Session.create('ann', { ...at(), data }).catch((error: unknown) => error);
    expect(error).to.be.instanceOf(SessmanError).and.instanceOf(Error);
    expect(error).to.include({
      name: 'SessmanError',
      code: 'PAYLOAD_TOO_LARGE',
      status: 413,
      message: 'data must be at most 65536 bytes of compact JSON',
    });
    expect(await failureOf(Session.create('u'.repeat(257), at()))).to.deep.equal(['INVALID_DATA', 400]);
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const WRONG: [what: string, make: () => Promise<unknown>][] = [
    ['no user', () => Session.create(undefined as never, at())],
    ['an empty user', () => Session.create('', at())],
    ['a user that is an object', () => Session.create({} as never, at())],
    ['a user with a half of a surrogate pair', () => Session.create('a\ud800', at())],
    ['no id', () => Session.load('ann', undefined as never, at())],
    ['an empty id', () => Session.load('ann', '', at())],
    ['an update before there is a session', () => new Session('ann', at()).updateSession()],
    ['data that is a text', () => Session.create('ann', { ...at(), data: 'text' as never })],
    ['data that is a function', () => Session.create('ann', { ...at(), data: (() => {}) as never })],
    ['data that holds itself', () => Session.create('ann', { ...at(), data: circular })],
    ['data that JSON has no form for', () => Session.create('ann', { ...at(), data: { a: 1n } })],
    ['data that says it is nothing', () => Session.create('ann', { ...at(), data: { toJSON: () => undefined } })],
  ];
  for (const [what, make] of WRONG) {
    it(`refuses ${what} before anything leaves`, async () => {
      const before = sessman.events.length;
      expect(await failureOf(make())).to.deep.equal(['INVALID_DATA', undefined]);
      expect(sessman.events).to.have.length(before);
    });
  }

  const BAD_OPTIONS: [what: string, options: object][] = [
    ['a relative base_url where there is no page', { base_url: '/sessman' }],
    ['no base_url where there is no page', { base_url: undefined }],
    ['a base_url that is none', { base_url: 'http://[' }],
    ['a base_url that is a number', { base_url: 5 }],
    ['a base_url of another protocol', { base_url: 'file:///sessman' }],
    ['a base_url with a query', { base_url: 'http://host/sessman?page=1' }],
    ['a base_url with a fragment', { base_url: 'http://host/sessman#page' }],
    ['a base_url with a user', { base_url: 'http://ann:secret@host/sessman' }],
    ['a key with a line feed', { auth: 'a\nb' }],
    ['a key that is a number', { auth: 5 }],
    ['a time-out of 0', { timeout: 0 }],
    ['an endless time-out', { timeout: Number.POSITIVE_INFINITY }],
    ['a time-out that is a text', { timeout: '5000' }],
  ];
  for (const [what, options] of BAD_OPTIONS) {
    it(`cannot work with ${what}`, async () => {
      const call = Session.create('ann', { ...at(), ...options } as never);
      expect(await failureOf(call)).to.deep.equal(['INVALID_CONFIG', undefined]);
    });
  }

  it('writes addresses as the document does, with everything encoded', () => {
    const session = new Session('ann', { base_url: 'http://host/sessman/' });
    expect(session.get_command_url('get', { userid: 'a&b=c d', sessionid: '#é' })).to.equal(
      'http://host/sessman/get?userid=a%26b%3Dc+d&sessionid=%23%C3%A9',
    );
    expect(session.get_command_url('new')).to.equal('http://host/sessman/new?');
  });

  it('makes any call by its name, as in the document', async () => {
    const session = new Session('ann', at());
    const answer = await session.get_data('new', { user: 'ann' }, { a: 1 });
    expect(answer).to.deep.include({ user_id: 'ann', data: { a: 1 } });
    expect(await failureOf(session.get_data('none', {}))).to.deep.equal(['BAD_REPLY', 404]);
  });

  it('writes nothing to the console', async () => {
    const written: unknown[] = [];
    const kept = { log: console.log, error: console.error };
    Object.assign(console, {
      log: (text: unknown) => written.push(text),
      error: (text: unknown) => written.push(text),
    });
    try {
      await (await Session.create('ann', at())).updateSession();
      await failureOf(Session.load('bob', 'none', at()));
    } finally {
      Object.assign(console, kept);
    }
    expect(written).to.deep.equal([]);
  });
});

describe('Session with an API key', () => {
  const sessman = sessmanService(memoryStore, { service: { 'options.api_key': 'k-1' } });

  it('brings it, and tells when it is wrong or missing', async () => {
    const base_url = `${sessman.served.url}/sessman`;
    const session = await Session.create('ann', { base_url, auth: 'k-1' });
    for (const auth of ['k-2', '', null, undefined]) {
      expect(await failureOf(Session.create('ann', { base_url, auth }))).to.deep.equal(['UNAUTHORIZED', 401]);
      session.options.auth = auth;
      expect(await failureOf(session.updateSession())).to.deep.equal(['UNAUTHORIZED', 401]);
    }
    session.options.auth = 'k-1';
    await session.updateSession();
  });
});
