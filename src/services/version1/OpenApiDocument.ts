import { SESSION_OPERATIONS, type SessionOperation } from '../../logic/SessionOperations.js';
import { routePath } from '../http/HttpService.js';
import { ANSWERS, API_ERRORS, type ApiObject, CORRELATION_ID, INFO, ref, SCHEMAS } from './ApiSchemas.js';

const json = (schema: ApiObject): ApiObject => ({ 'application/json': { schema } });

/** The OpenAPI 3.1 document of the operation table as commandable HTTP serves it below `baseRoute`. */
export function openApiDocument(baseRoute: string): ApiObject {
  return {
    openapi: '3.1.0',
    info: INFO,
    paths: Object.fromEntries(
      SESSION_OPERATIONS.map((operation) => [routePath(baseRoute, operation.name), { post: describe(operation) }]),
    ),
    components: { schemas: SCHEMAS },
  };
}

function describe({ name, summary, input, answer }: SessionOperation): ApiObject {
  const { description, schema } = ANSWERS[answer];
  return {
    operationId: name,
    summary,
    tags: ['sessions'],
    parameters: [CORRELATION_ID],
    requestBody: { content: json(input), required: (input.required ?? []).length > 0 },
    responses: {
      200: { description, content: json(schema) },
      ...(answer === 'session' && { 204: { description: 'There is none' } }),
      ...errorResponses(),
    },
  };
}

/** The statuses of the error table, each with its codes. */
function errorResponses(): ApiObject {
  const codes = new Map<number, string[]>();
  for (const { code, http } of API_ERRORS) codes.set(http, [...(codes.get(http) ?? []), code]);
  return Object.fromEntries(
    [...codes].map(([status, named]) => [status, { description: named.join(', '), content: json(ref('Error')) }]),
  );
}
