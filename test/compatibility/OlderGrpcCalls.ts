import { inspectJson } from '../../src/toolkit/JsonValue.js';
import type { OlderCall, OlderKind } from './OlderClientProcess.js';

/** The older client's classes for gRPC. */
export type OlderGrpcKind = Exclude<OlderKind, 'http'>;

type Args = Readonly<Record<string, unknown>>;

/** A method of the older client: what it takes, by the names of the arguments of the operation, and what of them it cannot carry. */
interface Method {
  name: string;
  takes: readonly string[];
}

/** The operations that the older client has. */
const METHODS: Record<string, Method> = {
  get_sessions: { name: 'getSessions', takes: ['filter', 'paging'] },
  get_session_by_id: { name: 'getSessionById', takes: ['session_id'] },
  open_session: { name: 'openSession', takes: ['user_id', 'user_name', 'address', 'client', 'user', 'data'] },
  store_session_data: { name: 'storeSessionData', takes: ['session_id', 'data'] },
  update_session_user: { name: 'updateSessionUser', takes: ['session_id', 'user'] },
  close_session: { name: 'closeSession', takes: ['session_id'] },
  close_expired_sessions: { name: 'closeExpiredSessions', takes: [] },
  delete_session_by_id: { name: 'deleteSessionById', takes: ['session_id'] },
};

const CONTENT = new Set(['user', 'data']);

/** Deeper than JSON.stringify goes. */
const TOO_DEEP = 1000;

/** The call of the older client that means this operation with exactly these arguments; null where it has none. */
export function olderCall(
  kind: OlderGrpcKind,
  operation: string,
  args: unknown,
  correlationId: string | null,
): OlderCall | null {
  const method = METHODS[operation];
  if (method === undefined || typeof args !== 'object' || args === null) return null;
  const given = args as Args;
  if (Object.keys(given).some((key) => !method.takes.includes(key))) return null;
  if (!method.takes.every((key) => isSaid(kind, operation, key, given[key]))) return null;
  return { method: method.name, args: [correlationId, ...method.takes.map((key) => argumentOf(key, given[key]))] };
}

function argumentOf(key: string, value: unknown): unknown {
  if (value === undefined) return { nothing: true };
  if (value === null) return null;
  if (key === 'filter') return { filter: value };
  if (key !== 'paging') return { value };
  const { skip, take, total } = value as Args;
  return { paging: [skip ?? null, take ?? null, total ?? null] };
}

/** The client says this value and no other. */
function isSaid(kind: OlderGrpcKind, operation: string, key: string, value: unknown): boolean {
  // To the typed request, missing content is null.
  if (value === undefined) return kind !== 'grpc' || operation === 'open_session' || !CONTENT.has(key);
  if (key === 'paging') return isPaging(value);
  if (key === 'filter') return value === null || (kind !== 'grpc' && isFilter(value));
  return isCarried(value) && (kind !== 'grpc' || isTyped(operation, key, value));
}

/** JSON.stringify, by which the older client writes, keeps this value. */
function isCarried(value: unknown): boolean {
  const { fault, hasNegativeZero } = inspectJson(value, TOO_DEEP);
  return !hasNegativeZero && (fault === null || fault === 'surrogate');
}

/** The typed request says this value, and no other that becomes the same message. */
function isTyped(operation: string, key: string, value: unknown): boolean {
  if (CONTENT.has(key)) return isKept(value) || (value === null && operation !== 'open_session');
  if (value === null) return true;
  return typeof value === 'string' && value.isWellFormed() && (value !== '' || key.endsWith('_id'));
}

/** What the older client takes for empty becomes null: in its words `value == ""`. */
function isKept(value: unknown): boolean {
  if (value === null || value === 0 || value === false) return false;
  try {
    return String(value) !== '';
  } catch {
    return false;
  }
}

/** As the PagingParams of the older toolkit keep it. */
function isPaging(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  const { skip = 0, take = 1, total = false } = value as Args;
  return isCount(skip) && isCount(take) && take !== 0 && typeof total === 'boolean';
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
}

/** As the FilterParams of the older toolkit keep it. */
function isFilter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((member) => typeof member === 'string' || typeof member === 'boolean');
}
