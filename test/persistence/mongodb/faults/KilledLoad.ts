import { expect } from 'chai';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { TrackedSession } from '../../../crash/TrackedSession.js';
import type { FaultyNode } from './FaultyNode.js';

const WORKERS = 8;
/** So many sessions live on from one kill to the next. */
const KEPT = 12;

/** What a worker knows of a session beside its stage. */
interface Used {
  session: TrackedSession;
  /** Each is asked for once at most before it is looked at. */
  close: 'none' | 'tried' | 'acknowledged';
}

/** Works on sessions while their store is killed, and compares what is left of them with what was acknowledged. */
export class KilledLoad {
  acknowledged = 0;
  unavailable = 0;
  /** Ends that were done, while nobody could be told. */
  untold = 0;
  private used: Used[] = [];
  private opened = 0;
  private isStopped = false;

  constructor(private readonly node: FaultyNode) {}

  /** Resolves when it was stopped and every call has ended. */
  async run(): Promise<void> {
    this.isStopped = false;
    const old = this.used.filter(({ session }) => session.acknowledged.state === 'active');
    await Promise.all(
      Array.from({ length: WORKERS }, async (_, worker) => {
        for (const one of old.filter((__, index) => index % WORKERS === worker)) await this.use(one);
        while (!this.isStopped) await this.use(null);
      }),
    );
  }

  stop(): void {
    this.isStopped = true;
  }

  /** A session's life, or the rest of it; ends with the first call that is not answered. */
  private async use(old: Used | null): Promise<void> {
    const one: Used = old ?? { session: new TrackedSession(`k${this.opened++}`), close: 'none' };
    const { session } = one;
    if (old === null) {
      this.used.push(one);
      if (!(await this.open(session))) return;
    }
    let { writes } = session.acknowledged;
    for (let step = Math.floor(Math.random() * 4); step > 0; step--) {
      writes++;
      const data = session.data(writes);
      const write = (controller: SessionsController) =>
        step % 2 === 0
          ? controller.storeSessionData(null, session.key, data)
          : controller.patchSessionData(null, session.key, data);
      if (!(await this.step(session, { writes, state: 'active' }, write))) return;
      const valid = await this.call((controller) => controller.validateSession(null, session.key));
      if (valid === undefined) return;
      expect(valid, `${session.key} is active`).to.not.equal(null);
    }
    if (Math.random() < 0.3) return;
    one.close = 'tried';
    const isClosed = await this.step(session, { writes, state: 'closed' }, (controller) =>
      controller.closeSession(null, session.key),
    );
    if (!isClosed) return;
    one.close = 'acknowledged';
    const valid = await this.call((controller) => controller.validateSession(null, session.key));
    expect([null, undefined], `${session.key} is closed`).to.include(valid);
  }

  private open(session: TrackedSession): Promise<boolean> {
    return this.step(session, { writes: 0, state: 'active' }, (controller) =>
      controller.openSession(null, { session_id: session.key, user_id: 'ann', data: session.data(0) }),
    );
  }

  private async step(
    session: TrackedSession,
    stage: { writes: number; state: 'active' | 'closed' },
    work: (controller: SessionsController) => Promise<unknown>,
  ): Promise<boolean> {
    let isAnswered = false;
    const act = async () => {
      const answer = await this.call(work);
      if (answer === undefined) throw new Unanswered();
      isAnswered = true;
      return answer as never;
    };
    await session.step(stage, act).catch((error) => {
      if (!(error instanceof Unanswered)) throw error;
    });
    return isAnswered;
  }

  /** Undefined when the store was not available; any other refusal is a finding: SESSION_EXISTS of a lost reply is one. */
  private async call<T>(work: (controller: SessionsController) => Promise<T>): Promise<T | undefined> {
    const { value, code } = await this.node.call(work);
    expect([undefined, 'PERSISTENCE_UNAVAILABLE']).to.include(code);
    if (code === undefined) this.acknowledged++;
    else this.unavailable++;
    return code === undefined ? (value as T) : undefined;
  }

  /** Of what was used since the last time: it is as acknowledged, ended ones are not valid, and each end was told once. */
  async expectKept(): Promise<void> {
    for (const { session, close } of this.used) {
      const found = await this.read((controller) => controller.getSessionById(null, session.key));
      session.expectFound(found === null ? undefined : (found as never));
      const told = this.node.published('session_closed', session.key);
      const { state } = session.acknowledged;
      if (close === 'acknowledged') expect([state, told], session.key).to.deep.equal(['closed', 1]);
      if (state !== 'closed') expect(told, session.key).to.equal(0);
      else expect(told, session.key).to.be.at.most(1);
      if (state === 'closed' && told === 0) this.untold++;
      if (state !== 'closed') continue;
      expect(await this.read((controller) => controller.validateSession(null, session.key))).to.equal(null);
    }
    const living = this.used.filter(({ session }) => session.acknowledged.state === 'active').slice(-KEPT);
    for (const one of this.used) {
      if (!living.includes(one)) await this.read((controller) => controller.deleteSessionById(null, one.session.key));
    }
    this.used = living;
    this.node.events.length = 0;
  }

  private async read<T>(work: (controller: SessionsController) => Promise<T>): Promise<T> {
    const { value, code } = await this.node.call(work);
    expect(code).to.equal(undefined);
    return value as T;
  }
}

class Unanswered extends Error {}
