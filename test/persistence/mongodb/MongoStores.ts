import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import type { ISessionsPersistence } from '../../../src/persistence/ISessionsPersistence.js';
import { SessionsMongoDbPersistence } from '../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import { countUp, type StoreUnderTest } from '../../contracts/SessionsPersistenceContract.js';
import {
  databaseUri,
  dropDatabase,
  freshDatabase,
  mongoUnavailable,
  sharedMongo,
} from '../../support/mongodb/MongoServers.js';
import { aSession } from '../../support/Sessions.js';

/** The suites do very many things at once, on servers that may be slow: nothing is to time out or be refused. */
const PATIENT = { 'options.operation_timeout': 120_000, 'options.max_waiting': 1_000_000 };

/** An open persistence on a database. */
export async function openMongo(
  uri: string,
  options: Record<string, string | number> = {},
): Promise<SessionsMongoDbPersistence> {
  const persistence = new SessionsMongoDbPersistence();
  persistence.configure(ConfigParams.fromValue({ 'connection.uri': uri, ...options }));
  await persistence.open(null);
  return persistence;
}

/** Sessions in a database of their own on the shared server; each opening is another node. */
export function mongoStore(): StoreUnderTest {
  let database = '';
  const opened: SessionsMongoDbPersistence[] = [];
  const open = async (): Promise<ISessionsPersistence> => {
    const persistence = await openMongo(databaseUri(sharedMongo().uri, database), PATIENT);
    opened.push(persistence);
    return persistence;
  };
  return {
    unavailable: mongoUnavailable(),
    async open() {
      database = freshDatabase();
      return open();
    },
    async reopen() {
      await opened.pop()?.close(null);
      return open();
    },
    async remove() {
      for (const persistence of opened.splice(0)) await persistence.close(null);
      await dropDatabase(sharedMongo().uri, database);
    },
    cannot: {
      P12: {
        why: 'what is stored is known only when the server has answered: decides in the order it is asked',
        async instead({ persistence }) {
          await persistence.create(null, aSession());
          const steps = await Promise.all(Array.from({ length: 5 }, () => persistence.change(null, 's1', countUp)));
          expect(steps.map((step) => step?.before.version)).to.deep.equal([0, 1, 2, 3, 4]);
        },
      },
    },
  };
}
