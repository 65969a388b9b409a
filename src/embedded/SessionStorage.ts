import { sessionError } from '../data/version1/SessionErrorsV1.js';
import type { OpenSessionV1 } from '../data/version1/SessionV1.js';
import { withTimestamp } from '../logic/SessionIds.js';
import type { Clock } from '../toolkit/Clock.js';
import { LETTERS_AND_DIGITS, randomText } from '../toolkit/RandomIds.js';
import { plainContent } from './PlainContent.js';
import { ANONYMOUS, type Content } from './SessionAttributes.js';
import { SessionExpired } from './SessionExpired.js';
import { SessionNotFound } from './SessionNotFound.js';
import type { StorageSettings } from './SessionStorageOptions.js';
import { StorageSession } from './StorageSession.js';
import { isRefusedId, type StoredSessions } from './StoredSessions.js';

/**
 * The storage of sessions of the ArangoDB Foxx sessions app, over the controller of the process or over a client of the
 * service; made by `createSessionStorage`. Failures of the service itself (an outage) reject with its own errors.
 */
export class SessionStorage {
  /** What is thrown for a session that is not there; a SessionExpired is a SessionNotFound too. */
  readonly errors = { SessionNotFound, SessionExpired } as const;

  /** Applications call `createSessionStorage`. */
  constructor(
    private readonly sessions: StoredSessions,
    private readonly settings: StorageSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session without a user, with a copy of `sessionData`; `{}` where that is absent or null. Rejects with INVALID_DATA
   * or PAYLOAD_TOO_LARGE for content that cannot be stored, and with INVALID_DATA where the options say what ids are to look
   * like and the service makes them.
   */
  async create(sessionData?: Content): Promise<StorageSession> {
    const { timeToLive, expireBasis, bringsIds } = this.settings;
    const session: OpenSessionV1 = {
      user_id: ANONYMOUS,
      data: plainContent('sessionData', sessionData ?? {}).value,
      expire_timeout: timeToLive,
      expire_basis: expireBasis,
      ...(bringsIds && { session_id: this.newId() }),
    };
    try {
      return new StorageSession(this.sessions, await this.sessions.open(session), this.clock);
    } catch (error) {
      throw bringsIds && isRefusedId(error) ? idRefused(error) : error;
    }
  }

  /** The session of an id; counts as an access. Rejects with SessionExpired, and with SessionNotFound for whatever else is none. */
  async get(sessionId: string): Promise<StorageSession> {
    return new StorageSession(this.sessions, await this.sessions.access(sessionId), this.clock);
  }

  /** Ends and removes a session, an expired one too; answers null. Rejects with SessionNotFound where there is none. */
  async delete(sessionId: string): Promise<null> {
    if (await this.sessions.remove(sessionId)) return null;
    throw new SessionNotFound(sessionId);
  }

  private newId(): string {
    const id = randomText(this.settings.sidLength, LETTERS_AND_DIGITS);
    return withTimestamp(id, this.settings.sidTimestamp, this.clock.now());
  }
}

function idRefused(cause: unknown) {
  const message =
    'The service makes the ids of its sessions: turn on its option accept_ids, or leave out sidLength and sidTimestamp';
  return sessionError(null, 'INVALID_DATA', { message, details: { field: 'session_id' }, cause });
}
