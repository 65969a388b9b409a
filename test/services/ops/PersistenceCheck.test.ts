import { expect } from 'chai';
import { SessionsController } from '../../../src/logic/SessionsController.js';
import { persistenceAnswers } from '../../../src/services/ops/PersistenceCheck.js';

describe('The check of the store', () => {
  it('counts a store that does not answer in time as one that cannot', async () => {
    const controller = new SessionsController();
    controller.checkPersistence = () => new Promise(() => {});
    expect(await persistenceAnswers(controller, null, 5)).to.equal(false);
  });
});
