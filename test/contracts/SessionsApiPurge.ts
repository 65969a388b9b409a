import { expect } from 'chai';
import type { ApiPromise } from './ApiUnderTest.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function purgePromises(promise: ApiPromise): void {
  promise(
    'A95',
    'close_expired_sessions makes the ends of expired sessions durable, and counts each once',
    async (caller) => {
      const [first, second] = [await caller.open(), await caller.open({ data: 1 })];
      expect(await caller.sweep()).to.equal(0);
      caller.clock.advance(HOUR);
      const alive = await caller.open();
      const seen = await Promise.all([caller.get(first.id), caller.get(second.id)]);
      expect(await caller.sweep()).to.equal(2);
      expect(await Promise.all([caller.get(first.id), caller.get(second.id)])).to.deep.equal(seen);
      expect(await caller.get(alive.id)).to.deep.equal(alive);
      expect(await caller.sweep()).to.equal(0);
      await caller.api.restart({ expire_timeout: 0 });
      expect(await caller.get(first.id)).to.deep.equal(seen[0]);
    },
    { expire_timeout: HOUR },
  );

  promise(
    'A96',
    'closed sessions are kept for the time of retention, and purged after it',
    async (caller) => {
      const { id } = await caller.open();
      const closed = await caller.close(id);
      caller.clock.advance(DAY);
      await caller.sweep();
      expect(await caller.get(id)).to.deep.equal(closed);
      caller.clock.advance(1);
      expect(await caller.sweep()).to.equal(0);
      expect(await caller.get(id)).to.equal(null);
      expect(await caller.ids()).to.deep.equal([]);
    },
    { retention: DAY },
  );

  promise(
    'A97',
    'the retention of an expired session counts from its deadline',
    async (caller) => {
      const { id } = await caller.open();
      caller.clock.advance(HOUR + DAY);
      expect(await caller.sweep()).to.equal(1);
      expect(await caller.get(id)).to.include({ active: false });
      caller.clock.advance(1);
      await caller.sweep();
      expect(await caller.get(id)).to.equal(null);
      const late = await caller.open();
      caller.clock.advance(HOUR + DAY + 1);
      expect(await caller.sweep()).to.equal(1);
      expect(await caller.get(late.id)).to.equal(null);
    },
    { expire_timeout: HOUR, retention: DAY },
  );

  promise(
    'A98',
    'a retention of 0 keeps closed sessions for ever',
    async (caller) => {
      const { id } = await caller.open();
      const closed = await caller.close(id);
      caller.clock.advance(36_500 * DAY);
      await caller.sweep();
      expect(await caller.get(id)).to.deep.equal(closed);
    },
    { retention: 0 },
  );

  promise(
    'A99',
    'a sweep deals with more sessions than it takes in one go, and leaves active ones alone',
    async (caller) => {
      await Promise.all(Array.from({ length: 600 }, (_, i) => caller.open({ user_id: `u${i % 7}` })));
      caller.clock.advance(HOUR);
      const alive = await caller.open();
      expect(await caller.sweep()).to.equal(600);
      caller.clock.advance(DAY);
      await caller.validate(alive.id);
      await caller.sweep();
      caller.clock.advance(1);
      await caller.sweep();
      expect(await caller.ids()).to.deep.equal([alive.id]);
    },
    { expire_timeout: HOUR, retention: DAY },
  );
}
