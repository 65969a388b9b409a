/** There is no such session: unknown, deleted, or ended by others. One that has expired is a SessionExpired. */
export class SessionNotFound extends Error {
  override readonly name: string = 'SessionNotFound';
  // Private, and not in the message: whoever reads it in a log would have the session.
  readonly #sessionId: unknown;

  constructor(sessionId?: unknown, message = 'There is no such session') {
    super(message);
    this.#sessionId = sessionId;
  }

  /** What was asked for, as it was given. */
  get sessionId(): unknown {
    return this.#sessionId;
  }
}
