/** The codes of the service (docs/errors.md), then those that a client adds. */
export const SERVICE_ERROR_CODES = [
  'INVALID_DATA',
  'SESSION_CLOSED',
  'SESSION_EXISTS',
  'SESSION_CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNAUTHORIZED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'PERSISTENCE_UNAVAILABLE',
  'OVERLOADED',
  'UNKNOWN',
] as const;

export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

/**
 * - `UNREACHABLE`: nothing answers at the address, or the connection broke before an answer began.
 * - `TIMEOUT`: the call was not over in time; the service may still do it.
 * - `BAD_REPLY`: what answered is no answer of a sessions service; `status` is the one it came with.
 * - `ABORTED`: by the caller's signal, or because the client was closed.
 * - `NOT_OPEN`: the client has been closed, or lacks what it works on.
 * - `INVALID_CONFIG`: the configuration cannot be used.
 */
export type ClientErrorCode = 'UNREACHABLE' | 'TIMEOUT' | 'BAD_REPLY' | 'ABORTED' | 'NOT_OPEN' | 'INVALID_CONFIG';

/** `string` beside them: a newer service may know more. */
export type SessionsClientErrorCode = ServiceErrorCode | ClientErrorCode | (string & {});

export interface SessionsClientErrorInit {
  code: SessionsClientErrorCode;
  message: string;
  /** The HTTP status of the answer; absent where there was none. */
  status?: number | undefined;
  /** The toolkit's category, which callers of the older client decide by. */
  category?: string | undefined;
  correlationId?: string | null | undefined;
  details?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

const BRAND = Symbol.for('service-sessions-client.error');

/** Every failure of a client. Decide by `code`. */
export class SessionsClientError extends Error {
  override readonly name = 'SessionsClientError';
  readonly code: SessionsClientErrorCode;
  /** The HTTP status of the answer; undefined where there was none. */
  readonly status: number | undefined;
  /** The category of the toolkit's errors; for callers of the older client. */
  readonly category: string;
  /** Of the call; null where it had none. */
  readonly correlationId: string | null;
  /** What the code concerns: `details.field`, `details.version` and the like. Empty when there is nothing to say. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, message, status, category, correlationId, details, cause }: SessionsClientErrorInit) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.category = category ?? CATEGORIES[code] ?? 'Unknown';
    this.correlationId = correlationId ?? null;
    this.details = details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** As the older client's errors name it. */
  get correlation_id(): string | null {
    return this.correlationId;
  }
}

/**
 * `instanceof` is also true for an error of the package's other copy: one process may have loaded it by `import` and by
 * `require`. Classes that are made of this one, by an application, go by their own.
 */
function hasInstance(this: unknown, value: unknown): boolean {
  if (this !== SessionsClientError) return Function.prototype[Symbol.hasInstance].call(this as never, value);
  return typeof value === 'object' && value !== null && BRAND in value;
}

Object.defineProperty(SessionsClientError, Symbol.hasInstance, { value: hasInstance });

/** Of the toolkit. */
const CATEGORIES: Record<string, string> = {
  INVALID_DATA: 'BadRequest',
  UNREACHABLE: 'NoResponse',
  TIMEOUT: 'NoResponse',
  BAD_REPLY: 'FailedInvocation',
  ABORTED: 'FailedInvocation',
  NOT_OPEN: 'InvalidState',
  INVALID_CONFIG: 'Misconfiguration',
  SESSION_CLOSED: 'Conflict',
  SESSION_CONFLICT: 'Conflict',
  SESSION_EXISTS: 'Conflict',
};

/** INVALID_DATA for one argument, found before anything left: `expected` completes "<field> must be ...". */
export function invalidArgument(correlationId: string | null, field: string, expected: string): SessionsClientError {
  return new SessionsClientError({
    code: 'INVALID_DATA',
    message: `${field} must be ${expected}`,
    correlationId,
    details: { field },
  });
}
