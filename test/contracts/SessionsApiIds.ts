import { expect } from 'chai';
import type { ApiPromise, ApiUnderTest } from './ApiUnderTest.js';

const BROUGHT = 'brought-id_0123456789ABCDEF';
const DAY = 86_400_000;

/** Over a transport ids may be brought with this option only. */
const accepting = { accept_ids: true };

function ownIdPromises(promise: ApiPromise): void {
  promise(
    'A90',
    'new ids have the configured length and, where wanted, the time in base 36 behind',
    async (caller) => {
      const { id } = await caller.open();
      expect(id).to.match(/^[0-9a-f]{41}_[0-9a-z]+$/);
      expect(Number.parseInt(id.slice(42), 36)).to.equal(caller.clock.now());
      expect(await caller.validate(id)).to.include({ id });
    },
    { id_length: 41, id_timestamp: true },
  );

  promise(
    'A91',
    'a brought id is the id of the session; one in use, or retained, is SESSION_EXISTS and changes nothing',
    async (caller) => {
      const session = await caller.open({ session_id: BROUGHT, data: 1 });
      expect(session).to.include({ id: BROUGHT });
      const expectTaken = async (): Promise<void> => {
        const before = await caller.get(BROUGHT);
        const fault = await caller.refusal(caller.open({ session_id: BROUGHT, user_id: 'bob', data: 2 }));
        expect(fault).to.include({ code: 'SESSION_EXISTS', status: 409 });
        expect(await caller.get(BROUGHT)).to.deep.equal(before);
      };
      await expectTaken();
      await caller.close(BROUGHT);
      await expectTaken();
      caller.clock.advance(30 * DAY);
      await caller.sweep();
      await expectTaken();
      caller.clock.advance(1);
      await caller.sweep();
      expect(await caller.open({ session_id: BROUGHT })).to.include({ id: BROUGHT, active: true, version: 0 });
      caller.clock.advance(DAY);
      expect(await caller.get(BROUGHT)).to.include({ active: false, close_reason: 'expired' });
      await expectTaken();
      expect(caller.api.events.filter(({ type }) => type === 'session_opened')).to.have.length(2);
    },
    accepting,
  );

  promise(
    'A92',
    'a deleted session frees its id; of concurrent openings under one id exactly one succeeds',
    async (caller) => {
      await caller.open({ session_id: BROUGHT });
      await caller.delete(BROUGHT);
      const opens = Array.from({ length: 20 }, (_, i) => caller.open({ session_id: BROUGHT, user_id: `u${i}` }));
      const ends = await Promise.allSettled(opens);
      const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
      expect(won).to.have.length(1);
      expect(await caller.get(BROUGHT)).to.deep.equal(won[0]);
      expect(await caller.list(null, { total: true })).to.include({ total: 1 });
    },
    accepting,
  );
}

function transportIdPromises(promise: ApiPromise): void {
  const strange = [
    'x'.repeat(19),
    'x'.repeat(129),
    `${'x'.repeat(20)} `,
    `${'x'.repeat(20)}.`,
    'ä'.repeat(30),
    `a/b${BROUGHT}`,
  ];

  promise('A93', 'without accept_ids a brought id is INVALID_DATA, and no session is opened', async (caller) => {
    for (const session_id of [BROUGHT, ...strange]) {
      const fault = await caller.refusal(caller.open({ session_id }));
      expect(fault).to.include({ code: 'INVALID_DATA', status: 400 });
      expect(fault.details).to.deep.equal({ field: 'session_id' });
    }
    expect(await caller.ids()).to.deep.equal([]);
  });

  promise(
    'A94',
    'with accept_ids a brought id has 20 to 128 characters of A-Z, a-z, 0-9, _ and -',
    async (caller) => {
      for (const session_id of strange) {
        const fault = await caller.refusal(caller.open({ session_id }));
        expect(fault.details).to.deep.equal({ field: 'session_id' });
      }
      for (const session_id of ['-_Az09'.padEnd(20, 'x'), 'y'.repeat(128)]) {
        expect(await caller.open({ session_id })).to.include({ id: session_id });
      }
    },
    accepting,
  );
}

export function idPromises(promise: ApiPromise, api: ApiUnderTest): void {
  ownIdPromises(promise);
  if (!api.isInProcess) {
    transportIdPromises(promise);
    return;
  }
  promise('A93', 'inside the process an id may be brought always, of any shape', async (caller) => {
    for (const session_id of ['x', 'a b/ü', '1700000000000', BROUGHT, 'z'.repeat(256)]) {
      expect(await caller.open({ session_id })).to.include({ id: session_id });
      expect(await caller.validate(session_id)).to.include({ id: session_id });
    }
  });
}
