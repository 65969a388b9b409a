import { type SessionErrorCode, SessionErrorsV1 } from '../../data/version1/SessionErrorsV1.js';
import type { SessionOperation } from '../../logic/SessionOperations.js';

/** An object of an OpenAPI document. */
export type ApiObject = object;

export const ref = (name: string): ApiObject => ({ $ref: `#/components/schemas/${name}` });
const text = (description: string): ApiObject => ({ type: 'string', description });
const time = (description: string): ApiObject => ({ type: 'string', format: 'date-time', description });

/** What operations answer. */
export const ANSWERS: Record<SessionOperation['answer'], { description: string; schema: ApiObject }> = {
  session: { description: 'The session', schema: ref('Session') },
  page: { description: 'The page', schema: ref('SessionPage') },
  count: { description: 'How many', schema: { type: 'integer', minimum: 0 } },
};

/** What documents say of themselves. */
export const INFO: ApiObject = {
  title: 'Sessions',
  version: '1.0',
  description: 'Opens, validates, lists and ends the sessions of users. Times are ISO-8601 in UTC with milliseconds.',
};

/** The parameter that every call takes. */
export const CORRELATION_ID: ApiObject = {
  name: 'correlation_id',
  in: 'query',
  description: 'Goes into log lines and errors',
  schema: { type: 'string' },
};

/** The rows of the error table that an operation may answer: none asks for a key, as services of older systems do. */
export const API_ERRORS: readonly { code: SessionErrorCode; http: number }[] = Object.entries(SessionErrorsV1)
  .map(([code, { http }]) => ({ code: code as SessionErrorCode, http }))
  .filter(({ code }) => code !== 'UNAUTHORIZED');

const SESSION: ApiObject = {
  type: 'object',
  required: ['id', 'user_id', 'active', 'open_time', 'request_time', 'update_time', 'version'],
  properties: {
    id: text('Whoever knows it has the session'),
    user_id: text('Whose session it is'),
    user_name: text('A name to show'),
    active: { type: 'boolean', description: 'False once closed or expired; then never true again' },
    open_time: time('When it was opened'),
    request_time: time('The last access that was stored'),
    update_time: time('The last write of user or data'),
    expire_time: time('From when on it counts as expired; absent = never'),
    close_time: time('When it ended'),
    close_reason: { enum: ['closed', 'expired', 'revoked', 'replaced', 'limit'], description: 'Why it ended' },
    address: text('Where it was opened from'),
    client: text('What it was opened with'),
    expire_timeout: { type: 'integer', minimum: 0, description: 'Its own time-out in milliseconds; 0 = never' },
    expire_basis: { enum: ['last_access', 'last_update', 'created'], description: 'What its time-out counts from' },
    service: text('The application it belongs to'),
    name: text('Which of several parallel sessions it is'),
    version: { type: 'integer', minimum: 0, description: 'Counts the writes of user and data' },
    user: { description: 'Cached content: any JSON value' },
    data: { description: 'Cached content: any JSON value' },
  },
};

const PAGE: ApiObject = {
  type: 'object',
  required: ['total', 'data'],
  properties: {
    total: { type: ['integer', 'null'], description: 'How many match, where asked for' },
    data: { type: 'array', items: ref('Session'), description: 'Without user and data' },
  },
};

const ERROR: ApiObject = {
  type: 'object',
  required: ['code', 'status', 'category', 'message', 'name'],
  properties: {
    code: { enum: API_ERRORS.map(({ code }) => code) },
    status: { type: 'integer' },
    category: text('What sort of error it is, for clients that do not know the code'),
    message: text('What was wrong and what was expected'),
    name: text('The code again'),
    details: { type: 'object', description: 'Fields, ids and limits' },
    correlation_id: text('As it was given'),
  },
};

/** The schemas that documents refer to. */
export const SCHEMAS = { Session: SESSION, SessionPage: PAGE, Error: ERROR };
