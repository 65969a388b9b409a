import { expect } from 'chai';
import type { SessionErrorCode } from '../../src/data/version1/SessionErrorsV1.js';
import {
  accessed,
  asOf,
  completed,
  ended,
  isValid,
  type NewSession,
  openedSession,
  type SessionPolicy,
  written,
} from '../../src/logic/SessionLifecycle.js';
import { type SessionContent, SessionRecord } from '../../src/persistence/SessionRecord.js';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 2, 1);

const policy = (changes: Partial<SessionPolicy> = {}): SessionPolicy => ({
  expireTimeout: HOUR,
  expireBasis: 'last_access',
  maxLifetime: 0,
  touchInterval: null,
  ...changes,
});

const opened = (rules = policy(), session: Partial<NewSession> = {}, content: SessionContent = {}) =>
  openedSession({ id: 's1', user_id: 'ann', ...session }, content, rules, T0);

const accessAt = (record: SessionRecord, time: number, rules = policy(), userId: string | null = null) =>
  accessed(rules, time, { user_id: userId ?? undefined })(record);

const writeAt = (record: SessionRecord, time: number, rules = policy(), expectedVersion: number | null = null) =>
  written('c1', { content: () => ({ data: '1' }), expectedVersion }, rules, time)(record);

const iso = (time: number): string => new Date(time).toISOString();

function codeOf(action: () => unknown): SessionErrorCode | null {
  try {
    action();
    return null;
  } catch (error) {
    return (error as { code: SessionErrorCode }).code;
  }
}

describe('SessionLifecycle: the deadline', () => {
  it('comes the time-out after the opening and ends the session at exactly that millisecond', () => {
    const record = opened();
    expect(record.head().expire_time).to.equal(iso(T0 + HOUR));
    expect(isValid(record, T0 + HOUR - 1)).to.equal(true);
    expect(isValid(record, T0 + HOUR)).to.equal(false);
    expect(asOf(record, T0 + HOUR - 1)).to.equal(record);
    expect(asOf(record, T0 + HOUR).head()).to.include({
      active: false,
      close_reason: 'expired',
      close_time: iso(T0 + HOUR),
    });
  });

  it('of a session that counts as expired drops the content, however late one looks', () => {
    const late = asOf(opened(policy(), {}, { user: '{"a":1}', data: '2' }), T0 + 100 * HOUR);
    expect(late.content()).to.deep.equal({});
    expect(late.head().close_time).to.equal(iso(T0 + HOUR));
  });

  it('never comes with a time-out of 0', () => {
    const record = opened(policy({ expireTimeout: 0 }));
    expect(record.head()).not.to.have.property('expire_time');
    expect(isValid(record, T0 + 1e12)).to.equal(true);
  });

  it("counts by the session's own time-out and basis before the policy's", () => {
    const never = opened(policy(), { expire_timeout: 0 });
    expect(never.endAt).to.equal(Number.POSITIVE_INFINITY);
    const own = opened(policy(), { expire_timeout: 5000, expire_basis: 'created' });
    expect(own.endAt).to.equal(T0 + 5000);
    expect(accessAt(own, T0 + 4000).endAt).to.equal(T0 + 5000);
    expect(own.head()).to.include({ expire_timeout: 5000, expire_basis: 'created' });
  });

  it('counts from the last access, and moves with accesses and writes', () => {
    const record = opened();
    expect(accessAt(record, T0 + 1000_000).endAt).to.equal(T0 + 1000_000 + HOUR);
    expect(writeAt(record, T0 + 5).endAt).to.equal(T0 + 5 + HOUR);
  });

  it('counts from the last update, and moves with writes only', () => {
    const rules = policy({ expireBasis: 'last_update' });
    const record = opened(rules);
    const touched = accessAt(record, T0 + 1000_000, rules);
    expect(touched.endAt).to.equal(T0 + HOUR);
    expect(touched.requestAt).to.equal(T0 + 1000_000);
    expect(writeAt(touched, T0 + 1000_001, rules).endAt).to.equal(T0 + 1000_001 + HOUR);
  });

  it('counts from the opening, and never moves', () => {
    const rules = policy({ expireBasis: 'created' });
    const record = opened(rules);
    expect(accessAt(record, T0 + 1000_000, rules).endAt).to.equal(T0 + HOUR);
    expect(writeAt(record, T0 + 1000_000, rules).endAt).to.equal(T0 + HOUR);
  });

  it('is cut by the longest life, which no access, write, own time-out or endless one moves', () => {
    const rules = policy({ maxLifetime: 2 * HOUR });
    expect(opened(rules).endAt).to.equal(T0 + HOUR);
    expect(opened(rules, { expire_timeout: 0 }).endAt).to.equal(T0 + 2 * HOUR);
    expect(opened(rules, { expire_timeout: 9 * HOUR }).endAt).to.equal(T0 + 2 * HOUR);
    const near = accessAt(opened(rules), T0 + HOUR - 1, rules);
    expect(near.endAt).to.equal(T0 + 2 * HOUR - 1);
    expect(writeAt(near, T0 + HOUR + 1000, rules).endAt).to.equal(T0 + 2 * HOUR);
  });

  it('can be given to what an older service stored without one', () => {
    const { expire_time: _, ...head } = opened().head();
    const older = SessionRecord.of(head);
    expect(older.endAt).to.equal(Number.POSITIVE_INFINITY);
    expect(completed(policy())(older).endAt).to.equal(T0 + HOUR);
    expect(completed(policy({ expireTimeout: 0 }))(older)).to.equal(older);
  });
});

describe('SessionLifecycle: accesses', () => {
  /** Whether an access so many milliseconds after the opening is stored. */
  const isStored = (after: number, rules: SessionPolicy, session: Partial<NewSession> = {}): boolean => {
    const record = opened(rules, session);
    const next = accessAt(record, T0 + after, rules);
    if (next !== record) expect(next.requestAt).to.equal(T0 + after);
    return next !== record;
  };

  /** The shortest time after the opening at which an access is stored, to the millisecond. */
  const expectInterval = (interval: number, rules: SessionPolicy, session: Partial<NewSession> = {}): void => {
    expect(isStored(interval - 1, rules, session), `${interval} - 1`).to.equal(false);
    expect(isStored(interval, rules, session), `${interval}`).to.equal(true);
  };

  it('within 1 % of the time-out of the last stored one are not stored', () => {
    expectInterval(HOUR / 100, policy());
    expectInterval(10, policy(), { expire_timeout: 1000 });
  });

  it('are stored after a minute, however long the time-out', () => {
    expectInterval(60_000, policy({ expireTimeout: 1000 * HOUR }));
    expectInterval(60_000, policy({ expireTimeout: 0 }));
    expectInterval(60_000, policy(), { expire_timeout: 0 });
  });

  it('are stored by the configured interval, which counts as at most 10 % of the time-out', () => {
    expectInterval(5000, policy({ touchInterval: 5000 }));
    expectInterval(HOUR / 10, policy({ touchInterval: HOUR }));
    expectInterval(100, policy({ touchInterval: 5000 }), { expire_timeout: 1000 });
    expectInterval(5000, policy({ touchInterval: 5000, expireTimeout: 0 }));
  });

  it('are all stored with an interval of 0, except a second one in the same millisecond', () => {
    expectInterval(1, policy({ touchInterval: 0 }));
  });

  it('never turn request_time back', () => {
    const record = opened(policy({ touchInterval: 0 }));
    expect(accessAt(record, T0 - 5000, policy({ touchInterval: 0 }))).to.equal(record);
    const later = accessAt(record, T0 + 10, policy({ touchInterval: 0 }));
    expect(writeAt(later, T0 + 4).head()).to.include({
      request_time: iso(T0 + 10),
      update_time: iso(T0 + 10),
      version: 1,
    });
  });

  it('of another user, an ended or an expired session leave it as it is', () => {
    const record = opened();
    expect(accessAt(record, T0 + 1000_000, policy(), 'bob')).to.equal(record);
    expect(accessAt(record, T0 + 1000_000, policy(), 'ann')).not.to.equal(record);
    expect(accessAt(record, T0 + HOUR)).to.equal(record);
    const closed = record.closed('closed', T0 + 1);
    expect(accessAt(closed, T0 + 1000_000)).to.equal(closed);
  });

  it('keep content and version', () => {
    const record = opened(policy(), {}, { user: '{"a":1}', data: 'null' });
    const next = accessAt(record, T0 + 1000_000);
    expect(next.content()).to.deep.equal({ user: '{"a":1}', data: 'null' });
    expect(next.version).to.equal(0);
  });
});

describe('SessionLifecycle: writes and ends', () => {
  it('a write counts the version up and is an access', () => {
    const next = writeAt(opened(policy(), {}, { user: '7' }), T0 + 1);
    expect(next.head()).to.include({ version: 1, request_time: iso(T0 + 1), update_time: iso(T0 + 1) });
    expect(next.content()).to.deep.equal({ data: '1' });
  });

  it('a write of another version than expected is SESSION_CONFLICT with the current one', () => {
    const record = writeAt(opened(), T0 + 1);
    expect(codeOf(() => writeAt(record, T0 + 2, policy(), 0))).to.equal('SESSION_CONFLICT');
    expect(writeAt(record, T0 + 2, policy(), 1).version).to.equal(2);
    try {
      writeAt(record, T0 + 2, policy(), 7);
      expect.fail('was written');
    } catch (error) {
      expect(Number((error as { details: { version: unknown } }).details.version)).to.equal(1);
    }
  });

  it('a write to an ended or expired session is SESSION_CLOSED, before its version is looked at', () => {
    const record = opened();
    expect(codeOf(() => writeAt(record.closed('revoked', T0 + 1), T0 + 2, policy(), 99))).to.equal('SESSION_CLOSED');
    expect(codeOf(() => writeAt(record, T0 + HOUR))).to.equal('SESSION_CLOSED');
    expect(codeOf(() => writeAt(record, T0 + HOUR - 1))).to.equal(null);
  });

  it('a time-out that comes with a write is the own one from then on', () => {
    const write = { content: () => ({}), expectedVersion: null, head: { expire_timeout: 2000 } };
    const next = written(null, write, policy(), T0 + 500)(opened());
    expect(next.endAt).to.equal(T0 + 2500);
    expect(next.expireTimeout).to.equal(2000);
    const endless = written(null, { ...write, head: { expire_timeout: 0 } }, policy(), T0 + 500)(opened());
    expect(endless.head()).not.to.have.property('expire_time');
  });

  it('closing ends an active session now, without its content, and leaves an ended or expired one', () => {
    const record = opened(policy(), {}, { user: '1', data: '2' });
    const closed = ended(T0 + 9)(record);
    expect(closed.head()).to.include({ active: false, close_reason: 'closed', close_time: iso(T0 + 9) });
    expect(closed.content()).to.deep.equal({});
    expect(ended(T0 + 10)(closed)).to.equal(closed);
    expect(ended(T0 + HOUR)(record)).to.equal(record);
  });
});
