import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import { FakeClock } from '../support/FakeClock.js';
import { ApiCaller, ApiFault, type ApiUnderTest, type ControllerOptions, type WireSession } from './ApiUnderTest.js';
import { commandLists, type ExpectedVersion, policies, type SessionCommand } from './SessionCommands.js';
import { SessionModel } from './SessionModel.js';
import type { ModelFilter, ModelPolicy, Outcome } from './SessionModelTypes.js';

const environment = (name: string): number | undefined => {
  const value = process.env[name];
  return value === undefined ? undefined : Number(value);
};

/**
 * Random lives of sessions, compared with the model after each step. `FC_SEED` repeats a run, `FC_RUNS` says how many
 * lives it has.
 */
export function sessionsLifecycleModel(name: string, api: ApiUnderTest, usualRuns: number): void {
  const seed = environment('FC_SEED') ?? Date.now() % 2 ** 31;
  const numRuns = environment('FC_RUNS') ?? usualRuns * (process.env['SESSIONS_TEST_LONG'] ? 50 : 1);

  describe(`The lifecycle, ${name}`, () => {
    it(`agrees with the model in ${numRuns} random lives (FC_SEED=${seed})`, async function () {
      this.timeout(30_000 + numRuns * 1000);
      const property = fc.asyncProperty(policies, commandLists, (policy, commands) => live(api, policy, commands));
      await fc.assert(property, { seed, numRuns });
    });
  });
}

async function live(api: ApiUnderTest, policy: ModelPolicy, commands: SessionCommand[]): Promise<void> {
  const clock = new FakeClock();
  const running = await api.start(optionsOf(policy), clock);
  try {
    const life = new ComparedLife(new ApiCaller(running, clock), new SessionModel(policy));
    for (const command of commands) await life.step(command);
    await life.compareAll();
  } finally {
    await running.stop();
  }
}

/** Does each command on the service and on the model, and compares what comes of it. */
class ComparedLife {
  private readonly witness = new Witness();

  constructor(
    private readonly caller: ApiCaller,
    private readonly model: SessionModel,
  ) {}

  async step(command: SessionCommand): Promise<void> {
    switch (command.do) {
      case 'wait':
        this.caller.clock.advance(command.time);
        return;
      case 'waitForEdge': {
        const { edges } = this.model;
        const edge = edges[command.which % Math.max(edges.length, 1)] ?? 0;
        this.caller.clock.advanceTo(edge + command.offset);
        return;
      }
      case 'restart':
        await this.caller.api.restart(optionsOf(command.policy));
        this.model.restart(command.policy);
        return;
      case 'list':
        return this.compareList(this.filterOf(command), command.skip, command.take);
      default:
        return this.compareOutcome(command);
    }
  }

  /** At the end: every session, every page, and everything that was published. */
  async compareAll(): Promise<void> {
    for (const id of [...this.model.ids, 'a', 'e']) await this.compareOutcome({ do: 'get', id });
    for (const take of [1, 3, 100]) {
      for (let skip = 0; skip <= this.model.ids.length; skip += take) await this.compareList({}, skip, take);
    }
    assert.deepEqual(eventsById(this.caller.api.events), this.model.events);
    this.witness.checkEnds(this.caller.api.events);
  }

  private async compareOutcome(command: SessionCommand): Promise<void> {
    const now = this.caller.clock.now();
    const version = 'version' in command ? this.versionFor(command.version, command.id) : undefined;
    const call = this.called(command, version);
    const expected = this.expected(command, version, now);
    const outcome: Outcome<unknown> = await call.then(
      (answer) => ({ answer }),
      (error) => {
        if (error instanceof ApiFault) return { code: String(error.code) };
        throw error;
      },
    );
    same(outcome, expected, command);
    if (command.do === 'open' && 'answer' in outcome) this.witness.forget(command.id);
    if ('answer' in outcome && typeof outcome.answer === 'object')
      this.witness.saw(outcome.answer as WireSession | null);
  }

  private called(command: SessionCommand, version: number | undefined): Promise<unknown> {
    const { caller } = this;
    switch (command.do) {
      case 'open': {
        const { id: session_id, user: user_id, service, timeout: expire_timeout, basis: expire_basis, data } = command;
        return caller.open({ session_id, user_id, service, expire_timeout, expire_basis, data });
      }
      case 'validate':
        return caller.validate(command.id, command.user);
      case 'store':
        return caller.store(command.id, command.data, { version, expire_timeout: command.timeout });
      case 'patch':
        return caller.patch(command.id, command.patch, { version });
      case 'update':
        return caller.update(command.id, command.user, { version, user_id: command.owner });
      case 'closeAll':
        return caller.closeAll({ user_id: command.user, service: command.service }, command.except);
      case 'sweep':
        return caller.sweep();
      case 'get':
      case 'close':
      case 'delete':
        return caller[command.do](command.id);
      default:
        throw new Error(`${command.do} has no outcome`);
    }
  }

  private expected(command: SessionCommand, version: number | undefined, now: number): Outcome<unknown> {
    const { model } = this;
    switch (command.do) {
      case 'open': {
        const { id, user: user_id, service, timeout: expire_timeout, basis: expire_basis, data } = command;
        return model.open({ id, user_id, service, expire_timeout, expire_basis, data }, now);
      }
      case 'validate':
        return model.validate(command.id, command.user, now);
      case 'store':
        return model.write(command.id, { version, data: command.data, expire_timeout: command.timeout }, now);
      case 'patch':
        return model.write(command.id, { version, patch: command.patch }, now);
      case 'update':
        return model.write(command.id, { version, user: command.user, user_id: command.owner }, now);
      case 'closeAll': {
        const { user: user_id, service, except } = command;
        return model.closeAll({ user_id, ...(service !== undefined && { service }) }, except, now);
      }
      case 'sweep':
        return model.sweep(now);
      case 'get':
      case 'close':
      case 'delete':
        return model[command.do](command.id, now);
      default:
        throw new Error(`${command.do} has no outcome`);
    }
  }

  private async compareList(filter: ModelFilter, skip: number, take: number): Promise<void> {
    const page = await this.caller.list(filter, { skip, take, total: true });
    same(page, this.model.list(filter, skip, take, this.caller.clock.now()), { filter, skip, take });
    for (const session of page.data) this.witness.saw(session);
  }

  /** The bounds of a list are instants that matter, counted from the newest. */
  private filterOf({ filter, from, to }: SessionCommand & { do: 'list' }): ModelFilter {
    const now = this.caller.clock.now();
    const instants = this.model.edges.filter((edge) => edge <= now);
    const bound = (which: number | undefined) => (which === undefined ? undefined : instants[which % instants.length]);
    const [from_time, to_time] = [bound(from), bound(to)];
    return { ...filter, ...(from_time !== undefined && { from_time }), ...(to_time !== undefined && { to_time }) };
  }

  private versionFor(expected: ExpectedVersion, id: string): number | undefined {
    if (expected === 'any') return undefined;
    return this.model.versionOf(id) + (expected === 'another' ? 1 : 0);
  }
}

/** What must hold of all that is ever seen of a session, whatever the model says. */
class Witness {
  private readonly last = new Map<string, WireSession>();

  /** Under an id that was freed another session has been opened. */
  forget(id: string): void {
    this.last.delete(id);
  }

  saw(session: WireSession | null): void {
    if (session === null) return;
    const before = this.last.get(session.id) ?? session;
    this.last.set(session.id, session);
    assert(session.version >= before.version, 'versions never go back');
    assert(session.request_time >= before.request_time, 'request_time never goes back');
    assert(before.active || !session.active, 'closed is final');
    assert(session.active || !('user' in session || 'data' in session), 'an ended session has no content');
  }

  /** Between an opening and the deletion of a session it ends at most once, and a deleted one has ended. */
  checkEnds(events: readonly SessionEventV1[]): void {
    const ends = new Map<string, number>();
    for (const { type, session_id } of events) {
      const count = ends.get(session_id) ?? 0;
      if (type === 'session_opened') ends.set(session_id, 0);
      if (type === 'session_closed') ends.set(session_id, count + 1);
      if (type === 'session_deleted') assert.equal(count, 1, 'a deleted session ended once');
      assert((ends.get(session_id) ?? 0) <= 1, 'a session ends once');
    }
  }
}

function same(actual: unknown, expected: unknown, what: object): void {
  if (isDeepStrictEqual(actual, expected)) return;
  assert.fail(`${JSON.stringify(what)} gave\n${JSON.stringify(actual)}\ninstead of\n${JSON.stringify(expected)}`);
}

function eventsById(events: readonly SessionEventV1[]): Map<string, string[]> {
  const byId = new Map<string, string[]>();
  for (const { type, session_id, user_id, time, reason } of events) {
    const what = type.replace('session_', '') + (reason === undefined ? '' : ` ${reason}`);
    byId.set(session_id, [...(byId.get(session_id) ?? []), `${user_id} ${what} @ ${time.getTime()}`]);
  }
  return byId;
}

function optionsOf({ touch_interval, ...policy }: ModelPolicy): ControllerOptions {
  return touch_interval === null ? policy : { ...policy, touch_interval };
}
