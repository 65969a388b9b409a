import { expect } from 'chai';
import type { ApiCaller, ApiPromise } from './ApiUnderTest.js';

const HOUR = 3_600_000;
const hourly = { expire_timeout: HOUR };

/** What has been published about a session since it was last asked: types, of ends with the reason. */
function published(caller: ApiCaller): (id: string) => string[] {
  let seen = 0;
  return (id) => {
    const events = caller.api.events.slice(seen);
    seen = caller.api.events.length;
    for (const event of events) expect(event.session_id).to.equal(id);
    return events.map(({ type, reason }) => (reason === undefined ? type : `${type} ${reason}`));
  };
}

function lifePromises(promise: ApiPromise): void {
  promise(
    'A80',
    'an opening and every successful write is published once, with session, user, time and an id',
    async (caller) => {
      const news = published(caller);
      const { id } = await caller.open();
      expect(news(id)).to.deep.equal(['session_opened']);
      caller.clock.advance(5);
      await caller.store(id, 1);
      await caller.patch(id, { a: 1 });
      await caller.update(id, 1, { user_id: 'bob' });
      expect(news(id)).to.deep.equal(['session_updated', 'session_updated', 'session_updated']);
      const { events } = caller.api;
      expect(events.map(({ user_id }) => user_id)).to.deep.equal(['ann', 'ann', 'ann', 'bob']);
      expect(events[3]?.time).to.deep.equal(new Date(caller.clock.now()));
      expect(new Set(events.map((event) => event.id)).size).to.equal(4);
      for (const event of events) expect(event.id).to.be.a('string').with.length.greaterThan(15);
    },
  );

  promise('A81', 'reads, validations, lists and refused calls publish nothing', async (caller) => {
    const { id } = await caller.open();
    await caller.close(id);
    const { id: other } = await caller.open();
    const count = caller.api.events.length;
    await caller.get(other);
    caller.clock.advance(120_000);
    await caller.validate(other);
    await caller.list();
    await caller.refusal(caller.store(other, 1, { version: 9 }));
    await caller.refusal(caller.store(id, 1));
    await caller.refusal(caller.open({ user_id: '' }));
    await caller.store('nobody', 1);
    await caller.close('nobody');
    await caller.delete('nobody');
    await caller.sweep();
    expect(caller.api.events).to.have.length(count);
  });
}

function endPromises(promise: ApiPromise): void {
  promise('A82', 'the end of a session is published once, with its reason and time', async (caller) => {
    const news = published(caller);
    const { id } = await caller.open();
    news(id);
    caller.clock.advance(7);
    await Promise.all(Array.from({ length: 10 }, () => caller.close(id)));
    await caller.close(id);
    await caller.closeAll({ user_id: 'ann' });
    expect(news(id)).to.deep.equal(['session_closed closed']);
    expect(caller.api.events.at(-1)?.time).to.deep.equal(new Date(caller.clock.now()));
    const revoked = await caller.open();
    news(revoked.id);
    await Promise.all(Array.from({ length: 10 }, () => caller.closeAll({ user_id: 'ann' })));
    expect(news(revoked.id)).to.deep.equal(['session_closed revoked']);
  });

  promise(
    'A83',
    'an expiry is published once, when it is made durable, with the deadline as its time',
    async (caller) => {
      const news = published(caller);
      const start = caller.clock.now();
      const { id } = await caller.open();
      caller.clock.advance(2 * HOUR);
      await caller.get(id);
      await caller.close(id);
      await caller.closeAll({ user_id: 'ann' });
      expect(news(id)).to.deep.equal(['session_opened']);
      const counts = await Promise.all([caller.sweep(), caller.sweep(), caller.sweep()]);
      expect(counts.reduce((sum, count) => sum + count)).to.equal(1);
      expect(news(id)).to.deep.equal(['session_closed expired']);
      expect(caller.api.events.at(-1)).to.deep.include({ user_id: 'ann', time: new Date(start + HOUR) });
    },
    hourly,
  );

  promise(
    'A84',
    'a deletion is published, after the end of the session where it had not ended',
    async (caller) => {
      const news = published(caller);
      const { id } = await caller.open();
      news(id);
      await Promise.all(Array.from({ length: 5 }, () => caller.delete(id)));
      expect(news(id)).to.deep.equal(['session_closed closed', 'session_deleted']);
      const closed = await caller.open();
      await caller.close(closed.id);
      await caller.delete(closed.id);
      expect(news(closed.id)).to.deep.equal(['session_opened', 'session_closed closed', 'session_deleted']);
      const expired = await caller.open();
      caller.clock.advance(HOUR);
      await caller.delete(expired.id);
      expect(news(expired.id)).to.deep.equal(['session_opened', 'session_closed expired', 'session_deleted']);
      await caller.sweep();
      expect(caller.api.events).to.have.length(9);
    },
    hourly,
  );

  promise(
    'A85',
    'a purge is published as a deletion',
    async (caller) => {
      const news = published(caller);
      const { id } = await caller.open();
      await caller.close(id);
      caller.clock.advance(HOUR + 1);
      await caller.sweep();
      expect(news(id)).to.deep.equal(['session_opened', 'session_closed closed', 'session_deleted']);
    },
    { retention: HOUR },
  );
}

export function eventPromises(promise: ApiPromise): void {
  lifePromises(promise);
  endPromises(promise);
}
