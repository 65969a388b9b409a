import { invalidData, isSessionError } from '../../../data/version1/SessionErrorsV1.js';
import { IN_PROCESS } from '../../../logic/InProcessOperations.js';
import type { ISessionsController } from '../../../logic/ISessionsController.js';
import { type AnsweredSession, answeredSession } from '../../../logic/SessionAnswer.js';
import { OPERATIONS, type SessionOperation } from '../../../logic/SessionOperations.js';
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
    run: ({ controller }, correlationId, args, data) =>
      data === null
        ? written(controller, IN_PROCESS.renew_session, correlationId, args)
        : written(controller, OPERATIONS.store_session_data, correlationId, { ...args, data }),
  },
  {
    name: 'get',
    changes: false,
    readArguments: (correlationId, parameters) => {
      const session_id = readSession(correlationId, parameters);
      const args = { session_id, user_id: readUser(correlationId, parameters) };
      // Reading a session asks for no user: what a user may be is for the operation to say that does.
      return OPERATIONS.validate_session.check(correlationId, args);
    },
    run: async ({ controller }, correlationId, args) => {
      const session = answeredSession(await controller.perform(OPERATIONS.get_session_by_id, correlationId, args));
      return session?.active && session.userId === args['user_id'] ? session : null;
    },
  },
];

/** A write to a session that has ended finds none, as one to a session that never was. */
async function written(
  controller: ISessionsController,
  operation: SessionOperation,
  correlationId: string | null,
  args: Arguments,
): Promise<AnsweredSession | null> {
  try {
    return answeredSession(await controller.perform(operation, correlationId, args));
  } catch (error) {
    if (isSessionError(error, 'SESSION_CLOSED')) return null;
    throw error;
  }
}

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
