import { expect } from 'chai';
import type { ApiCaller, ApiPromise } from './ApiUnderTest.js';

const HOUR = 3_600_000;

/** Checks that validations are stored from so many milliseconds after the last stored one on, not a millisecond before. */
async function expectInterval(caller: ApiCaller, interval: number, args: object = {}): Promise<void> {
  const { id, request_time: opened, expire_time } = await caller.open(args);
  caller.clock.advance(interval - 1);
  expect(await caller.validate(id)).to.include({ request_time: opened, ...(expire_time && { expire_time }) });
  caller.clock.advance(1);
  expect(await caller.validate(id)).to.include({ request_time: caller.clock.iso() });
  const stored = await caller.get(id);
  caller.clock.advance(interval - 1);
  await caller.validate(id);
  expect(await caller.get(id)).to.deep.equal(stored);
}

function validationPromises(promise: ApiPromise): void {
  promise(
    'A30',
    'validate_session answers an active session, to its user or to one who does not say',
    async (caller) => {
      const session = await caller.open({ user: { a: 1 }, data: 'd' });
      expect(await caller.validate(session.id)).to.deep.equal(session);
      expect(await caller.validate(session.id, 'ann')).to.deep.equal(session);
    },
  );

  promise(
    'A31',
    'validate_session answers null for unknown, closed and deleted sessions and foreign users',
    async (caller) => {
      const [closed, deleted, foreign] = [await caller.open(), await caller.open(), await caller.open()];
      await caller.close(closed.id);
      await caller.delete(deleted.id);
      expect(await caller.validate('nobody')).to.equal(null);
      expect(await caller.validate(closed.id)).to.equal(null);
      expect(await caller.validate(deleted.id)).to.equal(null);
      expect(await caller.validate(foreign.id, 'bob')).to.equal(null);
      expect(await caller.validate(foreign.id, 'Ann')).to.equal(null);
    },
  );

  promise('A32', 'a validation for another user is no access', async (caller) => {
    const session = await caller.open();
    caller.clock.advance(HOUR);
    expect(await caller.validate(session.id, 'bob')).to.equal(null);
    expect(await caller.get(session.id)).to.deep.equal(session);
  });

  promise('A33', 'reading and listing are no accesses', async (caller) => {
    const session = await caller.open();
    caller.clock.advance(HOUR);
    expect(await caller.get(session.id)).to.deep.equal(session);
    expect((await caller.list()).data).to.deep.equal([session]);
    expect(await caller.get(session.id)).to.deep.equal(session);
  });

  promise('A34', 'an access moves request_time, and neither update_time nor version', async (caller) => {
    const session = await caller.open({ data: 1 });
    caller.clock.advance(HOUR);
    const { expire_time: _, ...rest } = session;
    expect(await caller.validate(session.id)).to.deep.include({ ...rest, request_time: caller.clock.iso() });
    expect(await caller.get(session.id)).to.deep.include({ ...rest, request_time: caller.clock.iso() });
  });
}

function touchPromises(promise: ApiPromise): void {
  promise(
    'A35',
    'an access within 1 % of the time-out of the last stored one is not stored',
    async (caller) => {
      await expectInterval(caller, HOUR / 100);
      await expectInterval(caller, 100, { expire_timeout: 10_000 });
    },
    { expire_timeout: HOUR },
  );

  promise(
    'A36',
    'an access a minute after the last stored one is stored, however long the time-out',
    async (caller) => {
      await expectInterval(caller, 60_000);
      await expectInterval(caller, 60_000, { expire_timeout: 0 });
    },
  );

  promise(
    'A37',
    'a configured touch_interval holds, and never counts as more than 10 % of the time-out',
    async (caller) => {
      await expectInterval(caller, 120_000);
      await expectInterval(caller, 1000, { expire_timeout: 10_000 });
    },
    { touch_interval: 120_000 },
  );

  promise(
    'A38',
    'a touch_interval of 0 stores every access',
    async (caller) => {
      await expectInterval(caller, 1);
    },
    { touch_interval: 0 },
  );

  promise(
    'A39',
    'every successful write is an access, within the touch interval too; a refused one is none',
    async (caller) => {
      const { id } = await caller.open();
      for (const write of [caller.store, caller.patch, caller.update]) {
        caller.clock.advance(1);
        const time = caller.clock.iso();
        expect(await write.call(caller, id, { a: 1 })).to.include({ request_time: time, update_time: time });
      }
      const stored = await caller.get(id);
      caller.clock.advance(HOUR);
      await caller.refusal(caller.store(id, 1, { version: 99 }));
      expect(await caller.get(id)).to.deep.equal(stored);
    },
  );
}

export function accessPromises(promise: ApiPromise): void {
  validationPromises(promise);
  touchPromises(promise);
}
