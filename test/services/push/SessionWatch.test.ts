import { expect } from 'chai';
import type { SessionState } from '../../../src/logic/SessionAnswer.js';
import { SessionWatch } from '../../../src/services/push/SessionWatch.js';
import { FakeClock, START } from '../../support/FakeClock.js';
import { ManualTimers } from '../../support/ManualTimers.js';

const active = (endAt: number): SessionState => ({ userId: 'ann', userName: null, active: true, endAt, reason: null });
const ended = (reason: 'closed' | 'expired'): SessionState => ({ ...active(START), active: false, reason });
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('The watch over sessions', () => {
  let clock: FakeClock;
  let timers: ManualTimers;
  let stored: Map<string, SessionState | Error>;
  let reads: string[];
  let underWay: number;
  let mostUnderWay: number;
  let ends: string[];
  let watch: SessionWatch;
  let held: Promise<void> | null;

  function watchWith(checkInterval: number): SessionWatch {
    return new SessionWatch({
      read: async (id) => {
        reads.push(id);
        mostUnderWay = Math.max(mostUnderWay, ++underWay);
        const session = stored.get(id) ?? null;
        await held;
        underWay--;
        if (session instanceof Error) throw session;
        return session;
      },
      onEnd: (id, reason) => ends.push(`${id} ${reason}`),
      checkInterval,
      clock,
      timers,
    });
  }

  beforeEach(() => {
    [clock, timers, stored, reads, ends] = [new FakeClock(), new ManualTimers(), new Map(), [], []];
    [underWay, mostUnderWay, held] = [0, 0, null];
    watch = watchWith(0);
  });

  async function advance(milliseconds: number): Promise<void> {
    clock.advance(milliseconds);
    for (let turn = 0; turn < 5; turn++) {
      timers.run(0);
      await turns();
    }
    timers.run();
    await turns();
  }

  /** Reads that begin from now on wait until what this answers is called. */
  function hold(): () => void {
    let release = (): void => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    return () => release();
  }

  async function join(id: string, session: SessionState): Promise<void> {
    stored.set(id, session);
    await watch.check(id, () => true);
  }

  it('tells an end that an event tells of, once; a deletion without one is a close', async () => {
    await join('s1', active(START + 1000));
    await join('s2', active(START + 1000));
    watch.heard({ type: 'session_closed', session_id: 's1', reason: 'revoked' });
    watch.heard({ type: 'session_closed', session_id: 's1', reason: 'expired' });
    for (const session_id of ['s1', 's2']) watch.heard({ type: 'session_deleted', session_id });
    await advance(5000);
    expect(ends).to.deep.equal(['s1 revoked', 's2 closed']);
    expect([watch.size, timers.count]).to.deep.equal([0, 0]);
  });

  it('tells nothing of sessions that nobody watches, nor of what ends none', async () => {
    await watch.check('s2', () => true);
    await join('s1', active(START + 1000));
    watch.heard({ type: 'session_closed', session_id: 's2', reason: 'closed' });
    watch.heard({ type: 'session_opened', session_id: 's1' });
    watch.forget('s1');
    watch.heard({ type: 'session_closed', session_id: 's1', reason: 'closed' });
    await advance(5000);
    expect(ends).to.deep.equal([]);
    expect([watch.size, timers.count]).to.deep.equal([0, 0]);
  });

  it('looks when the deadline has come, and tells what the store says', async () => {
    await join('s1', active(START + 1000));
    await join('s2', active(Number.POSITIVE_INFINITY));
    await advance(999);
    expect(reads).to.deep.equal(['s1', 's2']);
    stored.set('s1', ended('expired'));
    await advance(1);
    expect(ends).to.deep.equal(['s1 expired']);
    expect([reads.length, watch.size, timers.count], 'one without a deadline is not looked at').to.deep.equal([
      3, 1, 0,
    ]);
  });

  it('goes on to the new deadline where accesses have moved it', async () => {
    await join('s1', active(START + 1000));
    stored.set('s1', active(START + 1500));
    await advance(1000);
    expect(ends).to.deep.equal([]);
    stored.set('s1', ended('expired'));
    await advance(500);
    expect(ends).to.deep.equal(['s1 expired']);
  });

  it('looks after a write, which may have brought a shorter time-out, however many there are', async () => {
    await join('s1', active(START + 100_000));
    stored.set('s1', active(START + 10));
    for (let count = 0; count < 50; count++) watch.heard({ type: 'session_updated', session_id: 's1' });
    await advance(0);
    expect(reads).to.deep.equal(['s1', 's1']);
    stored.set('s1', ended('expired'));
    await advance(10);
    expect(ends).to.deep.equal(['s1 expired']);
  });

  it('looks once more where a write comes while it looks: what it read may be older', async () => {
    await join('s1', active(START + 1000));
    const release = hold();
    stored.set('s1', active(START + 100_000));
    await advance(1000);
    stored.set('s1', ended('expired'));
    watch.heard({ type: 'session_updated', session_id: 's1' });
    release();
    held = null;
    await turns();
    expect(ends).to.deep.equal([]);
    await advance(0);
    expect(ends).to.deep.equal(['s1 expired']);
  });

  it('looks again after the check interval, and learns what other processes did', async () => {
    watch = watchWith(60_000);
    await join('s1', active(Number.POSITIVE_INFINITY));
    await join('s2', active(Number.POSITIVE_INFINITY));
    await advance(59_999);
    expect(reads).to.have.length(2);
    stored.set('s1', ended('closed'));
    stored.delete('s2');
    await advance(1);
    expect(ends.sort()).to.deep.equal(['s1 closed', 's2 closed']);
  });

  it('tries again every second while the store does not answer', async () => {
    await join('s1', active(START + 1000));
    stored.set('s1', new Error('no store'));
    await advance(1000);
    await advance(999);
    expect(reads).to.have.length(2);
    stored.set('s1', ended('expired'));
    await advance(1);
    expect(ends).to.deep.equal(['s1 expired']);
  });

  it('takes an end that is published while the store is asked for what the session is', async () => {
    stored.set('s1', active(START + 1000));
    const seen: unknown[] = [];
    const check = watch.check('s1', (session) => {
      seen.push(session?.active, session?.reason);
      return true;
    });
    watch.heard({ type: 'session_closed', session_id: 's1', reason: 'replaced' });
    await check;
    expect(seen).to.deep.equal([false, 'replaced']);
    expect([watch.size, ends]).to.deep.equal([0, []]);
  });

  it('watches from the very moment it is wanted: an end in the same turn is told', async () => {
    stored.set('s1', active(START + 1000));
    const check = watch.check('s1', () => {
      queueMicrotask(() => watch.heard({ type: 'session_closed', session_id: 's1', reason: 'closed' }));
      return true;
    });
    await check;
    await turns();
    expect(ends).to.deep.equal(['s1 closed']);
  });

  it('tells those who watch when somebody else’s check finds the session ended', async () => {
    await join('s1', active(START + 1000));
    stored.set('s1', ended('expired'));
    await watch.check('s1', () => false);
    expect(ends).to.deep.equal(['s1 expired']);
  });

  it('takes no older answer for the end of a session that is watched since', async () => {
    const release = hold();
    const early = watch.check('s1', () => true);
    held = null;
    await join('s1', active(START + 1000));
    release();
    await early;
    expect([watch.size, ends]).to.deep.equal([1, []]);
  });

  it('passes on what the store or the caller throws, and keeps nothing of that', async () => {
    stored.set('s1', new Error('no store'));
    stored.set('s2', active(START + 1000));
    const wanted = (): boolean => {
      throw new Error('not wanted');
    };
    const thrown = (id: string) => watch.check(id, wanted).catch(({ message }) => message);
    expect([await thrown('s1'), await thrown('s2')]).to.deep.equal(['no store', 'not wanted']);
    expect([watch.size, timers.count]).to.deep.equal([0, 0]);
  });

  it('looks at thousands whose deadline comes at once, but asks the store for some at a time', async () => {
    const ids = Array.from({ length: 5000 }, (_, n) => `s${n}`);
    await Promise.all(ids.map((id) => join(id, active(START + 1000))));
    for (const id of ids) stored.set(id, ended('expired'));
    mostUnderWay = 0;
    clock.advance(1000);
    while (ends.length < ids.length) {
      timers.run();
      await turns();
    }
    expect(ends.sort()).to.deep.equal(ids.map((id) => `${id} expired`).sort());
    expect(mostUnderWay).to.be.lessThan(33);
    expect([watch.size, timers.count]).to.deep.equal([0, 0]);
  });

  it('tells nothing any more once it has forgotten all', async () => {
    await join('s1', active(START + 1000));
    stored.set('s1', ended('expired'));
    const release = hold();
    await advance(1000);
    watch.forgetAll();
    release();
    await turns();
    expect([ends, watch.size, timers.count]).to.deep.equal([[], 0, 0]);
  });
});
