import { expect } from 'chai';
import type { ApiCaller, ApiPromise, ApiUnderTest } from './ApiUnderTest.js';

type Write = (caller: ApiCaller, id: string, options?: object) => Promise<unknown>;

const WRITES: Record<string, Write> = {
  store: (caller, id, options) => caller.store(id, { b: 2 }, options),
  patch: (caller, id, options) => caller.patch(id, { b: 2 }, options),
  update: (caller, id, options) => caller.update(id, { b: 2 }, options),
};

function dataPromises(promise: ApiPromise): void {
  promise('A40', 'store_session_data replaces the data and leaves the user', async (caller) => {
    const { id } = await caller.open({ user: { u: 1 }, data: { a: 1 } });
    const stored = await caller.store(id, { b: 2 });
    expect(stored).to.deep.include({ user: { u: 1 }, data: { b: 2 }, version: 1 });
    expect(await caller.get(id)).to.deep.equal(stored);
    expect(await caller.store(id, null)).to.deep.include({ user: { u: 1 }, data: null, version: 2 });
  });

  promise('A41', 'patch_session_data merges as RFC 7396 says', async (caller) => {
    const { id } = await caller.open({ user: { u: 1 }, data: { a: 1, b: { c: 2, d: 3 }, e: [1, 2] } });
    const patched = await caller.patch(id, { a: null, b: { c: 4, x: { y: null } }, e: [3] });
    expect(patched).to.deep.include({ user: { u: 1 }, data: { b: { c: 4, d: 3, x: {} }, e: [3] }, version: 1 });
    expect(await caller.get(id)).to.deep.equal(patched);
    expect(await caller.patch(id, {})).to.deep.include({ data: { b: { c: 4, d: 3, x: {} }, e: [3] }, version: 2 });
    for (const value of ['text', 0, false, null, [1]]) {
      expect(await caller.patch(id, value)).to.deep.include({ data: value });
      expect(await caller.patch(id, { a: 1 })).to.deep.include({ data: { a: 1 } });
    }
    const bare = await caller.open();
    expect(await caller.patch(bare.id, { a: { b: null } })).to.deep.include({ data: { a: {} } });
  });

  promise('A42', 'concurrent patches of different members all survive', async (caller) => {
    const { id } = await caller.open({ data: {} });
    const members = Array.from({ length: 100 }, (_, i) => `m${i}`);
    const answers = await Promise.all(
      members.map((member) => caller.patch(id, { [member]: member, all: { [member]: 1 } })),
    );
    const session = await caller.get(id);
    expect(session).to.include({ version: 100 });
    const all = Object.fromEntries(members.map((member) => [member, 1]));
    expect(session?.data).to.deep.equal({ ...Object.fromEntries(members.map((member) => [member, member])), all });
    expect(new Set(answers.map((answer) => answer?.version)).size).to.equal(100);
  });

  promise('A43', 'update_session_user replaces the user and leaves the data', async (caller) => {
    const { id } = await caller.open({ user_name: 'Ann', user: { u: 1 }, data: { a: 1 } });
    const updated = await caller.update(id, { v: 2 });
    expect(updated).to.deep.include({ user: { v: 2 }, data: { a: 1 }, version: 1, user_id: 'ann', user_name: 'Ann' });
    expect(await caller.get(id)).to.deep.equal(updated);
    expect(await caller.update(id, null, { user_name: 'Anna' })).to.include({ user: null, user_name: 'Anna' });
  });

  promise(
    'A44',
    "update_session_user with user_id makes the session that user's, in every list and for ends",
    async (caller) => {
      const { id } = await caller.open({ user_id: 'anonymous' });
      const other = await caller.open({ user_id: 'anonymous' });
      const moved = await caller.update(id, { name: 'Ann' }, { user_id: 'ann', user_name: 'Ann' });
      expect(moved).to.include({ user_id: 'ann', user_name: 'Ann', version: 1 });
      expect(await caller.ids({ user_id: 'ann' })).to.deep.equal([id]);
      expect(await caller.ids({ user_id: 'ann', user_name: 'Ann', active: true })).to.deep.equal([id]);
      expect(await caller.ids({ user_id: 'anonymous' })).to.deep.equal([other.id]);
      expect(await caller.validate(id, 'anonymous')).to.equal(null);
      expect(await caller.validate(id, 'ann')).to.include({ id });
      expect(await caller.closeAll({ user_id: 'anonymous' })).to.equal(1);
      expect(await caller.get(id)).to.include({ active: true });
      expect(await caller.closeAll({ user_id: 'ann' })).to.equal(1);
      expect(await caller.get(id)).to.include({ active: false, user_id: 'ann' });
    },
  );
}

function negativeZeroPromises(promise: ApiPromise): void {
  promise('A41', 'patch_session_data keeps -0, that of the patch and that of the rest', async (caller) => {
    const { id } = await caller.open({ user: { u: -0 }, data: { a: -0, b: { c: -0 } } });
    const patched = await caller.patch(id, { b: { d: [-0, 0] }, e: -0 });
    // Strict in chai: -0 and 0 differ.
    expect(patched?.data).to.deep.equal({ a: -0, b: { c: -0, d: [-0, 0] }, e: -0 });
    expect(patched?.user).to.deep.equal({ u: -0 });
    expect(await caller.get(id)).to.deep.equal(patched);
    expect((await caller.patch(id, -0))?.data).to.deep.equal(-0);
    const updated = await caller.update(id, -0);
    expect([updated?.user, updated?.data]).to.deep.equal([-0, -0]);
  });
}

function stepPromises(promise: ApiPromise): void {
  promise(
    'A45',
    'a write with another version than the current is SESSION_CONFLICT, which names the current',
    async (caller) => {
      for (const [name, write] of Object.entries(WRITES)) {
        const { id } = await caller.open({ data: { a: 1 } });
        expect(await write(caller, id, { version: 0 }), name).to.include({ version: 1 });
        const before = await caller.get(id);
        for (const version of [0, 2, 1000]) {
          const fault = await caller.refusal(write(caller, id, { version }));
          expect(fault, name).to.include({ code: 'SESSION_CONFLICT', status: 409 });
          expect(fault.details, name).to.deep.equal({ version: 1 });
        }
        expect(await caller.get(id), name).to.deep.equal(before);
        expect(await write(caller, id, { version: 1 }), name).to.include({ version: 2 });
        expect(await write(caller, id, { version: null }), name).to.include({ version: 3 });
      }
    },
  );

  promise('A46', 'of concurrent writes that expect the same version exactly one succeeds', async (caller) => {
    const { id } = await caller.open();
    const writes = Array.from({ length: 30 }, (_, i) => caller.store(id, i, { version: 0 }));
    const ends = await Promise.allSettled(writes);
    const won = ends.flatMap((end, i) => (end.status === 'fulfilled' ? [i] : []));
    expect(won).to.have.length(1);
    expect(await caller.get(id)).to.include({ version: 1, data: won[0] as number });
  });

  promise('A47', 'a write to a closed session is SESSION_CLOSED and changes nothing', async (caller) => {
    for (const [name, write] of Object.entries(WRITES)) {
      const { id } = await caller.open({ user: 1, data: 2 });
      const closed = await caller.close(id);
      caller.clock.advance(120_000);
      for (const options of [{}, { version: 0 }, { version: 7 }, { expire_timeout: 0 }, { user_id: 'bob' }]) {
        const fault = await caller.refusal(write(caller, id, options));
        expect(fault, name).to.include({ code: 'SESSION_CLOSED', status: 409 });
      }
      expect(await caller.get(id), name).to.deep.equal(closed);
    }
  });

  promise('A48', 'a write to an unknown session answers null and makes none', async (caller) => {
    for (const [name, write] of Object.entries(WRITES)) {
      expect(await write(caller, 'nobody'), name).to.equal(null);
      expect(await write(caller, 'nobody', { version: 0 }), name).to.equal(null);
    }
    expect(await caller.list(null, { total: true })).to.deep.equal({ total: 0, data: [] });
  });

  promise('A49', 'data and user that are missing are INVALID_DATA, and null is a value', async (caller) => {
    const { id } = await caller.open({ data: 1 });
    const missing: [string, string][] = [
      ['store_session_data', 'data'],
      ['patch_session_data', 'data'],
      ['update_session_user', 'user'],
    ];
    for (const [operation, field] of missing) {
      const fault = await caller.refusal(caller.call(operation, { session_id: id }));
      expect(fault, operation).to.include({ code: 'INVALID_DATA', status: 400 });
      expect(fault.details).to.deep.equal({ field });
      expect(await caller.call(operation, { session_id: id, [field]: null })).to.include({ [field]: null });
    }
  });
}

export function writePromises(promise: ApiPromise, { losesNegativeZero }: ApiUnderTest): void {
  dataPromises(promise);
  if (!losesNegativeZero) negativeZeroPromises(promise);
  stepPromises(promise);
}
