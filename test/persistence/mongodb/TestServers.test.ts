import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { describeOnMongo } from '../../support/mongodb/DescribeOnMongo.js';
import {
  databaseUri,
  dropDatabase,
  freshDatabase,
  MongoServer,
  mongoUnavailable,
  ownMongoUnavailable,
  sharedMongo,
} from '../../support/mongodb/MongoServers.js';

describeOnMongo('The shared MongoDB of the tests', mongoUnavailable(), () => {
  it('has a database for each test, and none of it afterwards', async () => {
    const { uri } = sharedMongo();
    const database = freshDatabase();
    const client = new MongoClient(databaseUri(uri, database));
    try {
      await client.db().collection('things').insertOne({ name: 'one' });
      expect(client.db().databaseName).to.equal(database);
      await dropDatabase(uri, database);
      expect(await client.db(database).collection('things').countDocuments()).to.equal(0);
    } finally {
      await client.close();
    }
  });

  it('applies concurrent updates of one document each, as one command', async () => {
    const { uri } = sharedMongo();
    const database = freshDatabase();
    const client = new MongoClient(uri);
    const counters = client.db(database).collection<{ _id: string; count: number }>('counters');
    try {
      await counters.insertOne({ _id: 'c', count: 0 });
      const increments = Array.from({ length: 200 }, () =>
        counters.findOneAndUpdate({ _id: 'c', count: { $gte: 0 } }, { $inc: { count: 1 } }),
      );
      await Promise.all(increments);
      expect((await counters.findOne({ _id: 'c' }))?.count).to.equal(200);
    } finally {
      await client.close();
      await dropDatabase(uri, database);
    }
  });
});

describeOnMongo('A MongoDB of a test of its own', ownMongoUnavailable(), () => {
  let server: MongoServer;
  let client: MongoClient;

  beforeEach(async () => {
    server = await MongoServer.start();
    client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 500, connectTimeoutMS: 500, retryReads: false });
  });

  afterEach(async () => {
    await client?.close();
    await server?.stop();
  });

  const things = () => client.db('test').collection('things');

  it('keeps what it acknowledged when it is killed and started again', async () => {
    await things().insertOne({ name: 'one' });
    await server.kill();
    expect(await failureOf(things().findOne())).to.not.equal(undefined);
    await server.restart();
    const again = new MongoClient(server.uri);
    try {
      expect((await again.db('test').collection('things').findOne())?.['name']).to.equal('one');
    } finally {
      await again.close();
    }
  });

  it('answers nothing while it is paused, and everything when it goes on', async () => {
    await things().insertOne({ name: 'one' });
    await server.pause();
    const reading = things().findOne();
    const first = await Promise.race([reading.then(() => 'answer'), turnsOfTheLoop(200).then(() => 'silence')]);
    server.resume();
    expect(first).to.equal('silence');
    expect((await reading)?.['name']).to.equal('one');
  });
});

describe('The URI of a database', () => {
  for (const [uri, expected] of [
    ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/tests'],
    ['mongodb://127.0.0.1:27017/', 'mongodb://127.0.0.1:27017/tests'],
    ['mongodb://ann:secret@a:1,b:2/?replicaSet=r', 'mongodb://ann:secret@a:1,b:2/tests?replicaSet=r'],
  ] as const) {
    it(`of ${uri} is ${expected}`, () => expect(databaseUri(uri, 'tests')).to.equal(expected));
  }
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Long enough for an answer that is on its way. */
function turnsOfTheLoop(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
