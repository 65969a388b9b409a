import { LocalClient } from '../calls/LocalClient.js';
import { DEEPEST, expectedJson, plainJson } from '../calls/PlainJson.js';
import { randomHex } from '../calls/RandomHex.js';
import { OPERATIONS, type SessionsCall } from '../calls/SessionsCall.js';
import { callable } from '../config/Callable.js';
import { invalidArgument } from '../version1/SessionsClientError.js';
import type { SessionsPagingV1, SessionV1 } from '../version1/SessionV1.js';

/** What is kept of the session that somebody opens. */
const KEPT = ['user_name', 'address', 'client', 'expire_timeout', 'expire_basis', 'service', 'name'] as const;
const ID_LENGTH = 32;
class NullClient extends LocalClient {
  /** Takes whatever configuration the client has in whose place it stands, and needs none of it. */
  constructor(_config?: object | null) {
    super();
  }

  override configure(_config: object): void {}

  protected override answer(call: SessionsCall): unknown {
    if (call.operation === 'open_session') return openedSession(call);
    switch (OPERATIONS[call.operation].answer) {
      case 'session':
        return null;
      case 'page':
        return { total: (call.args['paging'] as SessionsPagingV1 | null)?.total ? 0 : null, data: [] };
      case 'count':
        return 0;
    }
  }
}

/** A session that nobody keeps. */
function openedSession({ correlationId, args }: SessionsCall): SessionV1 {
  const { user_id, session_id, expire_timeout } = args;
  if (typeof user_id !== 'string' || user_id === '') {
    throw invalidArgument(correlationId, 'user_id', 'a string that is not empty');
  }
  const now = Date.now();
  const session: Record<string, unknown> = {
    id: typeof session_id === 'string' ? session_id : randomHex(ID_LENGTH),
    user_id,
    active: true,
    open_time: new Date(now),
    request_time: new Date(now),
    update_time: new Date(now),
    version: 0,
  };
  if (typeof expire_timeout === 'number' && expire_timeout > 0) {
    session['expire_time'] = new Date(now + expire_timeout);
  }
  for (const key of KEPT) if (args[key] !== undefined && args[key] !== null) session[key] = args[key];
  for (const key of ['user', 'data']) {
    if (args[key] === undefined) continue;
    const json = plainJson(args[key], DEEPEST);
    if (json.fault !== null) throw invalidArgument(correlationId, key, expectedJson(json.fault, DEEPEST));
    session[key] = json.value;
  }
  return session as unknown as SessionV1;
}

/**
 * The client that stores nothing: `openSession` answers an active session that nobody will find again, all else answers
 * absence. For switching sessions off.
 */
export const SessionsNullClientV1 = callable(NullClient);
export type SessionsNullClientV1 = InstanceType<typeof NullClient>;
