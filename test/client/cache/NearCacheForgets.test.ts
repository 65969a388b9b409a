import { expect } from 'chai';
import type { OperationName } from 'service-sessions-client';
import { type SlowSessions, sessionOf, withSession } from './SlowSessions.js';

const CHANGES: [OperationName, Record<string, unknown>][] = [
  ['store_session_data', { session_id: 's1', data: 1 }],
  ['patch_session_data', { session_id: 's1', data: {} }],
  ['update_session_user', { session_id: 's1', user: {} }],
  ['close_session', { session_id: 's1' }],
  ['open_session', { user_id: 'u2', session_id: 's1' }],
  ['delete_session_by_id', { session_id: 's1' }],
  ['close_sessions', { filter: { user_id: 'u1' } }],
];

describe('The near-cache forgets', () => {
  for (const [operation, args] of CHANGES) {
    it(`forgets a session when ${operation} starts, and when it ends`, async () => {
      const world = withSession();
      await world.validate('s1');
      const { held } = world.begin(operation, args);
      expect(world.cache.count, 'when it starts').to.equal(0);
      await world.validate('s1');
      expect(world.cache.count, 'meanwhile').to.equal(1);
      await held?.end();
      expect(world.cache.count, 'when it ends').to.equal(0);
    });

    it(`forgets a session when ${operation} fails`, async () => {
      const world = withSession();
      const { held, answer } = world.begin(operation, args);
      await world.validate('s1');
      held?.arrive();
      await held?.end(true);
      expect(world.cache.count).to.equal(0);
      expect(await answer.catch((error: Error) => error.message)).to.equal('The connection broke');
    });

    it(`keeps no answer that was under way while ${operation} began or ended`, async () => {
      for (const moment of ['start', 'end']) {
        const world = withSession();
        const write = () => world.begin(operation, args).held;
        const early = moment === 'end' ? write() : null;
        const { held } = world.begin('validate_session', { session_id: 's1' });
        held?.arrive();
        if (early === null) write();
        else await early.end();
        await held?.end();
        expect(world.cache.count, moment).to.equal(0);
      }
    });
  }

  it('keeps what was asked for after a change although an older question is still under way', async () => {
    const world = withSession();
    const older = world.begin('validate_session', { session_id: 's1' }).held;
    older?.arrive();
    await world.perform('store_session_data', { session_id: 's1', data: 'new' });
    await world.validate('s1');
    await older?.end();
    expect(await world.validate('s1')).to.include({ data: 'new' });
    expect(world.asked).to.equal(3);
  });

  it('does not put an older answer in the place of a newer one', async () => {
    const world = withSession({ data: 'old' });
    const older = world.begin('validate_session', { session_id: 's1' }).held;
    older?.arrive();
    world.clock.advance(10);
    world.sessions.set('s1', sessionOf({ data: 'new' }));
    await world.begin('validate_session', { session_id: 's1' }).held?.end();
    await older?.end();
    expect(await world.validate('s1')).to.include({ data: 'new' });
    expect(world.asked).to.equal(2);
  });

  it('forgets everything with close_sessions: whose a session is may have changed elsewhere', async () => {
    const world = withSession({ user_id: 'anonymous' });
    await world.validate('s1');
    world.sessions.set('s1', sessionOf({ user_id: 'ann' }));
    await world.perform('close_sessions', { filter: { user_id: 'ann' } });
    expect(await world.validate('s1')).to.equal(null);
  });

  it('forgets everything where a change does not say by a string what it concerns', async () => {
    for (const [operation, args] of [
      ['close_session', { session_id: new String('s1') }],
      ['close_sessions', { filter: { user_id: 1 } }],
      ['close_sessions', { filter: null }],
    ] as [OperationName, Record<string, unknown>][]) {
      const world = withSession();
      await world.validate('s1');
      world.begin(operation, args);
      expect(world.cache.count, JSON.stringify(args)).to.equal(0);
    }
  });

  it('forgets a session that another answer shows to have ended', async () => {
    for (const [operation, args] of [
      ['get_session_by_id', { session_id: 's1' }],
      ['get_sessions', {}],
      ['validate_session', { session_id: 's1', user_id: 'u2' }],
    ] as [OperationName, Record<string, unknown>][]) {
      const world = withSession();
      await world.validate('s1');
      world.end('s1');
      await world.perform(operation, args);
      expect(world.cache.count, operation).to.equal(0);
    }
  });

  it('forgets a session that get_session_by_id does not find', async () => {
    const world = withSession();
    await world.validate('s1');
    world.sessions.clear();
    await world.perform('get_session_by_id', { session_id: 's1' });
    expect(world.cache.count).to.equal(0);
  });

  it('keeps its sessions where others are only read or expire', async () => {
    const world = withSession();
    await world.validate('s1');
    for (const operation of ['get_sessions', 'get_session_by_id', 'close_expired_sessions', 'open_session'] as const) {
      await world.perform(operation, operation === 'open_session' ? { user_id: 'u1' } : { session_id: 's1' });
    }
    expect(world.cache.count).to.equal(1);
  });

  it('forgets at once what it is told to, answers under way included', async () => {
    for (const forget of [
      (world: SlowSessions) => world.cache.forget('s1'),
      (world: SlowSessions) => world.cache.clear(),
    ]) {
      const world = withSession();
      await world.validate('s1');
      forget(world);
      expect(world.cache.count).to.equal(0);
      const { held } = world.begin('validate_session', { session_id: 's1' });
      held?.arrive();
      forget(world);
      await held?.end();
      expect(world.cache.count).to.equal(0);
    }
  });

  it('hands on the failure of a validation, and answers what it has meanwhile', async () => {
    const world = withSession();
    const { held, answer } = world.begin('validate_session', { session_id: 's1' });
    await held?.end(true);
    expect(await answer.catch((error: Error) => error.message)).to.equal('The connection broke');
    expect(await world.validate('s1')).to.include({ id: 's1' });
  });
});
