import { sessionError } from '../../../data/version1/SessionErrorsV1.js';
import { IN_PROCESS } from '../../../logic/InProcessOperations.js';
import type { SessionAnswer } from '../../../logic/SessionAnswer.js';
import type { SessionOperation } from '../../../logic/SessionOperations.js';
import { randomText, SMALL_LETTERS_AND_DIGITS } from '../../../toolkit/RandomIds.js';
import type { FormParameters } from '../../http/FormParameters.js';

/** How long ids are: callers may have made room for 16 characters. */
const ID_LENGTH = 16;
const NO_SUCH_SESSION = 'no such session of this user_id, service and session_name is active';

/** One of the scripts that the older system had. */
export interface CgiCall {
  /** The last part of its path. */
  readonly script: string;
  /** What all of its errors begin with. */
  readonly fault: string;
  readonly operation: SessionOperation;
  /** The arguments of the operation; throws INVALID_DATA for what is missing, doubled or wrongly encoded. */
  readonly readArguments: (correlationId: string | null, parameters: FormParameters) => Record<string, unknown>;
  /** What the caller reads, given what the operation answered and its arguments. */
  readonly text: (answer: SessionAnswer, args: Record<string, unknown>) => string;
}

export const CGI_CALLS: readonly CgiCall[] = [
  {
    script: 'add_session.cgi',
    fault: 'ERROR: ',
    operation: IN_PROCESS.open_bound_session,
    readArguments: (correlationId, parameters) => ({
      ...readBinding(correlationId, parameters),
      session_id: randomText(ID_LENGTH, SMALL_LETTERS_AND_DIGITS),
      expire_timeout: 0,
    }),
    text: (_, { session_id }) => String(session_id),
  },
  {
    script: 'validate.cgi',
    fault: 'invalid: ',
    operation: IN_PROCESS.validate_bound_session,
    readArguments: (correlationId, parameters) => readBinding(correlationId, parameters, 'session_id'),
    text: (session) => (session === null ? `invalid: ${NO_SUCH_SESSION}` : 'ok'),
  },
  {
    script: 'expire_session.cgi',
    fault: 'ERROR: ',
    operation: IN_PROCESS.close_bound_sessions,
    readArguments: (correlationId, parameters) => readBinding(correlationId, parameters),
    text: () => 'ok',
  },
];

/** The parameters that say which session is meant, as the operations name them; an empty one is none. */
function readBinding(correlationId: string | null, parameters: FormParameters, ...more: string[]) {
  const args: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const name of ['user_id', 'service', ...more]) {
    const value = parameters.one(name);
    if (value) args[name] = value;
    else missing.push(name);
  }
  if (missing.length > 0) {
    throw sessionError(correlationId, 'INVALID_DATA', { message: `${missing.join(', ')} missing` });
  }
  // The older system's document has both names for it.
  const name = parameters.one('session_name', 'service_name');
  if (name) args['name'] = name;
  return args;
}
