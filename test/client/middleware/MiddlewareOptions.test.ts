import { expect } from 'chai';
import Fastify from 'fastify';
import { SessionsClientError, SessionsMockClientV1 } from 'service-sessions-client';
import { type SessionsOptions, sessions } from 'service-sessions-client/express';
import { sessions as inFastify } from 'service-sessions-client/fastify';
import { passed, passedThrough } from './FakeExchange.js';

const client = new SessionsMockClientV1();

const WRONG: [string, unknown, RegExp][] = [
  ['nothing', undefined, /needs an object/],
  ['no client', {}, /client must be a client of the service/],
  ['a client that is none', { client: {} }, /client must be a client of the service/],
  ['an unknown key', { client, name: 'sid' }, /unknown key "name"; known are: client, cookie, bearer, anonymous/],
  ['an unknown key of the cookie', { client, cookie: { maxage: 1 } }, /unknown key "cookie.maxage"/],
  ['a cookie that is true', { client, cookie: true }, /cookie must be an object/],
  ['a cookie that is a list', { client, cookie: [] }, /cookie must be an object/],
  ['a bearer that is no boolean', { client, bearer: 'maybe' }, /bearer is "maybe" but must be true or false/],
  ['another word for anonymous', { client, anonymous: 'allow' }, /must be one of pass, refuse/],
  ['neither cookie nor bearer', { client, cookie: false, bearer: false }, /both off/],
  ['a name with a blank', { client, cookie: { name: 'a b' } }, /cookie.name is "a b" but must be a token/],
  ['a name with a line break', { client, cookie: { name: 'a\r\nb' } }, /must be a token/],
  ['a path with a semicolon', { client, cookie: { name: 'sid', path: '/a;b' } }, /cookie.path must begin with/],
  ['a path without a slash', { client, cookie: { name: 'sid', path: 'a' } }, /cookie.path must begin with/],
  ['a domain with a semicolon', { client, cookie: { name: 'sid', domain: 'a.de; x' } }, /name of a domain/],
  ['an age of 0', { client, cookie: { maxAge: 0 } }, /cookie.maxAge is "0" but must be a whole number from 1 to/],
  ['an age in words', { client, cookie: { maxAge: '1h' } }, /cookie.maxAge is "1h"/],
  ['an age of more than 400 days', { client, cookie: { maxAge: 34_560_001 } }, /from 1 to 34560000/],
  ['another word for sameSite', { client, cookie: { sameSite: 'Lax' } }, /must be one of strict, lax, none/],
  [
    '__Host- without Secure',
    { client, cookie: { secure: false } },
    /cookie.secure must be true with the name __Host-sid/,
  ],
  ['__host- without Secure', { client, cookie: { name: '__host-a', secure: false } }, /cookie.secure must be true/],
  ['__Host- with a path', { client, cookie: { path: '/app' } }, /cookie.path must be \/ with the name __Host-sid/],
  [
    '__Host- with a domain',
    { client, cookie: { domain: 'a.de' } },
    /cookie.domain must be absent with the name __Host-/,
  ],
  ['__Secure- without Secure', { client, cookie: { name: '__Secure-a', secure: false } }, /cookie.secure must be true/],
  ['__Http- with scripts', { client, cookie: { name: '__Http-a', httpOnly: false } }, /cookie.httpOnly must be true/],
  [
    'SameSite=None without Secure',
    { client, cookie: { name: 'a', sameSite: 'none', secure: false } },
    /sameSite is none/,
  ],
];

const COOKIES: [string, SessionsOptions['cookie'], string][] = [
  ['none', undefined, '__Host-sid=ID; Path=/; HttpOnly; Secure; SameSite=Lax'],
  ['an age', { maxAge: 3600 }, '__Host-sid=ID; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax'],
  [
    'another place',
    { name: '__Secure-id', path: '/app', domain: 'example.org', sameSite: 'none' },
    '__Secure-id=ID; Path=/app; Domain=example.org; HttpOnly; Secure; SameSite=None',
  ],
  ['no TLS', { name: 'sid', secure: false, sameSite: 'strict' }, 'sid=ID; Path=/; HttpOnly; SameSite=Strict'],
  [
    'texts',
    { name: 'sid', secure: 'false' as never, maxAge: '60' as never },
    'sid=ID; Max-Age=60; Path=/; HttpOnly; SameSite=Lax',
  ],
  [
    'a member that is undefined',
    { name: undefined, domain: undefined },
    '__Host-sid=ID; Path=/; HttpOnly; Secure; SameSite=Lax',
  ],
];

describe('Options of the middleware', () => {
  for (const [name, options, message] of WRONG) {
    it(`end with INVALID_CONFIG for ${name}, in Express and in Fastify`, async () => {
      const failure = failureOf(() => sessions(options as SessionsOptions));
      expect(failure.code).to.equal('INVALID_CONFIG');
      expect(failure.message).to.match(message);
      if (options === undefined) return;
      const app = Fastify();
      const registered = await app.register(inFastify, options as SessionsOptions).then(
        () => null,
        (error: SessionsClientError) => error,
      );
      expect(registered?.code).to.equal('INVALID_CONFIG');
      expect(registered?.message).to.equal(failure.message);
    });
  }

  for (const [name, cookie, text] of COOKIES) {
    it(`make the cookie that they describe: ${name}`, async () => {
      const { session, cookies } = await passed({ client, cookie });
      const { id } = await session.regenerate({ user_id: 'ann' });
      expect(cookies()).to.deep.equal([text.replace('ID', id)]);
      await session.close();
      const [pair = '', ...attributes] = text.split('; ').filter((part) => !part.startsWith('Max-Age'));
      const dropped = `${pair.split('=')[0]}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
      expect(cookies()).to.deep.equal([[dropped, ...attributes].join('; ')]);
    });
  }

  it('take every client of the package and whatever has its methods', () => {
    expect(() => sessions({ client: Object.create(client) })).to.not.throw();
  });

  it('leave a request alone whose session is somebody else\u2019s', async () => {
    const middleware = sessions({ client });
    const request = { headers: {}, session: { of: 'express-session' } };
    const error = await new Promise((resolve) => middleware(request, {} as never, resolve));
    expect(error).to.be.instanceOf(SessionsClientError);
    expect((error as SessionsClientError).message).to.contain('taken by another middleware');
    expect(request.session).to.deep.equal({ of: 'express-session' });
  });

  it('hold in Fastify for the context that it is registered in and those below, with those of register itself', async () => {
    const app = Fastify();
    const keys = (request: object) => ({ session: 'session' in request });
    await app.register(async (inner) => {
      await inner.register(inFastify, {
        client,
        anonymous: 'refuse',
        prefix: '/x',
        logLevel: 'warn',
      } as SessionsOptions);
      inner.get('/inner', async (request) => keys(request));
    });
    await app.register(async (sibling) => {
      await sibling.register(inFastify, { client });
      sibling.get('/sibling', async (request) => keys(request));
    });
    app.get('/outer', async (request) => keys(request));
    expect((await app.inject('/inner')).statusCode).to.equal(401);
    expect((await app.inject('/sibling')).json()).to.deep.equal({ session: true });
    expect((await app.inject('/outer')).json()).to.deep.equal({ session: false });
  });

  it('are refused by Fastify where another plugin has the session', async () => {
    const app = Fastify();
    app.decorateRequest('session', null as never);
    const error = await app.register(inFastify, { client }).then(
      () => null,
      (failure: { code: string }) => failure,
    );
    expect(error?.code).to.equal('FST_ERR_DEC_ALREADY_PRESENT');
  });

  it('let a client that fails at once fail as a client that answers late', async () => {
    const broken = Object.assign(Object.create(client), {
      validateSession() {
        throw new Error('broken');
      },
    });
    const failure = await passedThrough(sessions({ client: broken }), { cookie: '__Host-sid=abc' }).then(
      () => null,
      (error: SessionsClientError) => error,
    );
    expect(failure).to.include({ code: 'UNKNOWN', status: 503 });
    expect(failure?.cause).to.be.an('error').with.property('message', 'broken');
  });

  it('do not take an inactive session for one, whatever the client', async () => {
    const answer = { id: 'abc', user_id: 'ann', active: false, version: 0 };
    const lying = Object.assign(Object.create(client), { validateSession: async () => answer });
    const { session, cookies } = await passed({ client: lying }, { cookie: '__Host-sid=abc' });
    expect(session.active).to.equal(false);
    expect(cookies()).to.have.length(1);
  });

  it('log nobody in with an inactive session, whatever the client', async () => {
    const answer = { id: 'abc', user_id: 'ann', active: false, version: 0 };
    const lying = Object.assign(Object.create(client), { openSession: async () => answer });
    const { session, cookies } = await passed({ client: lying });
    const error = await session.regenerate({ user_id: 'ann' }).catch((e: unknown) => e);
    expect(error).to.include({ code: 'SESSION_CLOSED' });
    expect([session.active, cookies()]).to.deep.equal([false, []]);
  });
});

function failureOf(call: () => unknown): SessionsClientError {
  try {
    call();
  } catch (error) {
    return error as SessionsClientError;
  }
  throw new Error('It did not fail');
}
