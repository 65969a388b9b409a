import { expect } from 'chai';
import type { SessionState } from '../../../src/logic/SessionAnswer.js';
import { SessionWatch } from '../../../src/services/push/SessionWatch.js';
import { FakeClock, START } from '../../support/FakeClock.js';
import { ManualTimers } from '../../support/ManualTimers.js';

const active: SessionState = { userId: 'ann', userName: null, active: true, endAt: START + 1000, reason: null };

describe('The watch over sessions of which one is opened under the id of another', () => {
  let watch: SessionWatch;
  let ends: string[];
  /** Answer the reads, in the order in which they began. */
  let answers: ((session: SessionState | null) => void)[];

  beforeEach(() => {
    [ends, answers] = [[], []];
    watch = new SessionWatch({
      read: () => new Promise((resolve) => answers.push(resolve)),
      onEnd: (id, reason) => ends.push(`${id} ${reason}`),
      checkInterval: 0,
      clock: new FakeClock(),
      timers: new ManualTimers(),
    });
  });

  const check = () => watch.check('s1', () => true);
  async function answer(read: number, session: SessionState | null, asked: Promise<void>): Promise<void> {
    answers[read]?.(session);
    await asked;
  }

  it('takes the end of the earlier one for none of the later', async () => {
    const early = check();
    watch.heard({ type: 'session_closed', session_id: 's1', reason: 'closed' });
    await answer(1, active, check());
    await answer(0, active, early);
    expect([watch.size, ends]).to.deep.equal([1, []]);
  });

  it('tells an end once that it hears of while the store is asked, and not of the later one again', async () => {
    await answer(0, active, check());
    const early = check();
    watch.heard({ type: 'session_deleted', session_id: 's1' });
    await answer(2, active, check());
    await answer(1, null, early);
    expect([watch.size, ends]).to.deep.equal([1, ['s1 closed']]);
  });
});
