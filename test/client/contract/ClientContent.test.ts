import { expect } from 'chai';
import fc from 'fast-check';
import type { ISessionsClientV1, JsonValue, SessionV1 } from 'service-sessions-client';
import { jsonText } from '../../../src/toolkit/JsonValue.js';
import { type ClientKind, type ClientOfATest, clientError, EVERY_CLIENT } from '../../support/EveryClient.js';

const held: Record<string, unknown> = {};
held['itself'] = [held];

/** What programs pass as content besides JSON, and what JSON makes of it. */
const TAKEN: [title: string, given: unknown, kept: JsonValue][] = [
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  [
    'dates inside',
    { at: new Date(1), all: [new Date(2)] },
    { at: '1970-01-01T00:00:00.001Z', all: ['1970-01-01T00:00:00.002Z'] },
  ],
  ['members that are undefined', { a: undefined, b: 1, c: { d: undefined } }, { b: 1, c: {} }],
  ['members that are functions and symbols', { a: () => 1, b: Symbol('b'), c: 2 }, { c: 2 }],
  ['holes and functions in an array', [undefined, () => 1, 3], [null, null, 3]],
  ['an object with toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
  [
    'an instance of a class',
    new (class Point {
      x = 1;
      #y = 2;
      sum() {
        return this.x + this.#y;
      }
    })(),
    { x: 1 },
  ],
  ['a map and a set', { m: new Map([[1, 2]]), s: new Set([1]) }, { m: {}, s: {} }],
  ['a member toJSON that is no function', { toJSON: 1 }, { toJSON: 1 }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['-0', { a: -0, b: [-0] }, { a: -0, b: [-0] }],
];

/** What no JSON can be made of. */
const REFUSED: [title: string, given: unknown][] = [
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a BigInt', 5n],
  ['a BigInt inside', { a: [5n] }],
  ['NaN', Number.NaN],
  ['NaN inside', { a: [Number.NaN] }],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity inside', [{ a: Number.NEGATIVE_INFINITY }]],
  ['a date without a time', [new Date(Number.NaN)]],
  ['what holds itself', held],
  ['what is nested 100,000 deep', JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))],
  [
    'a getter that throws',
    {
      get a() {
        throw new Error('not now');
      },
    },
  ],
  [
    'a toJSON that throws',
    {
      toJSON() {
        throw new Error('not now');
      },
    },
  ],
];

type Ways = Record<string, (client: ISessionsClientV1, id: string, value: JsonValue) => Promise<SessionV1 | null>>;

/** Every way in for content: the last word is the argument's name. */
const WAYS: Ways = {
  'open user': (c, _, user) => c.openSession('c-1', { user_id: 'ann', user }),
  'open data': (c, _, data) => c.openSession('c-1', { user_id: 'ann', data }),
  'open by position data': (c, _, data) => c.openSession('c-1', 'ann', null, null, null, 1, data),
  'store data': (c, id, data) => c.storeSessionData('c-1', id, data),
  'patch data': (c, id, data) => c.patchSessionData('c-1', id, data),
  'update user': (c, id, user) => c.updateSessionUser('c-1', id, user),
};

const fieldOf = (way: string): 'user' | 'data' => way.slice(way.lastIndexOf(' ') + 1) as 'user' | 'data';

/** A client, and a session that it has opened. */
type Given = () => { client: ISessionsClientV1; id: string };

for (const kind of EVERY_CLIENT) {
  describe(`The content of sessions of the ${kind.name} client`, () => {
    let running: ClientOfATest;
    let id: string;

    beforeEach(async () => {
      running = await kind.start();
      ({ id } = await running.client.openSession(null, { user_id: 'ann' }));
    });
    afterEach(() => running.stop());

    const given: Given = () => ({ client: running.client, id });
    valuePromises(kind, given);
    anyValuePromises(given);
    if (kind.keepsSessions) copyPromises(given);
  });
}

function valuePromises(kind: ClientKind, given: Given): void {
  // What keeps nothing has nothing to refuse but what it is to answer itself.
  const ways = Object.entries(WAYS).filter(([way]) => kind.keepsSessions || way.startsWith('open'));

  for (const [title, value, kept] of TAKEN) {
    it(`is what JSON makes of ${title}`, async () => {
      const { client, id } = given();
      for (const [way, call] of ways) {
        const session = await call(client, id, value as JsonValue);
        expect(jsonText(session?.[fieldOf(way)] as JsonValue), way).to.equal(jsonText(kept));
      }
    });
  }

  for (const [title, value] of REFUSED) {
    it(`is not ${title}`, async () => {
      const { client, id } = given();
      for (const [way, call] of ways) {
        const error = await clientError(call(client, id, value as JsonValue), way);
        expect(error, way).to.include({ code: 'INVALID_DATA', correlationId: 'c-1' });
        expect(error.details, way).to.deep.equal({ field: fieldOf(way) });
        expect(error.message, way).to.match(/^(user|data) must be .{5,}/);
      }
    });
  }
}

function anyValuePromises(given: Given): void {
  it('is what JSON makes of any value', async () => {
    const { client } = given();
    const values = fc.anything({ withDate: true, withNullPrototype: true }).filter((value) => value !== undefined);
    const property = fc.asyncProperty(values, async (value) => {
      const expected = jsonOf(value);
      const opening = client.openSession('c-1', { user_id: 'ann', data: value as JsonValue });
      if (expected === null) expect((await clientError(opening)).details).to.include({ field: 'data' });
      else expect(JSON.stringify((await opening).data)).to.equal(expected);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('is a copy of what was given', async () => {
    const value = { list: [1] };
    const opened = await given().client.openSession(null, { user_id: 'ann', user: value, data: value });
    value.list.push(2);
    expect(opened).to.deep.include({ user: { list: [1] }, data: { list: [1] } });
  });
}

function copyPromises(given: Given): void {
  it('stays as it is, whatever is done to a value that was given', async () => {
    const { client, id } = given();
    const value = { list: [1] };
    const writes = [
      () => client.storeSessionData(null, id, value),
      () => client.patchSessionData(null, id, { patched: value.list }),
      () => client.updateSessionUser(null, id, value),
    ];
    for (const write of writes) {
      const written = JSON.stringify(await write());
      value.list.push(2);
      expect(JSON.stringify(await client.getSessionById(null, id))).to.equal(written);
    }
  });

  it('stays as it is, whatever is done to a session that was answered', async () => {
    const { client, id } = given();
    await client.storeSessionData(null, id, { list: [1] });
    const reads: (() => Promise<SessionV1 | null>)[] = [
      () => client.getSessionById(null, id),
      () => client.validateSession(null, id),
      async () => (await client.getSessions(null)).data[0] ?? null,
    ];
    for (const read of reads) {
      const first = (await read()) ?? expect.fail('The session is not there');
      const text = JSON.stringify(first);
      (first.data as { list: number[] } | undefined)?.list.push(9);
      first.request_time.setFullYear(1999);
      first.expire_time?.setFullYear(1999);
      Object.assign(first, { active: false, user_id: 'eve' });
      expect(JSON.stringify(await read())).to.equal(text);
    }
  });
}

/** What JSON makes of a value; null where it, or the service, makes nothing of it. */
function jsonOf(value: unknown): string | null {
  try {
    const text = JSON.stringify(value, function (this: Record<string, unknown>, key: string, member: unknown) {
      if (member === null && this[key] instanceof Date) throw new RangeError('no time');
      if (typeof member === 'number' && !Number.isFinite(member)) throw new RangeError('no number of JSON');
      return member;
    });
    return text === undefined || /\\ud[89a-f][0-9a-f]{2}/.test(text) ? null : text;
  } catch {
    return null;
  }
}
