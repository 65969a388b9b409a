import { SessionErrorsV1 } from '../../data/version1/SessionErrorsV1.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../logic/SessionOperations.js';
import { routePath } from '../http/HttpService.js';

type Schema = object;

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const text = (description: string): Schema => ({ type: 'string', description });
const time = (description: string): Schema => ({ type: 'string', format: 'date-time', description });
const json = (schema: Schema): Schema => ({ 'application/json': { schema } });

const ANSWERS: Record<SessionOperation['answer'], { description: string; schema: Schema }> = {
  session: { description: 'The session', schema: ref('Session') },
  page: { description: 'The page', schema: ref('SessionPage') },
  count: { description: 'How many', schema: { type: 'integer', minimum: 0 } },
};

/** The OpenAPI 3.1 document of the operation table as commandable HTTP serves it below `baseRoute`. */
export function openApiDocument(baseRoute: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sessions',
      version: '1.0',
      description:
        'Opens, validates, lists and ends the sessions of users. Times are ISO-8601 in UTC with milliseconds.',
    },
    paths: Object.fromEntries(
      SESSION_OPERATIONS.map((operation) => [routePath(baseRoute, operation.name), { post: describe(operation) }]),
    ),
    components: { schemas: { Session: SESSION, SessionPage: PAGE, Error: ERROR } },
  };
}

function describe({ name, summary, input, answer }: SessionOperation): Schema {
  const { description, schema } = ANSWERS[answer];
  return {
    operationId: name,
    summary,
    tags: ['sessions'],
    parameters: [
      {
        name: 'correlation_id',
        in: 'query',
        description: 'Goes into log lines and errors',
        schema: { type: 'string' },
      },
    ],
    requestBody: { content: json(input), required: (input.required ?? []).length > 0 },
    responses: {
      200: { description, content: json(schema) },
      ...(answer === 'session' && { 204: { description: 'There is none' } }),
      ...errorResponses(),
    },
  };
}

/** The errors that an operation may answer: none asks for a key, as services of older systems do. */
const ERRORS = Object.entries(SessionErrorsV1).filter(([code]) => code !== 'UNAUTHORIZED');

/** The statuses of the error table, each with its codes. */
function errorResponses(): Schema {
  const codes = new Map<number, string[]>();
  for (const [code, { http }] of ERRORS) codes.set(http, [...(codes.get(http) ?? []), code]);
  return Object.fromEntries(
    [...codes].map(([status, named]) => [status, { description: named.join(', '), content: json(ref('Error')) }]),
  );
}

const SESSION: Schema = {
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

const PAGE: Schema = {
  type: 'object',
  required: ['total', 'data'],
  properties: {
    total: { type: ['integer', 'null'], description: 'How many match, where asked for' },
    data: { type: 'array', items: ref('Session'), description: 'Without user and data' },
  },
};

const ERROR: Schema = {
  type: 'object',
  required: ['code', 'status', 'category', 'message', 'name'],
  properties: {
    code: { enum: ERRORS.map(([code]) => code) },
    status: { type: 'integer' },
    category: text('What sort of error it is, for clients that do not know the code'),
    message: text('What was wrong and what was expected'),
    name: text('The code again'),
    details: { type: 'object', description: 'Fields, ids and limits' },
    correlation_id: text('As it was given'),
  },
};
