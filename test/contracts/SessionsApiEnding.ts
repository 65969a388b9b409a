import { expect } from 'chai';
import type { ApiPromise } from './ApiUnderTest.js';

const HOUR = 3_600_000;

function closePromises(promise: ApiPromise): void {
  promise('A50', 'close_session ends a session now, and drops user and data', async (caller) => {
    const session = await caller.open({ user: 1, data: 2, service: 'shop' });
    caller.clock.advance(1234);
    const closed = await caller.close(session.id);
    const { user: _, data: __, ...head } = session;
    expect(closed).to.deep.equal({
      ...head,
      active: false,
      close_time: caller.clock.iso(),
      close_reason: 'closed',
    });
    expect(await caller.get(session.id)).to.deep.equal(closed);
  });

  promise('A51', 'close_session is idempotent: the second call answers the closed session', async (caller) => {
    const { id } = await caller.open({ data: 2 });
    const closed = await caller.close(id);
    caller.clock.advance(1000);
    expect(await caller.close(id)).to.deep.equal(closed);
    const together = await caller.open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => caller.close(together.id)));
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
  });

  promise('A52', 'close_session answers null for an unknown id and makes nothing', async (caller) => {
    expect(await caller.close('nobody')).to.equal(null);
    expect(await caller.get('nobody')).to.equal(null);
  });

  promise('A53', 'closed is final: nothing makes a closed session active again', async (caller) => {
    const { id } = await caller.open({ data: 1 });
    const closed = await caller.close(id);
    caller.clock.advance(HOUR);
    await caller.validate(id);
    await caller.validate(id, 'ann');
    for (const write of [caller.store(id, 1), caller.patch(id, { a: 1 }), caller.update(id, 1, { user_id: 'bob' })]) {
      await caller.refusal(write);
    }
    await caller.closeAll({ user_id: 'ann' });
    await caller.sweep();
    expect(await caller.get(id)).to.deep.equal(closed);
    await caller.api.restart({ expire_timeout: 0 });
    expect(await caller.get(id)).to.deep.equal(closed);
    expect(await caller.validate(id)).to.equal(null);
  });

  promise('A54', 'delete_session_by_id removes a session of any state, and answers what it was', async (caller) => {
    const open = await caller.open({ data: 1 });
    expect(await caller.delete(open.id)).to.deep.equal(open);
    const { id } = await caller.open();
    const closed = await caller.close(id);
    expect(await caller.delete(id)).to.deep.equal(closed);
    for (const gone of [open.id, id, 'nobody']) {
      expect(await caller.delete(gone)).to.equal(null);
      expect(await caller.get(gone)).to.equal(null);
      expect(await caller.store(gone, 1)).to.equal(null);
    }
    expect(await caller.ids()).to.deep.equal([]);
  });
}

function closeManyPromises(promise: ApiPromise): void {
  promise(
    'A55',
    'close_sessions ends all active sessions of the user as revoked, and answers how many',
    async (caller) => {
      const sessions = [await caller.open({ data: 1 }), await caller.open(), await caller.open({ service: 'shop' })];
      const already = await caller.open();
      await caller.close(already.id);
      const other = await caller.open({ user_id: 'bob' });
      caller.clock.advance(5);
      expect(await caller.closeAll({ user_id: 'ann' })).to.equal(3);
      for (const { id } of sessions) {
        const closed = await caller.get(id);
        expect(closed).to.include({ active: false, close_reason: 'revoked', close_time: caller.clock.iso() });
        expect(closed).not.to.have.property('data');
      }
      expect(await caller.get(already.id)).to.include({ close_reason: 'closed' });
      expect(await caller.get(other.id)).to.deep.equal(other);
      expect(await caller.closeAll({ user_id: 'ann' })).to.equal(0);
      expect(await caller.closeAll({ user_id: 'nobody' })).to.equal(0);
    },
  );

  promise('A56', 'close_sessions leaves the one excepted', async (caller) => {
    const [mine, other] = [await caller.open(), await caller.open()];
    expect(await caller.closeAll({ user_id: 'ann' }, mine.id)).to.equal(1);
    expect(await caller.get(mine.id)).to.deep.equal(mine);
    expect(await caller.get(other.id)).to.include({ active: false });
    const more = await caller.open();
    expect(await caller.closeAll({ user_id: 'ann' }, 'nobody')).to.equal(2);
    expect(await caller.get(more.id)).to.include({ active: false });
  });

  promise('A57', 'close_sessions is narrowed by the other keys of the filter', async (caller) => {
    const early = await caller.open({ service: 'shop', name: 'a', client: 'c1', address: 'x', user_name: 'Ann' });
    caller.clock.advance(1000);
    const noon = caller.clock.iso();
    const late = await caller.open({ service: 'desk', name: 'b', client: 'c2', address: 'y', user_name: 'Anna' });
    const narrowed = (filter: object) => caller.closeAll({ user_id: 'ann', ...filter });
    for (const key of ['service', 'name', 'client', 'address', 'user_name', 'id']) {
      expect(await narrowed({ [key]: 'other' }), key).to.equal(0);
    }
    expect(await narrowed({ active: 'false' })).to.equal(0);
    expect(await narrowed({ from_time: noon, service: 'shop' })).to.equal(0);
    expect(await narrowed({ to_time: noon, unknown: 'ignored' })).to.equal(1);
    expect(await caller.get(early.id)).to.include({ active: false, close_reason: 'revoked' });
    expect(await narrowed({ id: late.id, active: true })).to.equal(1);
    expect(await caller.get(late.id)).to.include({ active: false });
  });

  promise(
    'A58',
    'close_sessions neither counts nor changes expired sessions',
    async (caller) => {
      const expired = await caller.open();
      caller.clock.advance(HOUR);
      await caller.open();
      const before = await caller.get(expired.id);
      expect(await caller.closeAll({ user_id: 'ann' })).to.equal(1);
      expect(await caller.get(expired.id)).to.deep.equal(before);
      expect(await caller.sweep()).to.equal(1);
      expect(await caller.get(expired.id)).to.deep.equal(before);
    },
    { expire_timeout: HOUR },
  );

  promise('A59', 'of sessions opened before close_sessions begins none survives', async (caller) => {
    const before = await Promise.all(Array.from({ length: 50 }, () => caller.open()));
    const [count] = await Promise.all([
      caller.closeAll({ user_id: 'ann' }),
      ...Array.from({ length: 50 }, () => caller.open()),
    ]);
    expect(count).to.be.within(50, 100);
    for (const { id } of before) expect(await caller.get(id)).to.include({ active: false, close_reason: 'revoked' });
    const page = await caller.list({ user_id: 'ann', active: true }, { total: true });
    expect(page.total).to.equal(100 - count);
  });
}

export function endingPromises(promise: ApiPromise): void {
  closePromises(promise);
  closeManyPromises(promise);
}
