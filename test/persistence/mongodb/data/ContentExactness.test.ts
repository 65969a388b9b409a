import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SessionRecord } from '../../../../src/persistence/SessionRecord.js';
import { type JsonValue, jsonText, mergePatch } from '../../../../src/toolkit/JsonValue.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { MongoNodes, someClocks } from '../nodes/MongoNodes.js';

const DEEPEST = 1000;
const STRINGS = [
  '2026-03-01T12:00:00.000Z',
  '65e1c0ffee65e1c0ffee65e1',
  '\0',
  '$set',
  'null',
  '-0',
  'é😀',
  '\u2028',
  '',
];
const NUMBERS = [0, -0, 1e308, 5e-324, 0.1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 1e20, 1e-7];
const KEYS = [
  'a.b',
  '.',
  '$set',
  '$',
  'a$b',
  'a\0b',
  '__proto__',
  '_bsontype',
  'toBSON',
  'constructor',
  'hasOwnProperty',
  'toString',
  '',
  '7',
  '_id',
  'user',
];

const scalars: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, false, ...STRINGS, ...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ unit: 'grapheme' }),
);
const keys = fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom('a', 'b', 'c'), fc.string({ unit: 'grapheme' }));

function valuesOf(names: fc.Arbitrary<string>, isNested: boolean): fc.Arbitrary<JsonValue> {
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      scalars,
      fc.array(isNested ? tie('value') : scalars, { maxLength: 4 }) as fc.Arbitrary<JsonValue>,
      fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
    ),
  }));
  return value;
}

const nested = fc
  .record({ depth: fc.integer({ min: 1, max: DEEPEST - 6 }), inner: scalars, inArrays: fc.boolean() })
  .map(({ depth, inner, inArrays }) => {
    let value: JsonValue = inner;
    for (let level = 0; level < depth; level++) value = inArrays && level % 2 === 0 ? [value] : { in: value };
    return value;
  });
const contents = fc.oneof(
  { arbitrary: valuesOf(keys, true), weight: 5 },
  { arbitrary: valuesOf(fc.constantFrom('a', 'b', 'c', '_id', '7'), false), weight: 3 },
  { arbitrary: nested, weight: 1 },
);

describeOnMongo('What sessions hold, in MongoDB', mongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(120_000);
  let nodes: MongoNodes;

  before(async () => {
    nodes = await MongoNodes.start({ max_data_depth: DEEPEST, max_data_size: 1_000_000 }, someClocks(2));
  });
  after(() => nodes.stop());

  it('comes back exactly, however it was stored, on every node', async () => {
    await fc.assert(fc.asyncProperty(contents, fc.array(contents, { minLength: 1, maxLength: 3 }), contents, live), {
      numRuns: process.env['SESSIONS_TEST_LONG'] ? 2000 : 150,
      seed: Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31),
    });
  });

  for (const [index, value] of [
    ...STRINGS,
    ...NUMBERS,
    ...KEYS.map((key) => ({ [key]: { [key]: [{ [key]: 1 }] } })),
  ].entries()) {
    it(`${index}: ${JSON.stringify(value)} comes back exactly`, () =>
      live(value as JsonValue, [[value as JsonValue]], value as JsonValue));
  }

  it('is nested as deep as the limit says', async () => {
    for (const depth of [32, 80, 81, 100, 101, DEEPEST]) {
      const arrays = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
      const objects = JSON.parse(`${'{"in":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`);
      await live(objects, [arrays, objects], objects.in ?? null);
    }
  });

  /** Opens with a content, stores each other one, patches, reads it all on another node, and closes. */
  async function live(first: JsonValue, others: JsonValue[], patch: JsonValue): Promise<void> {
    const [one, two] = [nodes.controller(0), nodes.controller(1)];
    const { id } = await one.openSession(null, { user_id: 'ann', user: first, data: first });
    await check(id, first, first);
    let user = first;
    for (const [index, data] of others.entries()) {
      await nodes.controller(index).storeSessionData(null, id, data);
      await check(id, user, data);
      await nodes.controller(index + 1).updateSessionUser(null, id, data);
      user = data;
      await check(id, user, data);
    }
    const merged = mergePatch(user, { patched: patch, ...(Array.isArray(patch) ? {} : { removed: null }) });
    await two.patchSessionData(null, id, { patched: patch, ...(Array.isArray(patch) ? {} : { removed: null }) });
    await check(id, user, merged);
    const closed = await one.closeSession(null, id);
    assert(closed !== null && !('user' in closed || 'data' in closed));
    const document = await nodes.documents.findOne({ _id: id });
    for (const field of ['user', 'data', '_user_json', '_data_json']) assert(!(field in (document ?? {})), field);
    await nodes.documents.deleteOne({ _id: id });
  }

  async function check(id: string, user: JsonValue, data: JsonValue): Promise<void> {
    for (const { persistence } of nodes.all) {
      const record = (await persistence.getOneById(null, id)) as SessionRecord;
      assert.deepEqual(record.content(), { user: jsonText(user), data: jsonText(data) });
      const session = record.toSession();
      assert.deepEqual([session.user, session.data], [user, data]);
    }
    const document = (await nodes.documents.findOne({ _id: id })) ?? {};
    for (const [part, value] of Object.entries({ user, data })) {
      const json = `_${part}_json`;
      assert(part in document !== json in document, `${part} stands there twice, or not at all`);
      // What an older service reads.
      assert.equal(part in document, isPlain(value, 80), 'as a plain object');
      if (part in document) assert.deepEqual(document[part as keyof typeof document], value);
      else assert.equal(document[json as keyof typeof document], jsonText(value));
    }
  }
});

const ODD_KEYS = new Set(['', '_bsontype', 'toBSON']);

/** Whether every server keeps it as it is. */
function isPlain(value: JsonValue, depth: number): boolean {
  if (Object.is(value, -0)) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((member) => !Array.isArray(member) && isPlain(member, depth - 1));
  const isOdd = (key: string, at: number) =>
    ODD_KEYS.has(key) || key in Object.prototype || /^\$|[.\0]/.test(key) || (key === '_id' && at > 0);
  return Object.entries(value).every(([key, member], at) => !isOdd(key, at) && isPlain(member, depth - 1));
}
