import type { TSchema } from 'typebox';
import { type OPERATIONS, SESSION_OPERATIONS, type SessionOperation } from '../../../logic/SessionOperations.js';

/** How REST says an operation. Arguments that neither path nor body holds stand in the query string. */
export interface RestCallRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base route; `:name` is the argument of that name. */
  readonly path: string;
  /** What the body is: nothing that is looked at, an object with the arguments, or the value of this one argument. */
  readonly body: 'nothing' | 'arguments' | { readonly argument: string };
  /** True: what is answered was made, and is found below the base route under its id. */
  readonly creates?: boolean;
  /** What is said where there is no session to answer, if not that there is none. */
  readonly absence?: string;
}

const ROWS: Partial<Record<string, RestCallRow>> = {
  get_sessions: { method: 'GET', path: '', body: 'nothing' },
  get_session_by_id: { method: 'GET', path: '/:session_id', body: 'nothing' },
  open_session: { method: 'POST', path: '', body: 'arguments', creates: true },
  validate_session: {
    method: 'POST',
    path: '/:session_id/validate',
    body: 'arguments',
    absence: 'There is no such session that is active, and of that user where one is named',
  },
  store_session_data: { method: 'PUT', path: '/:session_id/data', body: { argument: 'data' } },
  patch_session_data: { method: 'PATCH', path: '/:session_id/data', body: { argument: 'data' } },
  update_session_user: { method: 'PUT', path: '/:session_id/user', body: { argument: 'user' } },
  close_session: { method: 'POST', path: '/:session_id/close', body: 'arguments' },
  close_sessions: { method: 'POST', path: '/close', body: 'arguments' },
  delete_session_by_id: { method: 'DELETE', path: '/:session_id', body: 'nothing' },
} satisfies Partial<Record<keyof typeof OPERATIONS, RestCallRow>>;

/** A parameter of the query string. */
export interface QueryParameter {
  readonly name: string;
  /** The argument, or the map among the arguments, that it goes into. */
  readonly argument: string;
  /** True: it is a member of that map. */
  readonly isMember: boolean;
  /** What it is called in errors, as on every other transport. */
  readonly field: string;
  readonly schema: JsonSchema;
}

/** What is looked at of a schema of the operation table. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** An operation as REST serves it. */
export interface RestCall extends RestCallRow {
  readonly operation: SessionOperation;
  /** The arguments that stand in the path. */
  readonly pathArguments: readonly string[];
  readonly query: readonly QueryParameter[];
  /** True: it is about one session, whose entity tag conditions may look at. */
  readonly isConditional: boolean;
  /** True: the operation itself takes the expected version, so that condition and change are one step. */
  readonly takesVersion: boolean;
}

/** Says no more than that the header `If-Match` stands for it. */
const VERSION = 'version';

/** Every operation of the table: by its row here or, without one, `POST` at its own name with its arguments as the body. */
export function restCalls(operations: readonly SessionOperation[] = SESSION_OPERATIONS): RestCall[] {
  return operations.map((operation) => callOf(operation, ROWS[operation.name] ?? rowOf(operation)));
}

function rowOf({ name }: SessionOperation): RestCallRow {
  return { method: 'POST', path: `/${name.replaceAll('_', '-')}`, body: 'arguments' };
}

function callOf(operation: SessionOperation, row: RestCallRow): RestCall {
  const pathArguments = [...row.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const isConditional = pathArguments.includes('session_id') && operation.answer === 'session';
  const takesVersion = isConditional && row.body !== 'arguments' && VERSION in operation.input.properties;
  const elsewhere = new Set([...pathArguments, ...(takesVersion ? [VERSION] : [])]);
  if (typeof row.body === 'object') elsewhere.add(row.body.argument);
  const query = row.body === 'arguments' ? [] : queryOf(operation.input.properties, elsewhere);
  return { ...row, operation, pathArguments, query, isConditional, takesVersion };
}

function queryOf(properties: Record<string, TSchema>, elsewhere: ReadonlySet<string>): QueryParameter[] {
  return Object.entries(properties).flatMap(([argument, given]): QueryParameter[] => {
    if (elsewhere.has(argument)) return [];
    const schema = notNull(given);
    const { properties: members } = schema;
    if (members === undefined) return [{ name: argument, argument, isMember: false, field: argument, schema }];
    return Object.entries(members).map(([name, member]) => {
      return { name, argument, isMember: true, field: `${argument}.${name}`, schema: notNull(member) };
    });
  });
}

/** The schema without null, which a query string says by saying nothing. */
function notNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  const kinds = anyOf?.filter(({ type }) => type !== 'null');
  if (kinds === undefined) return schema;
  return kinds.length === 1 ? { ...rest, ...kinds[0] } : { ...rest, anyOf: kinds };
}
