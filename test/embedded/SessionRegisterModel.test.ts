import { expect } from 'chai';
import fc from 'fast-check';
import { RegisterWorld } from './RegisterWorld.js';

const seed = process.env['FC_SEED'];

/** What a session of the model is: its user, and the instant in milliseconds at which it ends. */
interface Known {
  user: string;
  endsAt: number;
}

type Step = (world: RegisterWorld, model: Model) => void;

/** The rules without timers, deadlines or events: a list, looked through at every question. */
class Model {
  readonly sessions = new Map<string, Known>();
  readonly opened: string[] = [];
  readonly ended: string[] = [];
  timeout = 10;

  open(key: string, user: string, now: number): void {
    this.opened.push(key);
    this.sessions.set(key, { user, endsAt: now + this.timeout * 1000 });
  }

  is(key: string, now: number): boolean {
    const known = this.sessions.get(key);
    if (known === undefined) return false;
    if (known.endsAt <= now) this.end(key);
    return known.endsAt > now;
  }

  end(key: string): void {
    this.sessions.delete(key);
    this.ended.push(key);
  }

  /** Ends what is due. */
  pass(now: number): void {
    for (const key of [...this.sessions.keys()]) this.is(key, now);
  }

  chosen(index: number): string {
    return this.opened[index % Math.max(this.opened.length, 1)] ?? 'none';
  }
}

const user = fc.constantFrom('ann', 'bob', '__proto__', 'constructor', '');
const index = fc.nat({ max: 30 });
const seconds = fc.integer({ min: 0, max: 12 });

const steps: fc.Arbitrary<Step>[] = [
  user.map(
    (name): Step =>
      (world, model) => {
        model.open(world.register.loadNewSession(name), name, world.clock.now());
      },
  ),
  index.map(
    (at): Step =>
      (world, model) => {
        const key = model.chosen(at);
        const is = model.is(key, world.clock.now());
        expect(world.register.deleteSession(key)).to.equal(is);
        if (is) model.end(key);
      },
  ),
  index.map(
    (at): Step =>
      (world, model) => {
        const key = model.chosen(at);
        const is = model.is(key, world.clock.now());
        expect(world.register.restartSessionTimer(key)).to.equal(is);
        const known = model.sessions.get(key);
        if (known !== undefined) known.endsAt = world.clock.now() + model.timeout * 1000;
      },
  ),
  index.map(
    (at): Step =>
      (world, model) => {
        const key = model.chosen(at);
        expect(world.register.checkSessionStatus(key)).to.equal(model.is(key, world.clock.now()));
      },
  ),
  fc.integer({ min: -1, max: 20 }).map(
    (timeout): Step =>
      (world, model) => {
        const isTaken = timeout >= 2;
        expect(world.register.setSessionTimeOut(timeout)).to.equal(isTaken);
        if (isTaken) model.timeout = timeout;
      },
  ),
  seconds.map(
    (time): Step =>
      (world) =>
        world.pass(time),
  ),
  seconds.map(
    (time): Step =>
      (world, model) => {
        world.advance(time);
        model.pass(world.clock.now());
      },
  ),
  fc.constant<Step>((world, model) => {
    model.pass(world.clock.now());
    expect(world.register.getLoggedUsers()).to.deep.equal([...model.sessions.values()].map((known) => known.user));
  }),
  fc.constant<Step>((world, model) => {
    expect(world.register.deleteAllSessions()).to.equal(true);
    for (const key of [...model.sessions.keys()]) model.end(key);
  }),
];

describe('SessionManager', () => {
  it('answers what a list of its sessions would, and tells each end once, whatever is called in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...steps), { maxLength: 120 }), (sequence) => {
        const world = new RegisterWorld();
        const model = new Model();
        for (const step of sequence) {
          step(world, model);
          expect(world.timers.count).to.be.at.most(1);
        }
        world.advance(60);
        model.pass(world.clock.now());
        const told = (name: string) => world.events.filter(([event]) => event === name).map(([, key]) => key);
        expect(told('sessionCreated')).to.deep.equal(model.opened);
        for (const name of ['sessionDeleted', 'activeUserDeleted']) {
          expect(told(name).sort()).to.deep.equal([...model.opened].sort());
          expect(told(name).sort()).to.deep.equal([...model.ended].sort());
        }
        expect(world.timers.count).to.equal(0);
      }),
      { numRuns: 300, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  });
});
