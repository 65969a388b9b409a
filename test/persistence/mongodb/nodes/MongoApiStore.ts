import { ConfigParams } from 'pip-services3-commons-nodex';
import { SessionsMongoDbPersistence } from '../../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import type { ApiStore } from '../../../support/ApiStores.js';
import { databaseUri, dropDatabase, freshDatabase, sharedMongo } from '../../../support/mongodb/MongoServers.js';
import { PATIENT } from './MongoNodes.js';

/** Sessions in a database of their own on the shared server. */
export function mongoApiStore(): ApiStore {
  const { uri } = sharedMongo();
  const database = freshDatabase();
  let persistence: SessionsMongoDbPersistence | undefined;
  const close = async (): Promise<void> => {
    await persistence?.close(null);
    persistence = undefined;
  };
  return {
    async open() {
      persistence = new SessionsMongoDbPersistence();
      persistence.configure(ConfigParams.fromValue({ 'connection.uri': databaseUri(uri, database), ...PATIENT }));
      await persistence.open(null);
      return persistence;
    },
    close,
    async remove() {
      await close();
      await dropDatabase(uri, database);
    },
  };
}
