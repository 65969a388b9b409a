import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { SESSION_OPERATIONS } from '../../../logic/SessionOperations.js';
import { configError } from '../../../toolkit/Options.js';
import type { SenecaInstance } from './SenecaInstance.js';
import { patternOf, performMessage } from './SessionMessages.js';

export interface SessionsPluginOptions {
  /** What does the operations; it stays its maker's to open and to close. */
  controller: Pick<ISessionsController, 'perform'>;
}

/**
 * A plugin of Seneca: adds an action `{role: 'sessions', version: 1, cmd: '<operation>'}` for each operation. It changes
 * nothing else of the instance: options, log and error handling stay the host's.
 */
export function sessions(this: SenecaInstance, { controller }: SessionsPluginOptions): void {
  if (typeof controller?.perform !== 'function') {
    throw configError('INVALID_OPTION', 'sessions: the option controller must be a sessions controller');
  }
  for (const operation of SESSION_OPERATIONS) {
    this.add(patternOf(operation), (message, reply) => {
      performMessage(controller, operation, message).then(
        (answer) => reply(null, answer),
        (error: Error) => reply(error),
      );
    });
  }
}
