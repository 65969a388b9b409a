import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { SESSION_OPERATIONS } from '../../../logic/SessionOperations.js';
import { configError } from '../../../toolkit/Options.js';
import type { SenecaInstance, SenecaPlugin } from './SenecaInstance.js';
import { patternOf, performMessage } from './SessionMessages.js';

/**
 * Makes a plugin of Seneca, `seneca.use(sessions(controller))`, that adds an action `{role: 'sessions', version: 1, cmd:
 * '<operation>'}` for each operation. It changes nothing else of the instance: options, log and error handling stay the host's.
 * The controller does the operations, and stays its maker's to open and to close. It is no option of the plugin: Seneca walks through
 * all that its options hold, and what leads back to itself it takes for a fatal error.
 */
export function sessions(controller: Pick<ISessionsController, 'perform'>): SenecaPlugin {
  if (typeof controller?.perform !== 'function') {
    throw configError('INVALID_OPTION', 'sessions: the first argument must be a sessions controller');
  }
  // Seneca calls the plugin by the name of this function.
  return function sessions(this: SenecaInstance): void {
    for (const operation of SESSION_OPERATIONS) {
      this.add(patternOf(operation), (message, reply) => {
        performMessage(controller, operation, message).then(
          (answer) => reply(null, answer),
          (error: Error) => reply(error),
        );
      });
    }
  };
}
