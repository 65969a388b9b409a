import { expect } from 'chai';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import { SessionEvents } from '../../src/logic/SessionEvents.js';
import { openedSession } from '../../src/logic/SessionLifecycle.js';

const T0 = Date.UTC(2026, 2, 1);
const policy = { expireTimeout: 1000, expireBasis: 'last_access', maxLifetime: 0, touchInterval: null } as const;
const session = openedSession({ id: 's1', user_id: 'ann' }, { data: '1' }, policy, T0);

describe('SessionEvents', () => {
  let faults: unknown[];
  let events: SessionEvents;
  let heard: SessionEventV1[];

  beforeEach(() => {
    faults = [];
    heard = [];
    events = new SessionEvents((error) => faults.push(error));
    events.add((event) => heard.push(event));
  });

  it('tell what happened to which session, when, and of an end why', () => {
    events.opened(session);
    events.updated(session.with({ request_time: new Date(T0 + 5).toISOString() }));
    events.closed(session.closed('revoked', T0 + 7));
    events.deleted(session, T0 + 9);
    const common = { session_id: 's1', user_id: 'ann' };
    expect(heard.map(({ id: _, ...event }) => event)).to.deep.equal([
      { type: 'session_opened', time: new Date(T0), ...common },
      { type: 'session_updated', time: new Date(T0 + 5), ...common },
      { type: 'session_closed', time: new Date(T0 + 7), ...common, reason: 'revoked' },
      { type: 'session_deleted', time: new Date(T0 + 9), ...common },
    ]);
  });

  it('have an id of their own, the same for each listener', () => {
    const second: SessionEventV1[] = [];
    events.add((event) => second.push(event));
    events.opened(session);
    events.opened(session);
    expect(new Set(heard.map(({ id }) => id)).size).to.equal(2);
    expect(second.map(({ id }) => id)).to.deep.equal(heard.map(({ id }) => id));
  });

  it('reach a listener added twice once, and a removed one no more', () => {
    const listener = (event: SessionEventV1): void => void heard.push(event);
    events.add(listener);
    events.add(listener);
    events.opened(session);
    expect(heard).to.have.length(2);
    events.remove(listener);
    events.remove(listener);
    events.opened(session);
    expect(heard).to.have.length(3);
  });

  it('reach the others when a listener throws or rejects, and say so', async () => {
    const later: string[] = [];
    events.add(() => {
      throw new Error('thrown');
    });
    events.add(async () => {
      throw new Error('rejected');
    });
    events.add(({ type }) => later.push(type));
    events.opened(session);
    await Promise.resolve();
    await Promise.resolve();
    expect(later).to.deep.equal(['session_opened']);
    expect(faults.map((fault) => (fault as Error).message)).to.deep.equal(['thrown', 'rejected']);
  });

  it("cannot be changed for others by a listener's own hand", () => {
    const second: SessionEventV1[] = [];
    events = new SessionEvents(() => {});
    events.add((event) => {
      event.session_id = 'forged';
      event.time.setTime(0);
    });
    events.add((event) => second.push(event));
    events.opened(session);
    expect(second[0]).to.include({ session_id: 's1' });
    expect(second[0]?.time).to.deep.equal(new Date(T0));
  });
});
