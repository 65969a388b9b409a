import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  createSessionStorage,
  SessionNotFound,
  type SessionStorage,
  type StorageSession,
} from '../../src/embedded/session-storage.js';
import type { ApiStore } from '../support/ApiStores.js';
import { controllerWorld, type StorageWorld } from '../support/StorageWorlds.js';

const SESSIONS = 3;
const TTL = 1000;
const KINDS = ['get', 'save', 'saveUser', 'close', 'revoke', 'delete', 'deleteItself', 'advance', 'sweep'] as const;

interface Step {
  kind: (typeof KINDS)[number];
  /** Which session. */
  of: number;
  /** Turns of the event loop that it waits for before it begins. */
  waits: number;
}

const steps = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), of: fc.nat(SESSIONS - 1), waits: fc.nat(4) }), {
  minLength: 4,
  maxLength: 24,
});

/** Calls of any kind at any time: what was once answered to have ended is never again answered otherwise. */
export function sessionStorageModel(name: string, store: () => ApiStore, numRuns: number): void {
  describe(`Ended sessions of the session storage, ${name}`, function () {
    this.timeout(120_000);
    it(`stay ended whatever happens at the same time, in ${numRuns} runs`, async () => {
      const world = await controllerWorld(store)({ touch_interval: 0 });
      try {
        await fc.assert(
          fc.asyncProperty(steps, (program) => new Run(world).run(program)),
          { numRuns },
        );
      } finally {
        await world.stop();
      }
    });
  });
}

/** One program on sessions of its own. */
class Run {
  private readonly storage: SessionStorage;
  private readonly sessions: StorageSession[] = [];
  /** Those of which an answer has said that they have ended. */
  private readonly ended = new Set<number>();

  constructor(private readonly world: StorageWorld) {
    this.storage = createSessionStorage(world.source, { timeToLive: TTL, ttlType: 'lastAccess' }, world.clock);
  }

  async run(program: Step[]): Promise<void> {
    for (let index = 0; index < SESSIONS; index++) {
      const session = await this.storage.create({ index });
      this.sessions.push(await session.setUser({ _key: session.get('_key') }).save());
    }
    await Promise.all(program.map((step, index) => this.started(step, index)));
    for (const of of this.ended) {
      await this.expectEnded(of, this.storage.get(this.id(of)));
      await this.expectEnded(of, this.session(of).set('sessionData', 'again').save());
    }
  }

  private async started({ kind, of, waits }: Step, index: number): Promise<void> {
    for (let turn = 0; turn < waits; turn++) await new Promise((resolve) => setImmediate(resolve));
    const wasEnded = this.ended.has(of);
    try {
      const isEnd = await this.done(kind, of, index);
      assert(isEnd || !wasEnded, `${kind} was answered after an end`);
      if (isEnd === 'ends') this.ended.add(of);
    } catch (error) {
      if (!(error instanceof SessionNotFound)) throw error;
      this.ended.add(of);
    }
  }

  /** 'ends' where the session has ended when it is answered, 'other' where the answer does not say, false where it lives. */
  private async done(kind: Step['kind'], of: number, index: number): Promise<'ends' | 'other' | false> {
    const { source, clock } = this.world;
    const id = this.id(of);
    switch (kind) {
      case 'get':
        await this.storage.get(id);
        return false;
      case 'save':
        await this.session(of).set('sessionData', { index }).save();
        return false;
      case 'saveUser':
        await this.session(of).set('userData', { index }).save();
        return false;
      case 'close':
        await source.closeSession(null, id);
        return 'ends';
      case 'revoke':
        await source.closeSessions(null, { user_id: id });
        return 'ends';
      case 'delete':
        await this.storage.delete(id);
        return 'ends';
      case 'deleteItself':
        await this.session(of).delete();
        return 'ends';
      case 'advance':
        clock.advance(TTL / 2);
        return 'other';
      case 'sweep':
        await source.closeExpiredSessions(null);
        return 'other';
    }
  }

  private async expectEnded(of: number, call: Promise<unknown>): Promise<void> {
    await assert.rejects(call, SessionNotFound);
    const last = await this.world.source.getSessionById(null, this.id(of));
    assert.equal(last?.active ?? false, false, 'active again');
  }

  private session(of: number): StorageSession {
    return this.sessions[of] as StorageSession;
  }

  private id(of: number): string {
    return this.session(of).get('_key');
  }
}
