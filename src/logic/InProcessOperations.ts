import Type from 'typebox';
import type { OpenSessionV1 } from '../data/version1/SessionV1.js';
import type { JsonValue } from '../toolkit/JsonValue.js';
import { optionalContent, optionalText, text } from './SessionInputs.js';
import { OPERATIONS, operation } from './SessionOperations.js';

const binding = {
  user_id: text(256, 'Whose session it is'),
  service: optionalText(256, 'The application it belongs to', 1),
  name: optionalText(256, 'Which of several parallel sessions it is', 1),
};
const sessionId = text(256, 'The id of the session');

/**
 * Operations for code in the process, the services of older systems above all: no transport serves them by their names.
 *
 * A session is bound by its `user_id`, `service` and `name` together; an absent one of the latter two is a value of its own.
 */
export const IN_PROCESS = {
  /** As `open_session`, in the place of every active session of the same binding; the id may be brought. */
  open_bound_session: operation({
    name: 'open_bound_session',
    summary: 'Opens a session in the place of those of the same user, service and name, which end as replaced.',
    input: OPERATIONS.open_session.input,
    answer: 'session',
    run: (logic, correlationId, args) => logic.openBoundSession(correlationId, args as unknown as OpenSessionV1),
  }),
  /** As `validate_session`; a session of another binding is null, and not accessed. */
  validate_bound_session: operation({
    name: 'validate_bound_session',
    summary: 'Answers an active session of this binding and counts as an access; null for any other.',
    input: Type.Object({ session_id: sessionId, ...binding }),
    answer: 'session',
    run: (logic, correlationId, { session_id, user_id, service, name }) =>
      logic.validateSession(correlationId, session_id, {
        user_id,
        scope: { service: service ?? null, name: name ?? null },
      }),
  }),
  /** As `validate_session`, but no access: whyever there is none, the same is done to find that out. */
  find_session: operation({
    name: 'find_session',
    summary: 'Answers an active session of this user, without counting as an access; null for any other.',
    input: Type.Object({ session_id: sessionId, user_id: binding.user_id }),
    answer: 'session',
    run: (logic, correlationId, { session_id, user_id }) => logic.findSession(correlationId, session_id, { user_id }),
  }),
  /** Ends the active sessions of a binding, whoever opened them, as `closed`; answers how many. */
  close_bound_sessions: operation({
    name: 'close_bound_sessions',
    summary: 'Ends the active sessions of this binding and answers how many.',
    input: Type.Object(binding),
    answer: 'count',
    run: (logic, correlationId, { user_id, service, name }) =>
      logic.closeBoundSessions(correlationId, { user_id, service: service ?? null, name: name ?? null }),
  }),
  /**
   * A write that keeps `user` and, unless it is given, `data`: an access and an update, for the deadline. Null for a session that has
   * ended, found out by the same as that there is none.
   */
  renew_session: operation({
    name: 'renew_session',
    summary: 'Moves the deadline of an active session as a write of its data does, with new data or without.',
    input: Type.Object({ session_id: sessionId, data: optionalContent('The new data: any JSON value') }),
    answer: 'session',
    run: (logic, correlationId, { session_id, data }) =>
      logic.renewSession(correlationId, session_id, data as JsonValue | undefined),
  }),
};
