import { expect } from 'chai';
import { type CreateIndexesOptions, MongoClient } from 'mongodb';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import {
  databaseUri,
  dropDatabase,
  freshDatabase,
  mongoUnavailable,
  sharedMongo,
} from '../../../support/mongodb/MongoServers.js';
import { openMongo } from '../MongoStores.js';

describeOnMongo('Indexes in MongoDB', mongoUnavailable(), () => {
  let database = '';
  let client: MongoClient;

  beforeEach(() => {
    database = freshDatabase();
    client = new MongoClient(sharedMongo().uri);
  });
  afterEach(async () => {
    await client.close();
    await dropDatabase(sharedMongo().uri, database);
  });

  const sessions = () => client.db(database).collection('sessions');
  const open = () => openMongo(databaseUri(sharedMongo().uri, database));

  async function whyNot(): Promise<string> {
    try {
      await (await open()).close(null);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('It opened');
  }

  it('are made at the first start, and found at the next', async () => {
    await (await open()).close(null);
    const made = (await sessions().listIndexes().toArray()).map(({ name }) => name);
    expect(made.sort()).to.deep.equal(['_id_', 'active_of_user', 'binding', 'end', 'newest', 'newest_of_user']);
    await (await open()).close(null);
    expect(await sessions().listIndexes().toArray()).to.have.length(made.length);
  });

  it('are made once by nodes that start at the same time', async () => {
    const nodes = await Promise.all(Array.from({ length: 4 }, open));
    await Promise.all(nodes.map((node) => node.close(null)));
    expect(await sessions().listIndexes().toArray()).to.have.length(6);
  });

  const others: [string, Record<string, 1 | -1>, CreateIndexesOptions][] = [
    ['other keys', { user_name: 1 }, { name: 'newest' }],
    ['another order', { request_time: 1, _id: 1 }, { name: 'newest' }],
    ['a rule less, so that a binding could be held twice', { _binding: 1 }, { name: 'binding' }],
    ['a rule more, which would refuse sessions', { active: 1, _end_time: 1, _id: 1 }, { name: 'end', unique: true }],
  ];
  for (const [what, keys, options] of others) {
    it(`of the same name stop the start with a sentence when they have ${what}`, async () => {
      await sessions().createIndex(keys, options);
      expect(await whyNot()).to.match(
        new RegExp(
          `^service-sessions:persistence:mongodb: the indexes of collection "sessions" cannot be made: .*"${options.name}"`,
        ),
      );
    });
  }

  it('that cannot be made stop the start with a sentence', async () => {
    const twice = { _binding: 'same' };
    await sessions().insertMany([{ ...twice }, { ...twice }]);
    const why = await whyNot();
    expect(why).to.match(
      /^service-sessions:persistence:mongodb: the indexes of collection "sessions" cannot be made: ./,
    );
    expect(why).to.match(/duplicate|constraint|E11000/i);
  });
});
