import { Command, CommandSet, type Parameters } from 'pip-services3-commons-nodex';
import type { ISessionsController } from './ISessionsController.js';
import { answerValue } from './SessionAnswer.js';
import { SESSION_OPERATIONS } from './SessionOperations.js';

/** The operation table as the toolkit's commands, for whatever calls components through those. */
export class SessionsCommandSet extends CommandSet {
  constructor(controller: ISessionsController) {
    super();
    for (const operation of SESSION_OPERATIONS) {
      const execute = async (correlationId: string, args: Parameters | null) => {
        const given = Object.fromEntries((args?.getKeys() ?? []).map((key) => [key, args?.getAsObject(key)]));
        return answerValue(await controller.perform(operation, correlationId, given));
      };
      // Without a schema of the toolkit: the operation checks its own arguments.
      this.addCommand(new Command(operation.name, undefined as never, { execute } as never));
    }
  }
}
