import type { SessionErrorCode } from '../../../data/version1/SessionErrorsV1.js';
import { routePath } from '../../http/HttpService.js';
import { ANSWERS, API_ERRORS, type ApiObject, CORRELATION_ID, INFO, ref, SCHEMAS } from '../ApiSchemas.js';
import { PROBLEM_TYPE } from './ProblemForm.js';
import { type RestCall, restCalls } from './RestCalls.js';
import { REST_EXAMPLES, type RestExample } from './RestExamples.js';

const JSON_TYPE = 'application/json';
const PATCH_TYPE = 'application/merge-patch+json';

const header = (description: string): ApiObject => ({ description, schema: { type: 'string' } });

/** The OpenAPI 3.1 document of the operation table as REST serves it below `baseRoute`. */
export function restDocument(baseRoute: string): ApiObject {
  const paths: Record<string, Record<string, ApiObject>> = {};
  for (const call of restCalls()) {
    const path = routePath(baseRoute, call.path).replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [call.method.toLowerCase()]: describe(call) };
  }
  return {
    openapi: '3.1.0',
    info: INFO,
    paths,
    components: { schemas: { ...SCHEMAS, Problem: PROBLEM }, headers: HEADERS },
  };
}

function describe(call: RestCall): ApiObject {
  const { name, summary } = call.operation;
  const example = REST_EXAMPLES[name];
  return {
    operationId: name,
    summary,
    tags: ['sessions'],
    parameters: parametersOf(call, example),
    ...(call.body !== 'nothing' && { requestBody: requestBodyOf(call, example) }),
    responses: { ...answersOf(call, example), ...errorsOf(call) },
  };
}

function parametersOf(call: RestCall, example: RestExample | undefined): ApiObject[] {
  const { properties } = call.operation.input;
  const shown = { ...example?.path, ...example?.query };
  const withExample = (name: string) => (shown[name] === undefined ? {} : { example: shown[name] });
  return [
    ...call.pathArguments.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: properties[name],
      ...withExample(name),
    })),
    ...call.query.map(({ name, schema: { description, ...schema } }) => {
      return { name, in: 'query', description, schema, ...withExample(name) };
    }),
    CORRELATION_ID,
    ...(call.isConditional ? CONDITIONS : []),
  ];
}

function requestBodyOf(call: RestCall, example: RestExample | undefined): ApiObject {
  const { body, operation, pathArguments, method } = call;
  const { properties, required = [] } = operation.input;
  const shown = example?.body === undefined ? {} : { example: example.body };
  if (typeof body === 'object') {
    const media = { schema: properties[body.argument], ...shown };
    return { required: true, content: { ...(method === 'PATCH' && { [PATCH_TYPE]: media }), [JSON_TYPE]: media } };
  }
  const members = Object.entries(properties).filter(([name]) => !pathArguments.includes(name));
  const needed = required.filter((name) => !pathArguments.includes(name));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(members),
    ...(needed.length > 0 && { required: needed }),
  };
  return { required: needed.length > 0, content: { [JSON_TYPE]: { schema, ...shown } } };
}

function answersOf(
  { operation, method, creates, isConditional, query }: RestCall,
  example: RestExample | undefined,
): ApiObject {
  const { description, schema } = ANSWERS[operation.answer];
  const headers = {
    ...(operation.answer === 'session' && { ETag: { $ref: '#/components/headers/ETag' } }),
    ...(creates && { Location: { $ref: '#/components/headers/Location' } }),
    ...(query.some(({ name }) => name === 'skip') && { Link: { $ref: '#/components/headers/Link' } }),
  };
  const content = { [JSON_TYPE]: { schema, ...(example !== undefined && { example: example.answer }) } };
  const unchanged = {
    description: 'It is as the caller has it',
    headers: { ETag: { $ref: '#/components/headers/ETag' } },
  };
  return {
    [creates ? 201 : 200]: { description, headers, content },
    ...(isConditional && method === 'GET' && { 304: unchanged }),
  };
}

/** The statuses of the error table that this call may answer, each with its codes. */
function errorsOf(call: RestCall): ApiObject {
  const codes = new Map<number, string[]>();
  for (const { code, http } of API_ERRORS) {
    if (neverAnswers(call, code)) continue;
    const status = code === 'SESSION_CONFLICT' && call.isConditional ? 412 : http;
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  const content = { [JSON_TYPE]: { schema: ref('Error') }, [PROBLEM_TYPE]: { schema: ref('Problem') } };
  return Object.fromEntries(
    [...codes].map(([status, named]) => [
      status,
      { description: named.join(', '), ...errorHeaders(call, status), content },
    ]),
  );
}

/** What errors of this status say in headers, besides their body. */
function errorHeaders({ method }: RestCall, status: number): ApiObject {
  const names: Partial<Record<number, keyof typeof HEADERS>> = {
    412: 'ETag',
    503: 'Retry-After',
    ...(method === 'PATCH' && { 415: 'Accept-Patch' }),
  };
  const name = names[status];
  return name === undefined ? {} : { headers: { [name]: { $ref: `#/components/headers/${name}` } } };
}

function neverAnswers({ operation, method, body, creates, isConditional }: RestCall, code: SessionErrorCode): boolean {
  switch (code) {
    case 'METHOD_NOT_ALLOWED':
      return true;
    case 'NOT_FOUND':
      return operation.answer !== 'session' || creates === true;
    case 'PAYLOAD_TOO_LARGE':
    case 'UNSUPPORTED_MEDIA_TYPE':
      return body === 'nothing';
    case 'SESSION_EXISTS':
      return isConditional || operation.answer !== 'session';
    case 'SESSION_CLOSED':
      return creates === true || method === 'GET' || operation.answer !== 'session';
    case 'SESSION_CONFLICT':
      return !isConditional && (creates === true || operation.answer !== 'session');
    default:
      return false;
  }
}

const CONDITIONS: ApiObject[] = [
  {
    name: 'If-Match',
    in: 'header',
    description: 'Only if the session has one of these entity tags, else 412; once it has ended, writes are 409',
    schema: { type: 'string' },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'Only if the session has none of these entity tags, else 304 for GET and 412 for others',
    schema: { type: 'string' },
  },
];

const HEADERS = {
  ETag: header('The version of the session in quotes while it is active, another value once it has ended'),
  Location: header('Where the session is found'),
  Link: header('rel="next": the next page, where there may be one (RFC 8288)'),
  'Retry-After': header('After how many seconds it may have passed'),
  'Accept-Patch': header('The media types of a patch that is taken'),
};

const PROBLEM: ApiObject = {
  description: 'Problem details (RFC 9457), for callers that accept these rather than JSON',
  allOf: [
    ref('Error'),
    {
      type: 'object',
      required: ['type', 'title', 'detail'],
      properties: {
        type: { type: 'string', format: 'uri', description: 'The name of the sort of error, which ends in its code' },
        title: { type: 'string', description: 'What sort of error it is' },
        detail: { type: 'string', description: 'The message' },
      },
    },
  ],
};
