import { LocalClient } from '../calls/LocalClient.js';
import type { OperationName, SessionsCall } from '../calls/SessionsCall.js';
import { callable } from '../config/Callable.js';
import type { SessionEventListenerV1 } from '../version1/SessionEventV1.js';
import type { OpenSessionV1, SessionsPageV1, SessionV1 } from '../version1/SessionV1.js';
import { readArguments } from './MockArguments.js';
import { readMockSettings } from './MockConfig.js';
import { refused } from './MockErrors.js';
import { MockEvents } from './MockEvents.js';
import { readFilter, readPaging } from './MockFilter.js';
import { MockSessions } from './MockSessions.js';

/** What a test may want of the mock besides its configuration. */
export interface SessionsMockOptionsV1 {
  /** The time, in milliseconds since 1970; the wall clock when absent. */
  now?: (() => number) | undefined;
}

/** What is done for each operation, with checked arguments: `never` fits whatever that is. */
type Answers = Record<
  OperationName,
  (
    sessions: MockSessions,
    now: number,
    correlationId: string | null,
    args: Readonly<Record<string, never>>,
  ) => SessionV1 | SessionsPageV1 | number | null
>;

const ANSWERS: Answers = {
  get_sessions: (sessions, now, id, { filter, paging }) =>
    sessions.list(readFilter(id, filter), readPaging(id, paging), now),
  get_session_by_id: (sessions, now, _, { session_id }) => sessions.get(session_id as never, now),
  open_session: (sessions, now, id, args) => sessions.open(id, args as unknown as OpenSessionV1, now),
  validate_session: (sessions, now, _, { session_id, user_id }) =>
    sessions.validate(session_id as never, user_id ?? null, now),
  store_session_data: (sessions, now, id, { session_id, data, ...options }) =>
    sessions.store(id, session_id as never, data, options, now),
  patch_session_data: (sessions, now, id, { session_id, data, version }) =>
    sessions.patch(id, session_id as never, data, version, now),
  update_session_user: (sessions, now, id, { session_id, user, ...options }) =>
    sessions.update(id, session_id as never, user, options, now),
  close_session: (sessions, now, _, { session_id }) => sessions.close(session_id as never, now),
  close_sessions: (sessions, now, id, { filter, except_session_id }) => {
    const which = readFilter(id, filter);
    if (which.texts.has('user_id')) return sessions.closeAll(which, except_session_id ?? null, now);
    throw refused(id, 'filter.user_id', 'given: the user whose sessions are to end');
  },
  close_expired_sessions: (sessions, now) => sessions.sweep(now),
  delete_session_by_id: (sessions, now, _, { session_id }) => sessions.delete(session_id as never, now),
};

class MockClient extends LocalClient {
  private readonly events = new MockEvents();
  private readonly now: () => number;
  private readonly sessions: MockSessions;

  /** Throws INVALID_CONFIG for a configuration that cannot be used. */
  constructor(config?: object | null, options?: SessionsMockOptionsV1 | null) {
    super();
    this.now = options?.now ?? Date.now;
    this.sessions = new MockSessions(readMockSettings(config), this.events);
  }

  /** Another configuration from now on; the sessions stay as they are. */
  override configure(config: object): void {
    this.sessions.configure(readMockSettings(config));
  }

  /** The listener is called for every event from now on. */
  addListener(listener: SessionEventListenerV1): void {
    this.events.add(listener);
  }

  removeListener(listener: SessionEventListenerV1): void {
    this.events.remove(listener);
  }

  protected override answer(call: SessionsCall): unknown {
    const args = readArguments(call) as Record<string, never>;
    // What is stored must not be the caller's to change.
    return structuredClone(ANSWERS[call.operation](this.sessions, this.now(), call.correlationId, args));
  }
}

/**
 * The sessions in memory, for tests of applications: keeps the rules of the service, limits, expiry, versions and errors
 * included, and forgets all with the process. Each client has sessions of its own. Nothing is swept but by
 * `closeExpiredSessions`; expiry does not need it.
 *
 * ### Configuration parameters ###
 *
 * The options of the service's controller: `options.expire_timeout`, `options.accept_ids` and so on.
 *
 * ### Example ###
 *
 *     let time = Date.now();
 *     const client = new SessionsMockClientV1({ options: { expire_timeout: 1000 } }, { now: () => time });
 *     const session = await client.openSession(null, { user_id: 'ann' });
 *     time += 1000;
 *     await client.validateSession(null, session.id); // null
 */
export const SessionsMockClientV1 = callable(MockClient);
export type SessionsMockClientV1 = InstanceType<typeof MockClient>;
