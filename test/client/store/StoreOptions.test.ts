import { expect } from 'chai';
import session from 'express-session';
import { SessionsMockClientV1, SessionsNullClientV1 } from 'service-sessions-client';
import { SessionsStore } from 'service-sessions-client/express-session';

const client = new SessionsMockClientV1();

function refusal(options: unknown): { code: string; message: string; details: { key?: string } } {
  try {
    new SessionsStore(options as never);
  } catch (error) {
    return error as ReturnType<typeof refusal>;
  }
  return expect.fail(`was taken: ${JSON.stringify(options)}`);
}

describe('The options of SessionsStore', () => {
  it('take a client alone', () => {
    expect(new SessionsStore({ client })).to.be.instanceOf(session.Store);
    expect(new SessionsStore({ client, service: undefined, user: undefined, ttl: undefined })).to.be.instanceOf(
      session.Store,
    );
  });

  for (const [what, key, options] of [
    ['absent', undefined, undefined],
    ['null', undefined, null],
    ['a text', undefined, 'client'],
    ['without a client', 'client', {}],
    ['with null for the client', 'client', { client: null }],
    ['with half a client', 'client', { client: { openSession() {} } }],
    ['with an empty service', 'service', { client, service: '' }],
    ['with a number for the service', 'service', { client, service: 5 }],
    ['with a text for user', 'user', { client, user: 'ann' }],
    ['with a ttl of 0', 'ttl', { client, ttl: 0 }],
    ['with a negative ttl', 'ttl', { client, ttl: -1 }],
    ['with a fraction for the ttl', 'ttl', { client, ttl: 1.5 }],
    ['with a text for the ttl', 'ttl', { client, ttl: '1000' }],
    ['with an endless ttl', 'ttl', { client, ttl: Number.POSITIVE_INFINITY }],
    ['with one that it does not know', 'prefix', { client, prefix: 'sess:' }],
  ] as const) {
    it(`are refused as INVALID_CONFIG where they are ${what}`, () => {
      const { code, message, details } = refusal(options);
      expect({ code, key: details.key }).to.deep.equal({ code: 'INVALID_CONFIG', key });
      expect(message).to.match(/^SessionsStore: [^.]+$/);
    });
  }
});

describe('SessionsStore on a client that stores nothing', () => {
  it('finds nothing, and does without what it set', async () => {
    const store = new SessionsStore({ client: new SessionsNullClientV1() });
    const content = { cookie: new session.Cookie() };
    await store.set('a'.repeat(20), content as never);
    expect(await store.get('a'.repeat(20))).to.equal(null);
    await store.touch('a'.repeat(20), content as never);
    await store.destroy('a'.repeat(20));
    await store.clear();
    expect(await store.length()).to.equal(0);
    expect(await store.all()).to.deep.equal([]);
  });
});
