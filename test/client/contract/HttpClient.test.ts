import { expect } from 'chai';
import type { ApiCaller } from '../../contracts/ApiUnderTest.js';
import { sessionsApiContract } from '../../contracts/SessionsApiContract.js';
import { fileStore, memoryStore } from '../../support/ApiStores.js';
import { httpClientApi } from '../../support/ClientApiKinds.js';

const CACHE_TTL = 1000;

sessionsApiContract('the HTTP client over memory', httpClientApi(memoryStore));
sessionsApiContract('the HTTP client over a file', httpClientApi(fileStore));

const notAsked = {
  why: 'a session that is kept near is answered without asking the service',
  instead: expectAccessOncePerTtl,
};
sessionsApiContract('the HTTP client that keeps validated sessions near', {
  ...httpClientApi(memoryStore, { cache_ttl: CACHE_TTL }),
  cannot: { A35: notAsked, A36: notAsked, A37: notAsked, A38: notAsked },
});

/** For as long as the session is kept near its validations are no accesses; then the next one is. */
async function expectAccessOncePerTtl(caller: ApiCaller): Promise<void> {
  // Under the options of all those promises accesses a second apart are stored.
  const { id } = await caller.open({ expire_timeout: 10 * CACHE_TTL });
  const first = await caller.validate(id);
  caller.clock.advance(CACHE_TTL - 1);
  expect(await caller.validate(id)).to.deep.equal(first);
  expect(await caller.get(id)).to.deep.equal(first);
  caller.clock.advance(1);
  const second = await caller.validate(id);
  expect(second).to.include({ request_time: caller.clock.iso() });
  expect(await caller.get(id)).to.deep.equal(second);
}
