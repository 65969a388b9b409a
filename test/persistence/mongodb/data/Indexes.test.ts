import { expect } from 'chai';
import type { Document } from 'mongodb';
import {
  EARLIEST_END,
  INDEXES,
  NEWEST_FIRST,
  openAt,
  queryOf,
} from '../../../../src/persistence/mongodb/SessionQueries.js';
import { START } from '../../../support/FakeClock.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { MongoNodes, someClocks } from '../nodes/MongoNodes.js';

const now = new Date(START);
/** The queries of the store: filter, the order that must come from an index, and that index; the store names some of them. */
const QUERIES: [title: string, query: Document, order: Record<string, 1 | -1> | null, index: string][] = [
  ['one by its id', { _id: 's1' }, null, '_id_'],
  ['the newest', queryOf({}, START), NEWEST_FIRST, 'newest'],
  ['the newest since an instant', queryOf({ from_time: START }, START), NEWEST_FIRST, 'newest'],
  ["a user's newest", queryOf({ user_id: 'ann' }, START), NEWEST_FIRST, 'newest_of_user'],
  ["a user's newest that are active", queryOf({ user_id: 'ann', active: true }, START), NEWEST_FIRST, 'newest_of_user'],
  [
    "a user's active ones",
    { $and: [{ _id: { $gt: '' } }, queryOf({ user_id: 'ann' }, START), openAt(START)] },
    { _id: 1 },
    'active_of_user',
  ],
  ['those that are due', { active: true, _end_time: { $lte: now } }, EARLIEST_END, 'end'],
  ['those to be purged', { active: false, _end_time: { $lt: now } }, EARLIEST_END, 'end'],
  [
    'those of an older service',
    { active: { $in: [true, null] }, _end_time: { $in: [null] }, _id: { $gt: '' } },
    { _id: 1 },
    'end',
  ],
  ['the one of a binding', { _binding: 'b' }, null, 'binding'],
];
const NAMED_BY_THE_STORE = ['newest', 'newest_of_user', 'active_of_user'];

describeOnMongo('The indexes', mongoUnavailable(), () => {
  let nodes: MongoNodes;

  before(async () => {
    nodes = await MongoNodes.start({}, someClocks(1));
    for (let index = 0; index < 20; index++) {
      await nodes.controller(0).openSession(null, { user_id: `user${index % 3}`, expire_timeout: 1000 + index });
    }
  });
  after(() => nodes.stop());

  it('are there, with their keys, after the first opening, and the second one changes nothing', async () => {
    const found = async () => (await nodes.documents.listIndexes().toArray()) as Document[];
    const first = await found();
    for (const { name, key, unique, sparse } of INDEXES) {
      const index = first.find((one) => one['name'] === name);
      expect(index?.['key'], name).to.deep.equal(key);
      expect(index?.['unique'] ?? false, name).to.equal(unique ?? false);
      if (index?.['sparse'] !== undefined) expect(index['sparse'], name).to.equal(sparse ?? false);
    }
    expect(first).to.have.length(INDEXES.length + 1);
    await nodes.add();
    expect(await found()).to.deep.equal(first);
  });

  for (const [title, query, order, name] of QUERIES) {
    it(`find ${title} without walking the collection`, async () => {
      const cursor = nodes.documents.find(query as object);
      if (order !== null) cursor.sort(order);
      if (NAMED_BY_THE_STORE.includes(name)) cursor.hint(name);
      const explained = await cursor.limit(10).explain();
      const plan = (explained as Document)['queryPlanner']?.winningPlan as Document | undefined;
      if (plan === undefined) return expectServes(query, order, name, await nodes.documents.listIndexes().toArray());
      const stages = stagesOf(plan);
      expect(stages.filter((stage) => /IXSCAN|IDHACK|EXPRESS/.test(stage))).to.have.length.greaterThan(0);
      expect(stages).to.not.include('COLLSCAN');
      expect(stages).to.not.include('SORT');
      if (!stages.some((stage) => /IDHACK|EXPRESS/.test(stage))) expect(JSON.stringify(plan)).to.contain(`"${name}"`);
    });
  }
});

/**
 * Where the server does not explain which index it uses: that there is one which leads from what the filter fixes to the order,
 * so that nothing else is looked at and nothing sorted.
 */
function expectServes(query: Document, order: Record<string, 1 | -1> | null, name: string, there: Document[]): void {
  const keys = Object.entries(there.find((index) => index['name'] === name)?.['key'] ?? {}) as [string, 1 | -1][];
  expect(keys, name).to.have.length.greaterThan(0);
  const ordered = Object.entries(order ?? {});
  const leading = keys.slice(0, keys.length - ordered.length).map(([key]) => key);
  for (const key of leading) expect(JSON.stringify(query), `${key} of ${name}`).to.contain(`"${key}"`);
  expect(keys.slice(leading.length), `the order of ${name}`).to.deep.equal(ordered);
}

function stagesOf(plan: Document): string[] {
  const inner = [plan['inputStage'], ...(plan['inputStages'] ?? []), plan['queryPlan']].filter(
    (one) => one !== undefined,
  );
  return [String(plan['stage'] ?? ''), ...inner.flatMap(stagesOf)];
}
