import { expect } from 'chai';
import { SessionsMockClientV1 } from 'service-sessions-client';
import { createSessionStorage, type SessionStorageOptions } from '../../src/embedded/session-storage.js';
import { memoryStore } from '../support/ApiStores.js';
import {
  controllerWorld,
  directClientWorld,
  httpClientWorld,
  mockClientWorld,
  refusal,
  type StartWorld,
  worldOfEachTest,
} from '../support/StorageWorlds.js';

/** Options that are refused, as JavaScript may pass them, and what the sentence says. */
const WRONG: [unknown, RegExp][] = [
  [5, /the options must be an object/],
  ['timeToLive', /the options must be an object/],
  [[], /the options must be an object/],
  [true, /the options must be an object/],
  [{ timeToLiev: 1 }, /unknown option "timeToLiev"; known are: timeToLive, ttlType, sidTimestamp, sidLength$/],
  [{ constructor: 1 }, /unknown option "constructor"/],
  [JSON.parse('{"__proto__": 1}'), /unknown option "__proto__"/],
  ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 3_153_600_000_001, '5000', {}, [1], true, 5n].map(
    (timeToLive): [unknown, RegExp] => [
      { timeToLive },
      /: timeToLive must be a whole number of milliseconds from 0 to 3153600000000$/,
    ],
  ),
  ...['', 'last_access', 'lastaccess', 'toString', 1, {}, true].map((ttlType): [unknown, RegExp] => [
    { ttlType },
    /: ttlType must be one of created, lastAccess, lastUpdate$/,
  ]),
  ...['true', 1, 0, '', {}].map((sidTimestamp): [unknown, RegExp] => [
    { sidTimestamp },
    /: sidTimestamp must be true or false$/,
  ]),
  ...[0, 10, 129, -20, 20.5, '20', Number.NaN, {}, true].map((sidLength): [unknown, RegExp] => [
    { sidLength },
    /: sidLength must be a whole number of characters from 11 to 128$/,
  ]),
];

const ABSENT: unknown[] = [undefined, null, {}, { timeToLive: null, ttlType: undefined, sidLength: null }];

/** Whether a service is asked for such ids, and takes them. */
function isBrought({ sidLength, sidTimestamp }: SessionStorageOptions): boolean {
  return sidTimestamp !== undefined || (sidLength ?? 0) >= 20;
}

/** Ids that a storage makes. */
const MADE: [SessionStorageOptions, RegExp][] = [
  [{}, /^[A-Za-z0-9]{20}$/],
  [{ sidLength: 11 }, /^[A-Za-z0-9]{11}$/],
  [{ sidLength: 128 }, /^[A-Za-z0-9]{128}$/],
  [{ sidTimestamp: false }, /^[A-Za-z0-9]{20}$/],
  [{ sidTimestamp: true }, /^[A-Za-z0-9]{20}_[0-9a-z]{8}$/],
  [{ sidTimestamp: true, sidLength: 11 }, /^[A-Za-z0-9]{11}_[0-9a-z]{8}$/],
  [{ sidTimestamp: true, sidLength: 118 }, /^[A-Za-z0-9]{118}_[0-9a-z]{8}$/],
];

describe('Options of the session storage', () => {
  const world = worldOfEachTest(controllerWorld(memoryStore));

  it('that cannot be used are refused with a sentence', () => {
    for (const [options, message] of WRONG) {
      expect(() => createSessionStorage(world().source, options as never)).to.throw(Error, message);
    }
  });

  it('that are absent, undefined or null are the defaults', async () => {
    for (const options of ABSENT) {
      const session = await createSessionStorage(world().source, options as never, world().clock).create();
      expect(session.getTTL()).to.equal(604_800_000);
      expect(session.get('_key')).to.match(/^[A-Za-z0-9]{20}$/);
    }
  });

  it('take the ends of every range', async () => {
    const { source, clock } = world();
    const session = await createSessionStorage(source, { timeToLive: 3_153_600_000_000 }, clock).create();
    expect(session.getTTL()).to.equal(3_153_600_000_000);
    expect((await createSessionStorage(source, { timeToLive: 1 }, clock).create()).getTTL()).to.equal(1);
  });

  it('work with the time of the machine unless a clock is given', async () => {
    const storage = createSessionStorage(world().source, { timeToLive: 1 });
    expect((await storage.create()).hasExpired()).to.equal(Date.now() > world().clock.now());
  });

  it('say what a source lacks that is none', () => {
    for (const source of [undefined, null, 5, 'http://localhost:8080', {}, [], () => undefined, { openSession() {} }]) {
      expect(() => createSessionStorage(source as never)).to.throw(
        Error,
        /^session storage: the first argument must be a sessions controller or client: it lacks .*deleteSessionById$/,
      );
    }
  });
});

describe('Ids of the session storage', () => {
  const WORLDS: [string, StartWorld][] = [
    ['the controller', controllerWorld(memoryStore)],
    ['the direct client', directClientWorld],
    ['the mock client that accepts ids', () => mockClientWorld({ accept_ids: true })],
    ['the HTTP client of a service that accepts ids', () => httpClientWorld({ accept_ids: true })],
  ];
  for (const [name, start] of WORLDS) {
    const isRemote = name !== 'the controller';
    describe(`over ${name}`, () => {
      const world = worldOfEachTest(start);

      for (const [options, pattern] of MADE) {
        if (isRemote && !isBrought(options)) continue;
        it(`are as ${JSON.stringify(options)} says`, async () => {
          const storage = createSessionStorage(world().source, options, world().clock);
          const ids = await Promise.all(Array.from({ length: 50 }, async () => (await storage.create()).get('_key')));
          for (const id of ids) expect(id).to.match(pattern);
          expect(new Set(ids).size).to.equal(50);
          const [random, timestamp] = (ids[0] ?? '').split('_');
          expect(random).to.have.length(options.sidLength ?? 20);
          if (options.sidTimestamp) expect(Number.parseInt(timestamp ?? '', 36)).to.equal(world().clock.now());
        });
      }
    });
  }

  for (const [name, start] of [
    ['the mock client', mockClientWorld],
    ['the HTTP client', httpClientWorld],
  ] as const) {
    describe(`over ${name} of a service that makes the ids`, () => {
      const world = worldOfEachTest(start);

      it('are the service’s', async () => {
        const session = await createSessionStorage(world().source, { timeToLive: 1000 }).create();
        expect(session.get('_key')).to.match(/^[0-9a-f]{32}$/);
      });

      it('are refused with a sentence where the caller says what they are to look like, even as the default has it', async () => {
        for (const options of [{ sidLength: 20 }, { sidTimestamp: true }, { sidTimestamp: false }, { sidLength: 64 }]) {
          const error = await refusal(createSessionStorage(world().source, options).create({ a: 1 }));
          expect(error.code).to.equal('INVALID_DATA');
          expect(error.message).to.match(/turn on its option accept_ids, or leave out sidLength and sidTimestamp/);
        }
      });
    });
  }

  it('have to fit a transport where a service is to take them', () => {
    for (const [options, message] of [
      [{ sidLength: 19 }, /sidLength must be from 20 to 128 without sidTimestamp/],
      [{ sidLength: 11, sidTimestamp: false }, /from 20 to 128 without/],
      [{ sidLength: 119, sidTimestamp: true }, /sidLength must be from 11 to 118 with sidTimestamp/],
    ] as const) {
      expect(() => createSessionStorage(new SessionsMockClientV1(), options)).to.throw(Error, message);
    }
  });
});
