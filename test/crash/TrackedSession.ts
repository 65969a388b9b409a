import { expect } from 'chai';
import type { SessionV1 } from '../../src/data/version1/SessionV1.js';

/** How far a session has come: so many writes of its data, ended, or removed. */
export interface Stage {
  writes: number;
  state: 'absent' | 'active' | 'closed';
}

/** As much of a session as the wire shows. */
export type FoundSession = Pick<SessionV1, 'id' | 'active' | 'data'>;

const ABSENT: Stage = { writes: 0, state: 'absent' };

/** A session that one writer uses, and what may be found of it after a crash: what was acknowledged, or what came next. */
export class TrackedSession {
  /** Null until it is known. */
  id: string | null = null;
  acknowledged: Stage = ABSENT;
  private attempted: Stage | null = null;

  /** `key` tells it from all others, also where its id was never answered. */
  constructor(readonly key: string) {}

  /** The data that it has after so many writes. */
  data(writes: number): { key: string; writes: number; fill: string } {
    return { key: this.key, writes, fill: `${this.key}/${writes} `.repeat(1 + ((writes * 7) % 40)) };
  }

  /** Does a step; it counts once it is acknowledged. */
  async step(next: Stage, act: () => Promise<FoundSession | null>): Promise<void> {
    this.attempted = next;
    const answer = await act();
    if (answer !== null) this.id = answer.id;
    this.acknowledged = next;
    this.attempted = null;
  }

  /** Compares with what a restart finds; that is from then on acknowledged. */
  expectFound(found: FoundSession | undefined): void {
    const stage = this.stageOf(found);
    expect([this.acknowledged, this.attempted], `${this.key} after the crash`).to.deep.include(stage);
    this.id = found?.id ?? this.id;
    this.acknowledged = stage;
    this.attempted = null;
  }

  private stageOf(found: FoundSession | undefined): Stage {
    const known = this.attempted ?? this.acknowledged;
    if (found === undefined) return { writes: known.writes, state: 'absent' };
    if (!found.active) {
      expect(found, 'an ended session').to.not.have.property('data');
      return { writes: known.writes, state: 'closed' };
    }
    const { writes } = found.data as { writes: number };
    expect(found.data, 'wholly or not at all').to.deep.equal(this.data(writes));
    return { writes, state: 'active' };
  }
}
