import { expect } from 'chai';
import { countUp, touch } from '../../contracts/SessionsPersistenceContract.js';
import { aSession, at, iso } from '../../support/Sessions.js';
import { settle } from './FileStores.js';
import type { RecordedStore, Script } from './PowerCutRun.js';

const session = (id: string, user_id = 'ann') => aSession({ id, user_id, data: { of: id.repeat(200) } });

/** Everything that a store does, twice over a compaction, and an end in good order. */
export const fullLife: Script = async (store) => {
  await store.open();
  await Promise.all([store.create(session('a')), store.create(session('b')), store.create(session('c', 'bob'))]);
  await store.access('a', touch(at(10), at(7200)));
  await Promise.all([store.change('b', countUp), store.remove('c'), store.create(session('d'))]);
  await writeUntilCompacted(store, 'a');
  await Promise.all([store.replace(session('f'), at(15)), store.replace(session('g'), at(16))]);
  await store.closeAll('ann', at(20));
  await store.create(session('e'));
  await writeUntilCompacted(store, 'e');
  await store.store.close(null);
};

/** So much of it as is killed at each of its calls. */
export const shortLife: Script = async (store) => {
  await store.open();
  await Promise.all([store.create(session('a')), store.create(session('b', 'bob'))]);
  await writeUntilCompacted(store, 'a');
  await store.replace(session('c'), at(15));
  await store.closeAll('bob', at(20));
  await store.store.close(null);
};

/** What a process does that finds what another one has left. */
export const nextLife: Script = async (store) => {
  await store.open();
  await store.create(session('x'));
  await store.change('x', countUp);
  await store.store.close(null);
};

export const OLDER = Buffer.from(
  JSON.stringify([
    { id: 'a', user_id: 'ann', active: true, open_time: iso(at(0)), request_time: iso(at(0)), user: null },
    { id: 'b', user_id: 'bob', active: false, open_time: iso(at(0)), request_time: iso(at(5)), close_time: iso(at(5)) },
  ]),
);

export const takeOver: Script = async (store) => {
  await store.open();
  await store.complete((current) => current.with({ expire_time: iso(at(100)) }));
  await store.create(session('c'));
  await store.store.close(null);
};

/** The renames of a rewrite fail half-way; the store gets over that. */
export const recovery: Script = async (store) => {
  await store.open();
  await store.create(aSession({ id: 'a', expireAt: null }));
  const failed = await store.complete((current) => current.with({ name: 'x' })).catch((error: Error) => error);
  expect(failed).to.have.property('code', 'PERSISTENCE_UNAVAILABLE');
  store.tookBack();
  store.store.timers.run();
  await settle(100);
  await store.create(session('b'));
  await store.store.close(null);
};

/** The journal has become long enough, and been begun anew. */
async function writeUntilCompacted(store: RecordedStore, id: string): Promise<void> {
  const before = store.journalHeader();
  while (store.journalHeader() === before) await store.change(id, countUp);
}
