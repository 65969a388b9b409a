import { expect } from 'chai';
import type { ApiCaller, ApiPromise, WireSession } from './ApiUnderTest.js';

const HOUR = 3_600_000;
const hourly = { expire_timeout: HOUR };

/** Where the session ends, in milliseconds; null for never. */
const deadline = (session: WireSession | null): number | null =>
  session?.expire_time === undefined ? null : Date.parse(session.expire_time);

/** Checks that the session lives until its deadline and is over from that millisecond on. */
async function expectEndAt(caller: ApiCaller, id: string, end: number): Promise<void> {
  caller.clock.advanceTo(end - 1);
  expect(await caller.get(id)).to.include({ active: true });
  caller.clock.advanceTo(end);
  const over = await caller.get(id);
  expect(over).to.include({ active: false, close_reason: 'expired', close_time: new Date(end).toISOString() });
  expect(await caller.validate(id)).to.equal(null);
}

function deadlinePromises(promise: ApiPromise): void {
  promise(
    'A20',
    'a session is active until the millisecond before its deadline and closed from it on, with no sweeper',
    async (caller) => {
      const start = caller.clock.now();
      const { id, user_id } = await caller.open({ user: 1, data: 2 });
      caller.clock.advance(HOUR - 1);
      expect(await caller.get(id)).to.include({ active: true, user: 1, data: 2 });
      expect(await caller.ids({ user_id, active: true })).to.deep.equal([id]);
      caller.clock.advance(1);
      const over = await caller.get(id);
      const end = new Date(start + HOUR).toISOString();
      expect(over).to.include({ active: false, close_reason: 'expired', close_time: end, expire_time: end });
      expect(over).not.to.have.any.keys('user', 'data');
      caller.clock.advance(1000 * HOUR);
      expect(await caller.get(id)).to.deep.equal(over);
    },
    hourly,
  );

  promise(
    'A21',
    'an expired session is closed for every operation and in every list',
    async (caller) => {
      const { id } = await caller.open({ data: { a: 1 } });
      caller.clock.advance(HOUR);
      const over = await caller.get(id);
      expect(over).to.include({ active: false, close_reason: 'expired' });
      expect(await caller.validate(id)).to.equal(null);
      expect(await caller.validate(id, 'ann')).to.equal(null);
      for (const write of [caller.store(id, 1), caller.patch(id, { a: 2 }), caller.update(id, 1)]) {
        expect(await caller.refusal(write)).to.include({ code: 'SESSION_CLOSED', status: 409 });
      }
      expect((await caller.list()).data).to.deep.equal([over]);
      expect(await caller.ids({ active: true })).to.deep.equal([]);
      expect(await caller.ids({ active: false })).to.deep.equal([id]);
      expect(await caller.closeAll({ user_id: 'ann' })).to.equal(0);
      expect(await caller.close(id)).to.deep.equal(over);
      expect(await caller.get(id)).to.deep.equal(over);
      expect(await caller.delete(id)).to.deep.equal(over);
      expect(await caller.get(id)).to.equal(null);
    },
    hourly,
  );

  promise(
    'A22',
    'a time-out of 0 is never, of the service and of a session',
    async (caller) => {
      const { id, expire_time } = await caller.open();
      expect(expire_time).to.equal(undefined);
      const short = await caller.open({ expire_timeout: 1000 });
      caller.clock.advance(50 * 365 * 24 * HOUR);
      expect(await caller.validate(id)).to.include({ active: true });
      expect(await caller.get(short.id)).to.include({ active: false, close_reason: 'expired' });
      const endless = await caller.open({ expire_timeout: 0 });
      expect(endless).to.include({ expire_timeout: 0 }).and.not.have.property('expire_time');
    },
    { expire_timeout: 0 },
  );
}

function basisPromises(promise: ApiPromise): void {
  promise(
    'A23',
    'by last_access, validations and writes put the deadline off',
    async (caller) => {
      const start = caller.clock.now();
      const { id } = await caller.open();
      caller.clock.advance(HOUR - 1);
      expect(deadline(await caller.validate(id))).to.equal(start + 2 * HOUR - 1);
      caller.clock.advance(HOUR - 1);
      expect(deadline(await caller.store(id, 1))).to.equal(start + 3 * HOUR - 2);
      await expectEndAt(caller, id, start + 3 * HOUR - 2);
    },
    hourly,
  );

  promise(
    'A24',
    'by last_update, writes of user and data put the deadline off, validations do not',
    async (caller) => {
      const start = caller.clock.now();
      const { id } = await caller.open();
      caller.clock.advance(HOUR / 2);
      const validated = await caller.validate(id);
      expect(validated).to.include({ request_time: caller.clock.iso() });
      expect(deadline(validated)).to.equal(start + HOUR);
      for (const write of [caller.store, caller.patch, caller.update]) {
        caller.clock.advance(1000);
        const written = await write.call(caller, id, { a: 1 });
        expect(deadline(written)).to.equal(caller.clock.now() + HOUR);
      }
      await expectEndAt(caller, id, caller.clock.now() + HOUR);
    },
    { ...hourly, expire_basis: 'last_update' },
  );

  promise(
    'A25',
    'by created, nothing puts the deadline off',
    async (caller) => {
      const start = caller.clock.now();
      const { id } = await caller.open();
      caller.clock.advance(HOUR / 2);
      expect(deadline(await caller.validate(id))).to.equal(start + HOUR);
      expect(deadline(await caller.store(id, 1))).to.equal(start + HOUR);
      await expectEndAt(caller, id, start + HOUR);
    },
    { ...hourly, expire_basis: 'created' },
  );
}

function ownPolicyPromises(promise: ApiPromise): void {
  promise(
    'A26',
    'max_lifetime ends a session whatever its use, its own time-out and its basis',
    async (caller) => {
      const start = caller.clock.now();
      const endless = await caller.open({ expire_timeout: 0 });
      const long = await caller.open({ expire_timeout: 100 * HOUR, expire_basis: 'created' });
      const { id } = await caller.open();
      caller.clock.advance(HOUR - 1);
      expect(deadline(await caller.validate(id))).to.equal(start + 2 * HOUR - 1);
      caller.clock.advance(2);
      expect(deadline(await caller.store(id, 1, { expire_timeout: 0 }))).to.equal(start + 2 * HOUR);
      for (const session of [endless, long]) expect(deadline(session)).to.equal(start + 2 * HOUR);
      await expectEndAt(caller, id, start + 2 * HOUR);
      for (const session of [endless, long]) expect(await caller.validate(session.id)).to.equal(null);
    },
    { ...hourly, max_lifetime: 2 * HOUR },
  );

  promise(
    'A27',
    'a session keeps the time-out and the basis it was opened with',
    async (caller) => {
      const start = caller.clock.now();
      const { id } = await caller.open({ expire_timeout: 10_000, expire_basis: 'last_update' });
      caller.clock.advance(5000);
      expect(deadline(await caller.validate(id))).to.equal(start + 10_000);
      expect(deadline(await caller.update(id, 1))).to.equal(start + 15_000);
      await caller.api.restart({ expire_timeout: 0, expire_basis: 'created' });
      expect(deadline(await caller.store(id, 1))).to.equal(start + 15_000);
      await expectEndAt(caller, id, start + 15_000);
    },
    hourly,
  );

  promise(
    'A28',
    "a time-out given with store_session_data is the session's own from then on",
    async (caller) => {
      const start = caller.clock.now();
      const { id } = await caller.open();
      caller.clock.advance(1000);
      const stored = await caller.store(id, 1, { expire_timeout: 30 * HOUR });
      expect(stored).to.include({ expire_timeout: 30 * HOUR });
      expect(deadline(stored)).to.equal(start + 1000 + 30 * HOUR);
      caller.clock.advance(20 * HOUR);
      expect(deadline(await caller.validate(id))).to.equal(caller.clock.now() + 30 * HOUR);
      const kept = await caller.store(id, 2);
      expect(kept).to.include({ expire_timeout: 30 * HOUR });
      const endless = await caller.store(id, 3, { expire_timeout: 0 });
      expect(deadline(endless)).to.equal(null);
      const short = await caller.store(id, 4, { expire_timeout: 1 });
      expect(deadline(short)).to.equal(caller.clock.now() + 1);
      await expectEndAt(caller, id, caller.clock.now() + 1);
      const aged = await caller.open({ expire_basis: 'created' });
      caller.clock.advance(1000);
      const over = await caller.store(aged.id, 5, { expire_timeout: 1000 });
      expect(over).to.include({ active: false, close_reason: 'expired', close_time: caller.clock.iso() });
      expect(await caller.get(aged.id)).to.deep.equal(over);
    },
    hourly,
  );

  promise(
    'A29',
    'a changed configuration neither revives a session nor moves a stored deadline',
    async (caller) => {
      const over = await caller.open();
      caller.clock.advance(HOUR);
      const alive = await caller.open();
      await caller.api.restart({ expire_timeout: 100 * HOUR });
      expect(await caller.get(over.id)).to.include({ active: false, close_reason: 'expired' });
      expect(await caller.get(alive.id)).to.deep.equal(alive);
      await caller.api.restart({ expire_timeout: 1000 });
      expect(await caller.get(alive.id)).to.deep.equal(alive);
      caller.clock.advance(1000);
      expect(deadline(await caller.validate(alive.id))).to.equal(caller.clock.now() + 1000);
    },
    hourly,
  );
}

export function expiryPromises(promise: ApiPromise): void {
  deadlinePromises(promise);
  basisPromises(promise);
  ownPolicyPromises(promise);
}
