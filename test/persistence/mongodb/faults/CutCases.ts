import { expect } from 'chai';
import type { SessionEventTypeV1 } from '../../../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import type { SessionRecord } from '../../../../src/persistence/SessionRecord.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What is known when a call is over. */
export interface CallEnd {
  /** Undefined after PERSISTENCE_UNAVAILABLE. */
  answer: unknown;
  isAnswered: boolean;
  before: SessionRecord | null;
  after: SessionRecord | null;
  /** How often that was published of the session meanwhile. */
  events: (type: SessionEventTypeV1) => number;
}

/** An operation whose messages are cut; the session has the id, and belongs to a user of its own. */
export interface CutCase {
  operation: string;
  /** Brings about what the operation needs; the clock stands at the instant when it is called. */
  prepare: (controller: SessionsController, id: string, advance: (milliseconds: number) => void) => Promise<unknown>;
  call: (controller: SessionsController, id: string) => Promise<unknown>;
  /** Whether answer and state go together. */
  check: (end: CallEnd) => void;
  /** After one cut it is answered all the same. */
  isAlwaysAnswered: boolean;
}

// FerretDB 1 takes documents whose values are the same for the same, whatever their keys: writes bring other values.
const open = (controller: SessionsController, session_id: string) =>
  controller.openSession(null, { session_id, user_id: `user of ${session_id}`, data: { kept: 1 } });

/** Ended exactly once, and that was published exactly once; what is not answered may be either, and told once at most. */
function expectEnded({ isAnswered, after, events }: CallEnd): void {
  if (isAnswered) expect(after?.active).to.equal(false);
  if (isAnswered) expect(events('session_closed')).to.equal(1);
  expect(events('session_closed')).to.be.at.most(after?.active === false ? 1 : 0);
}

function expectWritten({ isAnswered, before, after, events }: CallEnd, data: object): void {
  const writes = (after?.head().version ?? 0) - (before?.head().version ?? 0);
  expect(writes, 'a write is done once').to.be.within(isAnswered ? 1 : 0, 1);
  expect(JSON.parse(after?.content().data ?? 'null')).to.deep.equal(writes === 1 ? data : { kept: 1 });
  expect(events('session_updated')).to.equal(isAnswered ? 1 : 0);
}

function expectGone({ isAnswered, answer, after, events }: CallEnd): void {
  if (isAnswered) expect([after, answer === null]).to.deep.equal([null, false]);
  expect(events('session_deleted')).to.equal(isAnswered ? 1 : 0);
}

function expectOpened({ isAnswered, after, events }: CallEnd): void {
  if (isAnswered) expect(after?.active).to.equal(true);
  if (after !== null) expect([after.active, after.head().version]).to.deep.equal([true, 0]);
  expect(events('session_opened')).to.equal(isAnswered ? 1 : 0);
}

export const CUT_CASES: CutCase[] = [
  {
    operation: 'open_session (create)',
    prepare: async () => {},
    call: open,
    check: expectOpened,
    isAlwaysAnswered: true,
  },
  {
    operation: 'open of a bound session (replace)',
    prepare: async () => {},
    call: (controller, session_id) =>
      controller.openBoundSession(null, { session_id, user_id: `user of ${session_id}`, data: { kept: 1 } }),
    check: expectOpened,
    isAlwaysAnswered: true,
  },
  {
    operation: 'close_session (change, a direct end)',
    prepare: open,
    call: (controller, id) => controller.closeSession(null, id),
    check: expectEnded,
    isAlwaysAnswered: true,
  },
  {
    operation: 'store_session_data (change, a direct write)',
    prepare: open,
    call: (controller, id) => controller.storeSessionData(null, id, { stored: 2 }),
    check: (end) => expectWritten(end, { stored: 2 }),
    isAlwaysAnswered: false,
  },
  {
    operation: 'patch_session_data (change, decided)',
    prepare: open,
    call: (controller, id) => controller.patchSessionData(null, id, { patched: 1 }),
    check: (end) => expectWritten(end, { kept: 1, patched: 1 }),
    isAlwaysAnswered: true,
  },
  {
    operation: 'validate_session (access)',
    prepare: async (controller, id, advance) => {
      await open(controller, id);
      advance(1000);
    },
    call: (controller, id) => controller.validateSession(null, id),
    check: ({ isAnswered, answer, before, after }) => {
      if (isAnswered) expect(answer).to.not.equal(null);
      if (isAnswered) expect(after?.head().request_time).to.not.equal(before?.head().request_time);
      expect([after?.active, after?.head().version]).to.deep.equal([true, 0]);
    },
    isAlwaysAnswered: true,
  },
  {
    operation: 'close_sessions (closeByFilter)',
    prepare: open,
    call: (controller, id) => controller.closeSessions(null, { user_id: `user of ${id}` }),
    check: (end) => {
      if (end.isAnswered) expect(end.answer).to.equal(1);
      expectEnded(end);
    },
    isAlwaysAnswered: true,
  },
  {
    operation: 'close_expired_sessions (closeExpired)',
    prepare: async (controller, id, advance) => {
      await open(controller, id);
      advance(25 * HOUR);
    },
    call: (controller) => controller.closeExpiredSessions(null),
    check: (end) => {
      if (end.isAnswered) expect(end.answer).to.equal(1);
      expectEnded(end);
    },
    isAlwaysAnswered: true,
  },
  {
    operation: 'close_expired_sessions (deleteClosedBefore)',
    prepare: async (controller, id, advance) => {
      await open(controller, id);
      await controller.closeSession(null, id);
      advance(2 * DAY);
    },
    call: (controller) => controller.closeExpiredSessions(null),
    check: ({ isAnswered, after, events }) => {
      if (isAnswered) expect(after).to.equal(null);
      expect(events('session_deleted')).to.be.at.most(after === null ? 1 : 0);
    },
    isAlwaysAnswered: true,
  },
  {
    operation: 'delete_session_by_id (deleteById)',
    prepare: open,
    call: (controller, id) => controller.deleteSessionById(null, id),
    check: expectGone,
    isAlwaysAnswered: false,
  },
  {
    operation: 'get_session_by_id (getOneById)',
    prepare: open,
    call: (controller, id) => controller.getSessionById(null, id),
    check: ({ isAnswered, answer }) => {
      if (isAnswered) expect(answer).to.include({ active: true });
    },
    isAlwaysAnswered: true,
  },
  {
    operation: 'get_sessions (list)',
    prepare: open,
    call: (controller, id) => controller.getSessions(null, { user_id: `user of ${id}` }, { total: true }),
    check: ({ isAnswered, answer }) => {
      if (!isAnswered) return;
      const { total, data } = answer as { total: number; data: unknown[] };
      expect([total, data.length]).to.deep.equal([1, 1]);
    },
    isAlwaysAnswered: true,
  },
];
