/** The entry `service-sessions/session-manager`. `require` answers what is exported as `module.exports`: the class itself. */

import { SessionManager } from './SessionManager.js';

export type { SessionDetails, UserSession } from './UserSessions.js';
export { SessionManager, SessionManager as default, SessionManager as 'module.exports' };
