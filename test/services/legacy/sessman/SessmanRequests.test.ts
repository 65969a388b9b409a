import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { memoryStore } from '../../../support/ApiStores.js';
import { RawConnection } from '../../../support/HttpTestEndpoint.js';
import { sessmanService } from './SessmanService.js';

const LONG = 'x'.repeat(257);
const LIMITS = 'must be a string of 1 to 256 characters without control characters';
const ENCODING = 'must be percent-encoded UTF-8';
const GIVEN = 'must be given in the query string';
const NO_JSON = 'The body must be JSON in UTF-8: {"data": {...}}';
const NO_MEMBER = 'data must be a member of the body: {"data": {...}}';
const NO_OBJECT = 'data must be an object or an array';
const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

/** Value of a parameter, as it stands in the address; undefined leaves it out. Then what is said of it. */
const BAD_VALUES: [what: string, value: string | undefined, why: string][] = [
  ['no', undefined, GIVEN],
  ['an empty', '', LIMITS],
  ['too long a', LONG, LIMITS],
  ['a wrongly encoded', '%', ENCODING],
  ['a half encoded', 'a%4', ENCODING],
  ['a NUL in the', 'a%00', LIMITS],
  ['a line feed in the', 'a%0Ab', LIMITS],
  ['a C1 control in the', '%C2%85', LIMITS],
  ['bytes that are no UTF-8 in the', '%ff%fe', ENCODING],
  ['an overlong form in the', '%c0%80', ENCODING],
  ['a half of a surrogate pair in the', '%ed%a0%80', ENCODING],
];

const BAD_BODIES: [what: string, body: string | Buffer, field: string, why: string][] = [
  ['no JSON', '{"data":', 'body', NO_JSON],
  ['a form', 'data=1', 'body', NO_JSON],
  ['white space', ' ', 'body', NO_JSON],
  ['null', 'null', 'body', NO_JSON],
  ['a text', '"data"', 'body', NO_JSON],
  ['an array', '[{"data":{}}]', 'body', NO_JSON],
  ['two values', '{"data":{}}{"data":{}}', 'body', NO_JSON],
  [
    'bytes that are no UTF-8',
    Buffer.from([...Buffer.from('{"data":{"a":"'), 0xff, ...Buffer.from('"}}')]),
    'body',
    NO_JSON,
  ],
  ['UTF-16', Buffer.from('{"data":{}}', 'utf16le'), 'body', NO_JSON],
  ['data without its wrapper', '{"cart":[]}', 'data', NO_MEMBER],
  ['a prototype in the place of data', '{"__proto__":{"data":{}}}', 'data', NO_MEMBER],
  ['a text as data', '{"data":"text"}', 'data', NO_OBJECT],
  ['a number as data', '{"data":0}', 'data', NO_OBJECT],
  ['false as data', '{"data":false}', 'data', NO_OBJECT],
];

/** What only the calls look at that keep it. */
const BAD_DATA: [what: string, body: string, status: number, why: string][] = [
  ['too deep', `{"data":${'['.repeat(33)}${']'.repeat(33)}}`, 400, 'data must be nested at most 32 levels deep'],
  ['deep enough to end a careless reader', `{"data":${DEEP}}`, 400, 'data must be nested at most 32 levels deep'],
  ['a number that no double can hold', '{"data":[1e400]}', 400, 'data must be JSON whose numbers a double can hold'],
  ['a lone surrogate', '{"data":["\\ud800"]}', 400, 'data must be JSON without lone surrogates in keys and strings'],
  ['too large', `{"data":["${'a'.repeat(65_533)}"]}`, 413, 'data must be at most 65536 bytes of compact JSON'],
];

const CALLS = { new: ['userid'], update: ['sessionid'], get: ['sessionid', 'userid'] };
const ALIASES: Record<string, string> = { userid: 'user', sessionid: 'session_id' };
const ALLOWED: Record<string, string> = { get: 'GET, POST, OPTIONS, HEAD' };

describe('The calls of sessman', () => {
  const sessman = sessmanService(memoryStore);
  let id: string;
  beforeEach(async () => {
    id = await sessman.open('ann', { a: 1 });
    sessman.events.length = 0;
  });
  afterEach(() => expect(sessman.events).to.deep.equal([]));

  const good = (): Record<string, string> => ({ userid: 'ann', sessionid: id });
  const target = (call: string, names: string[], values: Record<string, string | undefined>): string =>
    `${call}?${names.flatMap((name) => (values[name] === undefined ? [] : [`${name}=${values[name]}`])).join('&')}`;

  async function expectRefused(call: string, how: object, field: string, why: string): Promise<void> {
    const { status, headers, body } = await sessman.call(call, how);
    expect(body).to.deep.equal({ error: why, code: 'INVALID_DATA', status: 400, details: { field } });
    expect(status).to.equal(400);
    expect(headers).to.include({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  }

  for (const [call, names] of Object.entries(CALLS)) {
    for (const name of names) {
      for (const [what, value, why] of BAD_VALUES) {
        it(`${call} refuses ${what} ${name}`, async () => {
          const query = target(call, names, { ...good(), [name]: value });
          for (const method of ['GET', 'POST']) await expectRefused(query, { method }, name, `${name} ${why}`);
          const alias = query.replace(name, ALIASES[name] as string);
          if (value !== undefined) await expectRefused(alias, {}, name, `${name} ${why}`);
        });
      }

      it(`${call} refuses a doubled ${name}, under whichever of its names`, async () => {
        const query = target(call, names, good());
        for (const again of [name, ALIASES[name]]) {
          await expectRefused(`${query}&${again}=${good()[name]}`, {}, name, `${name} must be given once`);
        }
      });
    }

    for (const [what, body, field, why] of BAD_BODIES) {
      it(`${call} refuses a body that holds ${what}`, async () => {
        const query = target(call, names, good());
        for (const method of ['GET', 'POST']) await expectRefused(query, { method, body }, field, why);
      });
    }

    it(`${call} takes GET and POST alone`, async () => {
      const methods = ['PUT', 'DELETE', 'PATCH', ...(call === 'get' ? [] : ['HEAD'])];
      for (const method of methods) {
        const { status, headers, text } = await sessman.call(target(call, names, good()), { method });
        expect([status, headers['allow']], method).to.deep.equal([405, ALLOWED[call] ?? 'GET, POST, OPTIONS']);
        const error = { error: 'This address does not take this method', code: 'METHOD_NOT_ALLOWED', status: 405 };
        if (method !== 'HEAD') expect(JSON.parse(text), method).to.deep.equal(error);
      }
      expect((await sessman.call(target(call, names, good()), { method: 'OPTIONS' })).status).to.equal(204);
    });

    it(`${call} answers its own errors for a body over the limit and a store that fails`, async () => {
      const large = await sessman.call(target(call, names, good()), { body: Buffer.alloc(262_145, 32) });
      expect(large.status).to.equal(413);
      expect(large.body).to.deep.equal({
        error: 'The body must be at most 262144 bytes',
        code: 'PAYLOAD_TOO_LARGE',
        status: 413,
        details: { limit: 262_144 },
      });
      sessman.controller.perform = () => Promise.reject(new Error('disk /secret/path is full'));
      const failed = await sessman.call(`${target(call, names, good())}&correlation_id=c1`);
      expect(failed.status).to.equal(500);
      expect(failed.body).to.include({ code: 'UNKNOWN', status: 500, correlation_id: 'c1' });
      expect(failed.text).to.not.contain('secret');
    });
  }

  for (const [call, names] of Object.entries(CALLS).slice(0, 2)) {
    for (const [what, body, status, why] of BAD_DATA) {
      it(`${call} refuses data that is ${what}`, async () => {
        const reply = await sessman.call(target(call, names, good()), { body });
        expect([reply.status, reply.body['error']]).to.deep.equal([status, why]);
        expect(reply.body['details']).to.include({ field: 'data' });
      });
    }
  }

  it('take names of prototypes for users and ids as any other', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect((await sessman.call(`get?userid=${name}&sessionid=${name}`)).status).to.equal(404);
      expect((await sessman.call(`update?sessionid=${name}`)).status).to.equal(404);
    }
    const { body } = await sessman.call('new?userid=__proto__', { body: '{"data":{"__proto__":{"a":1}}}' });
    expect(body['user_id']).to.equal('__proto__');
    expect(JSON.stringify(body['data'])).to.equal('{"__proto__":{"a":1}}');
    sessman.events.length = 0;
  });

  it('answer HEAD for get with the head alone', async () => {
    const reply = await sessman.call(target('get', CALLS.get, good()), { method: 'HEAD' });
    expect([reply.status, reply.text]).to.deep.equal([200, '']);
  });
});

describe('The calls of sessman under load and to slow callers', () => {
  const sessman = sessmanService(memoryStore, {
    endpoint: { 'options.max_in_flight': 1, 'options.request_timeout': 250 },
  });
  const begun = 'POST /sessman/new?userid=ann HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n{';

  it('answer 503 and 408 as their other errors', async () => {
    const connection = await RawConnection.open(sessman.served.port);
    connection.send(begun);
    while (sessman.served.endpoint.requestsInFlight === 0) await setImmediate();
    const refused = await sessman.call('new?userid=ann');
    expect([refused.status, refused.headers['retry-after']]).to.deep.equal([503, '1']);
    expect(refused.body).to.deep.equal({
      error: 'Too many requests at once; try again',
      code: 'OVERLOADED',
      status: 503,
    });
    await connection.closed;
    expect(connection.statuses).to.deep.equal([408]);
    expect(connection.lastBody).to.include({ code: 'INVALID_DATA', status: 408 }).and.have.property('error');
  });
});
