import { SessionNotFound } from './SessionNotFound.js';

/** There was such a session, and its time is over. Told for as long as the service retains it. */
export class SessionExpired extends SessionNotFound {
  override readonly name = 'SessionExpired';

  constructor(sessionId?: unknown, message = 'The session has expired') {
    super(sessionId, message);
  }
}
