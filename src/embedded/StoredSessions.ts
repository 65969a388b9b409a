import { sessionError } from '../data/version1/SessionErrorsV1.js';
import type { OpenSessionV1, UpdateUserOptionsV1 } from '../data/version1/SessionV1.js';
import type { JsonValue } from '../toolkit/JsonValue.js';
import { SessionExpired } from './SessionExpired.js';
import { SessionNotFound } from './SessionNotFound.js';
import type { SessionsSource, SourceSession } from './SessionsSource.js';

const LONGEST_ID = 256;
/** How often a step is begun again when others write the session at the same time. */
const ATTEMPTS = 10;

/**
 * The sessions of a source as a storage has them: where there is none that is active, that is a SessionNotFound or, where it
 * has expired, a SessionExpired. Every other failure of the source passes through as it is.
 */
export class StoredSessions {
  constructor(private readonly source: SessionsSource) {}

  open(session: OpenSessionV1): Promise<SourceSession> {
    return this.source.openSession(null, session);
  }

  /** Counts as an access. */
  async access(id: unknown): Promise<SourceSession> {
    const session = await found(id, (known) => this.source.validateSession(null, known));
    if (session !== null) return session;
    return this.look(id);
  }

  /** Does not count as one. */
  async look(id: unknown): Promise<SourceSession> {
    const session = await found(id, (known) => this.source.getSessionById(null, known));
    if (session?.active) return session;
    throw session?.close_reason === 'expired' ? new SessionExpired(id) : new SessionNotFound(id);
  }

  async storeData(id: string, data: JsonValue): Promise<SourceSession> {
    return this.written(id, () => this.source.storeSessionData(null, id, data));
  }

  /** Gives the session to a user with his content, whosever it is. */
  async giveTo(owner: UpdateUserOptionsV1, id: string, user: JsonValue): Promise<SourceSession> {
    return this.written(id, () => this.source.updateSessionUser(null, id, user, owner));
  }

  /**
   * Replaces the content of the user whose session it is. SESSION_CONFLICT where it is another's by now: who has logged out
   * meanwhile stays so, and nobody gets what is another's. `seen` is the session as it was last answered.
   */
  async updateUser(userId: string, seen: SourceSession, user: JsonValue): Promise<SourceSession> {
    let current = seen;
    for (let attempt = 1; current.user_id === userId; attempt++) {
      const { id, version } = current;
      try {
        return await this.written(id, () => this.source.updateSessionUser(null, id, user, { version }));
      } catch (error) {
        if (codeOf(error) !== 'SESSION_CONFLICT' || attempt === ATTEMPTS) throw error;
        current = await this.look(id);
      }
    }
    const message = 'The session has another user by now; fetch it again and repeat the change';
    throw sessionError(null, 'SESSION_CONFLICT', { message, details: { version: current.version } });
  }

  /** False where there was none, or it had been ended by others; its record is removed all the same. */
  async remove(id: unknown): Promise<boolean> {
    const session = await found(id, (known) => this.source.deleteSessionById(null, known));
    return session !== null && (session.active || session.close_reason === 'expired');
  }

  private async written(id: string, write: () => Promise<SourceSession | null>): Promise<SourceSession> {
    try {
      const session = await write();
      if (session !== null) return session;
    } catch (error) {
      if (codeOf(error) !== 'SESSION_CLOSED') throw error;
      await this.look(id);
    }
    throw new SessionNotFound(id);
  }
}

/** Null for what can be no id, which is no other answer than for an id that nobody has. */
async function found(id: unknown, find: (id: string) => Promise<SourceSession | null>): Promise<SourceSession | null> {
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) return null;
  try {
    return await find(id);
  } catch (error) {
    if (isRefusedId(error)) return null;
    throw error;
  }
}

/** True where a source takes a text for no id, for its characters or its length. */
export function isRefusedId(error: unknown): boolean {
  const details = (error as { details?: { field?: unknown } } | null)?.details;
  return codeOf(error) === 'INVALID_DATA' && details?.field === 'session_id';
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
