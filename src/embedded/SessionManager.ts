import { acceptInstance, oneInstance } from './OneInstance.js';
import { SessionRegister } from './SessionRegister.js';

/** Of all versions: they share the one object. */
const NAME = 'service-sessions/session-manager';

/**
 * The sessions of the users of this process. There is one object, however often it is constructed, and from however many
 * copies of the module: that of the class, or class that extends it, which is constructed first.
 */
export class SessionManager extends oneInstance<SessionRegister>(SessionRegister, NAME) {
  /** For `require`, which answers the class itself. */
  static readonly SessionManager: typeof SessionManager = SessionManager;
  static readonly default: typeof SessionManager = SessionManager;

  static {
    acceptInstance(SessionManager, NAME);
  }
}
