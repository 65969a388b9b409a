import { expect } from 'chai';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import {
  databaseUri,
  dropDatabase,
  freshDatabase,
  mongoUnavailable,
  sharedMongo,
} from '../../../support/mongodb/MongoServers.js';
import { callOperation, type ServiceProcess } from '../../../support/ServiceProcess.js';
import { startedServices } from '../../../support/StartedServices.js';
import { inParallel } from './MongoNodes.js';

const RACES = 300;
const TOGETHER = 16;

describeOnMongo('Two processes of the service on one database', mongoUnavailable(), function (this: Mocha.Suite) {
  this.timeout(120_000);
  const services = startedServices();
  let database: string;
  let one: ServiceProcess;
  let other: ServiceProcess;

  beforeEach(async () => {
    database = freshDatabase();
    const uri = databaseUri(sharedMongo().uri, database);
    const env = { MONGO_ENABLED: 'true', MONGO_SERVICE_URI: uri, HTTP_PORT: '0' };
    [one, other] = await Promise.all([services.start({ env }), services.start({ env })]);
  });
  afterEach(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await dropDatabase(sharedMongo().uri, database);
  });

  const open = async (service: ServiceProcess, args: object = {}) => {
    const { body } = await callOperation(service.url, 'open_session', { user_id: 'ann', data: { cart: [] }, ...args });
    return String(body?.['id']);
  };

  it('see at once what the other has done', async () => {
    for (let round = 0; round < 20; round++) {
      const [here, there] = round % 2 === 0 ? [one, other] : [other, one];
      const session_id = await open(here);
      expect((await callOperation(there.url, 'validate_session', { session_id })).body).to.include({ active: true });
      const stored = await callOperation(there.url, 'store_session_data', { session_id, data: round });
      expect(stored.body).to.include({ data: round, version: 1 });
      expect((await callOperation(here.url, 'get_session_by_id', { session_id })).body).to.deep.equal(stored.body);
      const closed = await callOperation(here.url, 'close_session', { session_id });
      expect((await callOperation(there.url, 'validate_session', { session_id })).status).to.equal(204);
      expect((await callOperation(there.url, 'get_session_by_id', { session_id })).body).to.deep.equal(closed.body);
      const late = await callOperation(there.url, 'store_session_data', { session_id, data: 'late' });
      expect(late.body).to.include({ code: 'SESSION_CLOSED' });
    }
  });

  it('log a user out everywhere, whichever opened the sessions', async () => {
    const ids = [await open(one), await open(other), await open(one)];
    const { body } = await callOperation(other.url, 'close_sessions', { filter: { user_id: 'ann' } });
    expect(body).to.equal(3);
    for (const session_id of ids) {
      for (const { url } of [one, other]) {
        expect((await callOperation(url, 'validate_session', { session_id })).status).to.equal(204);
      }
    }
  });

  for (const operation of ['store_session_data', 'validate_session']) {
    it(`${RACES} times close_session on one against ${operation} on the other: closed is final`, async () => {
      let first = 0;
      await inParallel(RACES, TOGETHER, async (index) => {
        const [here, there] = index % 2 === 0 ? [one, other] : [other, one];
        const session_id = await open(here);
        const [used, closed] = await Promise.all([
          callOperation(there.url, operation, { session_id, data: { stored: 1 } }),
          callOperation(here.url, 'close_session', { session_id }),
        ]);
        expect(closed).to.have.property('status', 200);
        expect(closed.body).to.include({ active: false, close_reason: 'closed' });
        expect(closed.body).to.not.have.any.keys('user', 'data');
        if (used.status === 200) first++;
        else if (used.status !== 204) expect(used.body).to.include({ code: 'SESSION_CLOSED' });
        const isStored = operation === 'store_session_data' && used.status === 200;
        expect(closed.body).to.include({ version: isStored ? 1 : 0 });
        for (const { url } of [one, other]) {
          const last = await callOperation(url, 'get_session_by_id', { session_id });
          expect(last.body).to.deep.equal(closed.body);
          expect((await callOperation(url, 'validate_session', { session_id })).status).to.equal(204);
        }
      });
      expect(first, 'came first').to.be.within(1, RACES - 1);
    });
  }
});
