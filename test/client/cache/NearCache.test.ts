import { expect } from 'chai';
import { START } from '../../support/FakeClock.js';
import { SlowSessions, sessionOf, withSession } from './SlowSessions.js';

/** A list, and an object under a member of the name `__proto__`. */
function insidesOf(data: object) {
  const [, member] = Object.entries(data).find(([name]) => name === '__proto__') ?? [];
  const { own } = member as { own: { x: number } };
  return { list: (data as { list: { n: number }[] }).list, own };
}

describe('The near-cache', () => {
  it('answers a validated session again without the service until its time is over', async () => {
    const world = withSession({ data: { a: [1] } });
    const first = await world.validate('s1');
    world.clock.advance(999);
    expect(await world.validate('s1')).to.deep.equal(first);
    expect(world.asked).to.equal(1);
    world.clock.advance(1);
    await world.validate('s1');
    expect(world.asked).to.equal(2);
  });

  it('counts the time from when the session was asked for', async () => {
    const world = withSession();
    const { held } = world.begin('validate_session', { session_id: 's1' });
    held?.arrive();
    world.clock.advance(600);
    await held?.end();
    world.clock.advance(400);
    await world.validate('s1');
    expect(world.asked).to.equal(2);
  });

  it('keeps no answer that took longer than its time', async () => {
    const world = withSession();
    const { held } = world.begin('validate_session', { session_id: 's1' });
    world.clock.advance(1000);
    await held?.end();
    expect(world.cache.count).to.equal(0);
  });

  it('answers no session at or after its expire_time', async () => {
    const world = withSession({ expire_time: new Date(START + 300) });
    await world.validate('s1');
    world.clock.advance(298);
    await world.validate('s1');
    expect(world.asked).to.equal(1);
    world.clock.advance(2);
    await world.validate('s1');
    expect(world.asked).to.equal(2);
  });

  it('counts the time that a machine is suspended, for its own time as for the expire_time', async () => {
    for (const [expires, suspended] of [
      [86_400_000, 1000],
      [300, 300],
    ] as const) {
      const world = withSession({ expire_time: new Date(START + expires) });
      await world.validate('s1');
      world.suspended = suspended - 1;
      await world.validate('s1');
      expect(world.asked).to.equal(1);
      world.suspended = suspended;
      await world.validate('s1');
      expect(world.asked).to.equal(2);
    }
  });

  it('keeps nothing of a session that has passed its expire_time by this clock', async () => {
    const world = withSession({ expire_time: new Date(START - 5) });
    await world.validate('s1');
    expect(world.cache.count).to.equal(0);
  });

  it('answers a session only to a question for its user', async () => {
    const world = withSession();
    await world.validate('s1');
    expect(await world.validate('s1', 'u1')).to.include({ id: 's1' });
    expect(world.asked).to.equal(1);
    expect(await world.validate('s1', 'u2')).to.equal(null);
    expect(await world.validate('s1', '')).to.equal(null);
    expect(world.asked).to.equal(3);
  });

  it('never keeps the answer null', async () => {
    const world = new SlowSessions();
    expect(await world.validate('s1')).to.equal(null);
    world.sessions.set('s1', sessionOf());
    expect(await world.validate('s1')).to.include({ id: 's1' });
  });

  it('gives every caller a value of its own', async () => {
    const content = JSON.parse('{"list": [{"n": 1}], "__proto__": {"own": {"x": 1}}, "none": null}');
    const world = withSession({ data: content, user: [{ a: {} }], expire_time: new Date(START + 5000) });
    const expected = structuredClone(sessionOf());
    for (let i = 0; i < 3; i++) {
      const answer = (await world.validate('s1')) as ReturnType<typeof sessionOf>;
      expect(JSON.stringify(answer.data)).to.equal(JSON.stringify(content));
      expect(answer.user).to.deep.equal([{ a: {} }]);
      expect(answer.open_time).to.deep.equal(expected.open_time);
      expect(answer.expire_time?.getTime()).to.equal(START + 5000);
      expect(Object.getPrototypeOf(answer.data)).to.equal(Object.prototype);
      const { list, own } = insidesOf(answer.data as object);
      (list[0] as { n: number }).n = 2;
      list.push({ n: 3 });
      own.x = 2;
      answer.open_time.setTime(0);
      answer.expire_time?.setTime(0);
      (answer.user as { a: { b: number } }[])[0] = { a: { b: 1 } };
      answer.user_id = 'u2';
    }
    expect(world.asked).to.equal(1);
  });

  it('keeps no content that is nested too deep to be copied', async () => {
    const world = withSession({ data: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) });
    world.serve = () => world.sessions.get('s1');
    expect(await world.validate('s1')).to.include({ id: 's1' });
    expect(world.cache.count).to.equal(0);
  });

  it('holds so many sessions at most, and those that were asked for last', async () => {
    const world = new SlowSessions({ ttl: 1000, size: 3 });
    for (let i = 0; i < 50; i++) {
      world.sessions.set(`s${i}`, sessionOf({ id: `s${i}` }));
      await world.validate(`s${i}`);
      expect(world.cache.count).to.equal(Math.min(i + 1, 3));
    }
    for (const id of ['s47', 's48', 's49']) await world.validate(id);
    expect(world.asked).to.equal(50);
  });

  it('lets go of sessions whose time is over when others come', async () => {
    const world = withSession();
    await world.validate('s1');
    world.clock.advance(1000);
    world.sessions.set('s2', sessionOf({ id: 's2' }));
    await world.validate('s2');
    expect(world.cache.count).to.equal(1);
    world.cache.clear();
    await world.validate('s2');
    expect(world.cache.count).to.equal(1);
  });
});
