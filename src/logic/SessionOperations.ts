import Type, { type Static, type TObject } from 'typebox';
import type { JsonValue } from '../toolkit/JsonValue.js';
import type { SessionAnswer } from './SessionAnswer.js';
import {
  content,
  contentArguments,
  type InputCheck,
  inputCheck,
  LONGEST_TIMEOUT,
  optionalChoice,
  optionalContent,
  optionalFilter,
  optionalInteger,
  optionalPaging,
  optionalText,
  text,
} from './SessionInputs.js';
import type { SessionsLogic } from './SessionsLogic.js';

/** An operation as transports serve it: all that they know of it stands here. */
export interface SessionOperation {
  /** Its name on the wire. */
  readonly name: string;
  /** One sentence for documents. */
  readonly summary: string;
  /** What it takes, as JSON Schema. */
  readonly input: TObject;
  /** Those of its arguments that are content: any JSON value, which transports with typed fields carry as JSON text. */
  readonly contents: readonly string[];
  /** What it answers; a session may be null where there is none. */
  readonly answer: 'session' | 'page' | 'count';
  /** Answers the arguments when they fit `input`, else throws INVALID_DATA. */
  readonly check: InputCheck;
  /** Does it, with checked arguments. */
  readonly run: (logic: SessionsLogic, correlationId: string | null, args: never) => Promise<SessionAnswer>;
}

const sessionId = text(256, 'The id of the session');
const version = optionalInteger(Number.MAX_SAFE_INTEGER, 'Write only if the session has this version');
const expireTimeout = optionalInteger(LONGEST_TIMEOUT, "The session's own time-out in milliseconds; 0 = never");

/** The operations by name. */
export const OPERATIONS = {
  get_sessions: operation({
    name: 'get_sessions',
    summary: 'Lists sessions, newest access first, without their content.',
    input: Type.Object({ filter: optionalFilter, paging: optionalPaging }),
    answer: 'page',
    run: (logic, correlationId, { filter, paging }) => logic.getSessions(correlationId, filter, paging),
  }),
  get_session_by_id: operation({
    name: 'get_session_by_id',
    summary: 'Answers a session in whatever state it is; this is no access.',
    input: Type.Object({ session_id: sessionId }),
    answer: 'session',
    run: (logic, correlationId, { session_id }) => logic.getSessionById(correlationId, session_id),
  }),
  open_session: operation({
    name: 'open_session',
    summary: 'Opens a session for a user who has been authenticated.',
    input: Type.Object({
      user_id: text(256, 'Whose session it is'),
      user_name: optionalText(256, 'A name to show'),
      address: optionalText(4096, 'Where it is opened from'),
      client: optionalText(4096, 'What it is opened with'),
      user: optionalContent('Cached content about the user: any JSON value'),
      data: optionalContent('Cached content of the session: any JSON value'),
      service: optionalText(256, 'The application it belongs to', 1),
      name: optionalText(256, 'Which of several parallel sessions it is', 1),
      expire_timeout: expireTimeout,
      expire_basis: optionalChoice(['last_access', 'last_update', 'created'], 'What its time-out counts from'),
      session_id: optionalText(256, 'The id to open it under, where the service accepts ids', 1),
    }),
    answer: 'session',
    run: (logic, correlationId, args) =>
      logic.openSession(correlationId, {
        ...(args as typeof args & { user?: JsonValue; data?: JsonValue }),
        session_id: logic.acceptedId(correlationId, args.session_id),
      }),
  }),
  validate_session: operation({
    name: 'validate_session',
    summary: 'Answers an active session (of this user, where given) and counts as an access; null for any other.',
    input: Type.Object({ session_id: sessionId, user_id: optionalText(256, 'Whose session it must be', 1) }),
    answer: 'session',
    run: (logic, correlationId, { session_id, user_id }) =>
      logic.validateSession(correlationId, session_id, { user_id: user_id ?? undefined }),
  }),
  store_session_data: operation({
    name: 'store_session_data',
    summary: 'Replaces the data of an active session.',
    input: Type.Object({
      session_id: sessionId,
      data: content('The new data: any JSON value'),
      version,
      expire_timeout: expireTimeout,
    }),
    answer: 'session',
    run: (logic, correlationId, { session_id, data, ...options }) =>
      logic.storeSessionData(correlationId, session_id, data as JsonValue, options),
  }),
  patch_session_data: operation({
    name: 'patch_session_data',
    summary: 'Merges into the data of an active session (JSON Merge Patch, RFC 7396).',
    input: Type.Object({ session_id: sessionId, data: content('The patch: any JSON value'), version }),
    answer: 'session',
    run: (logic, correlationId, { session_id, data, version }) =>
      logic.patchSessionData(correlationId, session_id, data as JsonValue, version ?? null),
  }),
  update_session_user: operation({
    name: 'update_session_user',
    summary: 'Replaces the cached user of an active session and, where given, whose session it is.',
    input: Type.Object({
      session_id: sessionId,
      user: content('The new user content: any JSON value'),
      user_id: optionalText(256, 'Whose session it is from now on', 1),
      user_name: optionalText(256, 'The name to show from now on'),
      version,
    }),
    answer: 'session',
    run: (logic, correlationId, { session_id, user, ...options }) =>
      logic.updateSessionUser(correlationId, session_id, user as JsonValue, options),
  }),
  close_session: operation({
    name: 'close_session',
    summary: 'Ends a session; of one that has ended already, answers how it ended.',
    input: Type.Object({ session_id: sessionId }),
    answer: 'session',
    run: (logic, correlationId, { session_id }) => logic.closeSession(correlationId, session_id),
  }),
  close_sessions: operation({
    name: 'close_sessions',
    summary: 'Ends the active sessions of a user and answers how many.',
    input: Type.Object({
      filter: optionalFilter,
      except_session_id: optionalText(256, 'This one stays', 1),
    }),
    answer: 'count',
    run: (logic, correlationId, { filter, except_session_id }) =>
      logic.closeSessions(correlationId, filter, except_session_id ?? null),
  }),
  close_expired_sessions: operation({
    name: 'close_expired_sessions',
    summary: 'Makes the ends of expired sessions durable and answers how many they were.',
    input: Type.Object({}),
    answer: 'count',
    run: (logic, correlationId) => logic.closeExpiredSessions(correlationId),
  }),
  delete_session_by_id: operation({
    name: 'delete_session_by_id',
    summary: 'Removes a session for good and answers what it was.',
    input: Type.Object({ session_id: sessionId }),
    answer: 'session',
    run: (logic, correlationId, { session_id }) => logic.deleteSessionById(correlationId, session_id),
  }),
};

/** The operation table: every transport, the command set and the OpenAPI document are derived from it. */
export const SESSION_OPERATIONS: readonly SessionOperation[] = Object.values(OPERATIONS);

/** A row of a table of operations, with the check of its arguments. */
export function operation<T extends TObject>(row: {
  name: string;
  summary: string;
  input: T;
  answer: SessionOperation['answer'];
  run: (logic: SessionsLogic, correlationId: string | null, args: Static<T>) => Promise<SessionAnswer>;
}): SessionOperation {
  return { ...row, contents: contentArguments(row.input), check: inputCheck(row.input) };
}
