import { expect } from 'chai';
import fc from 'fast-check';
import type { OperationName, SessionV1 } from 'service-sessions-client';
import { type HeldCall, SlowSessions, sessionOf, settled } from './SlowSessions.js';

const TTL = 1000;
const IDS = ['a', 'b', 'c', 'd'];
const userOf = (id: string) => (id < 'c' ? 'u1' : 'u2');

type Step =
  | { do: 'wait'; time: number }
  | { do: 'validate' | 'close' | 'store' | 'endElsewhere'; id: string }
  | { do: 'closeUser'; user: string }
  | { do: 'arrive' | 'answer' | 'break'; which: number };

const id = fc.constantFrom(...IDS);
const which = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), time: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('validate' as const), id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('close', 'store', 'endElsewhere'), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('closeUser' as const), user: fc.constantFrom('u1', 'u2') }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constantFrom('arrive', 'answer', 'answer', 'break'), which }) },
);

/** What is known of the ends and writes, and the promises of the cache checked against it at every answer. */
class Run {
  readonly world = new SlowSessions({ ttl: TTL, size: 3 });
  private readonly waiting: HeldCall[] = [];
  /** By session: when it ended at the service, and whether a call through this cache that ended it is over. */
  private readonly endedAt = new Map<string, number>();
  private readonly endedHere = new Set<string>();
  /** By session: the least version that a later question may be answered with. */
  private readonly written = new Map<string, number>();
  private readonly checks: Promise<void>[] = [];
  hits = 0;

  constructor() {
    for (const one of IDS) this.world.sessions.set(one, sessionOf({ id: one, user_id: userOf(one) }));
  }

  async take(one: Step): Promise<void> {
    switch (one.do) {
      case 'wait':
        return this.world.clock.advance(one.time);
      case 'validate':
        return this.validate(one.id);
      case 'close':
        return this.begin('close_session', { session_id: one.id }, [one.id]);
      case 'closeUser':
        return this.begin(
          'close_sessions',
          { filter: { user_id: one.user } },
          IDS.filter((x) => userOf(x) === one.user),
        );
      case 'store':
        return this.store(one.id);
      case 'endElsewhere':
        this.world.end(one.id);
        return this.noteEnds();
      default:
        return this.goOn(one.do, one.which);
    }
  }

  private async validate(session: string): Promise<void> {
    const begun = this.world.clock.now();
    const [endedHere, written] = [this.endedHere.has(session), this.written.get(session) ?? 0];
    const { held, answer } = this.world.begin('validate_session', { session_id: session });
    if (held !== null) this.waiting.push(held);
    else this.hits++;
    const check = (found: SessionV1 | null) => {
      if (found === null) return;
      expect(endedHere, 'ended through this cache before it was asked').to.equal(false);
      expect(begun - (this.endedAt.get(session) ?? begun), 'how late an end is seen').to.be.lessThan(TTL);
      expect(found.version, 'its version').to.be.at.least(written);
    };
    const checked = (answer as Promise<SessionV1 | null>).then(check, () => undefined);
    checked.catch(() => undefined);
    if (held === null) await checked;
    else this.checks.push(checked);
  }

  private begin(operation: OperationName, args: Record<string, unknown>, ends: string[]): void {
    const { held, answer } = this.world.begin(operation, args);
    if (held !== null) this.waiting.push(held);
    answer.then(
      () => ends.forEach((one) => void this.endedHere.add(one)),
      () => undefined,
    );
  }

  private store(session: string): void {
    const { held, answer } = this.world.begin('store_session_data', { session_id: session, data: 1 });
    if (held !== null) this.waiting.push(held);
    answer.then(
      (found) => this.written.set(session, Math.max(this.written.get(session) ?? 0, (found as SessionV1).version)),
      () => undefined,
    );
  }

  private async goOn(how: 'arrive' | 'answer' | 'break', index: number): Promise<void> {
    const held = this.waiting[index % Math.max(this.waiting.length, 1)];
    if (held === undefined) return;
    held.arrive();
    this.noteEnds();
    if (how === 'arrive') return;
    this.waiting.splice(this.waiting.indexOf(held), 1);
    await held.end(how === 'break');
  }

  private noteEnds(): void {
    for (const { id: one, active } of this.world.sessions.values()) {
      if (!active && !this.endedAt.has(one)) this.endedAt.set(one, this.world.clock.now());
    }
  }

  async finish(): Promise<void> {
    while (this.waiting.length > 0) await this.goOn('answer', 0);
    await settled();
    await Promise.all(this.checks);
    for (const one of IDS) await this.validate(one);
    while (this.waiting.length > 0) await this.goOn('answer', 0);
    await Promise.all(this.checks);
  }
}

describe('Whatever is under way at once, the near-cache', () => {
  it('shows an end elsewhere at the latest its ttl after it, and an end or a write of its own at once', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const run = new Run();
        for (const one of steps) await run.take(one);
        await run.finish();
        hits += run.hits;
      }),
      { numRuns: 1500 },
    );
    expect(hits, 'answers from memory that were checked').to.be.greaterThan(1000);
  });
});
