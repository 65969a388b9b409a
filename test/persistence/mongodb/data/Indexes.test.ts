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
/** The queries of the store: filter, order, and whether the order must come from an index. */
const QUERIES: [string, Document, Record<string, 1 | -1>?][] = [
  ['one by its id', { _id: 's1' }],
  ['the newest', queryOf({}, START), NEWEST_FIRST],
  ['the newest since an instant', queryOf({ from_time: START }, START), NEWEST_FIRST],
  ["a user's newest", queryOf({ user_id: 'ann' }, START), NEWEST_FIRST],
  ["a user's newest that are active", queryOf({ user_id: 'ann', active: true }, START), NEWEST_FIRST],
  [
    "a user's active ones",
    { $and: [{ _id: { $gt: '' } }, queryOf({ user_id: 'ann' }, START), openAt(START)] },
    { _id: 1 },
  ],
  ['those that are due', { active: true, _end_time: { $lte: now } }, EARLIEST_END],
  ['those to be purged', { active: false, _end_time: { $lt: now } }, EARLIEST_END],
  [
    'those of an older service',
    { active: { $in: [true, null] }, _end_time: { $in: [null] }, _id: { $gt: '' } },
    { _id: 1 },
  ],
  ['the one of a binding', { _binding: 'b' }],
];

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

  for (const [title, query, order] of QUERIES) {
    it(`find ${title} without walking the collection`, async function () {
      const cursor = nodes.documents.find(query as object);
      if (order !== undefined) cursor.sort(order);
      if (title === "a user's active ones") cursor.hint('active_of_user');
      const explained = await cursor.limit(10).explain();
      const plan = (explained as Document)['queryPlanner']?.winningPlan as Document | undefined;
      if (plan === undefined || !/IXSCAN|IDHACK|COLLSCAN|EXPRESS/.test(JSON.stringify(plan))) {
        const { test } = this;
        if (test !== undefined) test.title += ' (skipped: this server does not explain which index it uses)';
        return this.skip();
      }
      const stages = stagesOf(plan);
      expect(stages.filter((stage) => /IXSCAN|IDHACK|EXPRESS/.test(stage))).to.have.length.greaterThan(0);
      expect(stages).to.not.include('COLLSCAN');
      expect(stages).to.not.include('SORT');
    });
  }
});

function stagesOf(plan: Document): string[] {
  const inner = [plan['inputStage'], ...(plan['inputStages'] ?? []), plan['queryPlan']].filter(
    (one) => one !== undefined,
  );
  return [String(plan['stage'] ?? ''), ...inner.flatMap(stagesOf)];
}
