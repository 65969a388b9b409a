import { invalidData } from '../../../data/version1/SessionErrorsV1.js';
import { IN_PROCESS } from '../../../logic/InProcessOperations.js';
import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { type AnsweredSession, answeredSession } from '../../../logic/SessionAnswer.js';
import { OPERATIONS } from '../../../logic/SessionOperations.js';
import type { FormParameters } from '../../http/FormParameters.js';
import type { SessmanData } from './SessmanBody.js';

type Arguments = Record<string, unknown>;

/** Where and how long sessions live. */
export interface SessmanSurroundings {
  readonly controller: ISessionsController;
  /** Milliseconds from the opening or the last update. */
  readonly timeToLive: number;
}

/** One of the calls of the older system. */
export interface SessmanCall {
  /** The last part of its path. */
  readonly name: string;
  /** Whether it changes something. */
  readonly changes: boolean;
  /** Throws INVALID_DATA for what is missing, doubled or wrongly encoded. */
  readonly readArguments: (correlationId: string | null, parameters: FormParameters) => Arguments;
  /** The session that it answers; null where the caller gets none. */
  readonly run: (
    surroundings: SessmanSurroundings,
    correlationId: string | null,
    args: Arguments,
    data: SessmanData | null,
  ) => Promise<AnsweredSession | null>;
}

export const SESSMAN_CALLS: readonly SessmanCall[] = [
  {
    name: 'new',
    changes: true,
    readArguments: (correlationId, parameters) => ({ user_id: readUser(correlationId, parameters) }),
    run: async ({ controller, timeToLive }, correlationId, args, data) => {
      const policy = { expire_timeout: timeToLive, expire_basis: 'last_update' };
      const session = { ...args, ...policy, ...(data !== null && { data }) };
      return answeredSession(await controller.perform(OPERATIONS.open_session, correlationId, session));
    },
  },
  {
    name: 'update',
    changes: true,
    readArguments: (correlationId, parameters) => ({ session_id: readSession(correlationId, parameters) }),
    run: async ({ controller }, correlationId, args, data) =>
      answeredSession(
        await controller.perform(IN_PROCESS.renew_session, correlationId, data === null ? args : { ...args, data }),
      ),
  },
  {
    name: 'get',
    changes: false,
    readArguments: (correlationId, parameters) => ({
      session_id: readSession(correlationId, parameters),
      user_id: readUser(correlationId, parameters),
    }),
    run: async ({ controller }, correlationId, args) =>
      answeredSession(await controller.perform(IN_PROCESS.find_session, correlationId, args)),
  },
];

/** Under any of the names that the older system's document has for it. */
function readUser(correlationId: string | null, parameters: FormParameters): string {
  return given(correlationId, 'userid', parameters.one('userid', 'user'));
}

function readSession(correlationId: string | null, parameters: FormParameters): string {
  return given(correlationId, 'sessionid', parameters.one('sessionid', 'session_id'));
}

function given(correlationId: string | null, name: string, value: string | null): string {
  if (value === null) throw invalidData(correlationId, name, 'given in the query string');
  return value;
}
