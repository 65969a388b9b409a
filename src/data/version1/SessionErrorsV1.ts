import { ApplicationException, ErrorCategory, type StringValueMap } from 'pip-services3-commons-nodex';

interface ErrorRow {
  /** One of the toolkit's categories; older clients decide by it. */
  category: string;
  http: number;
  grpc: string;
  /** Used where the place that found the fault says nothing more precise. */
  message: string;
}

/** Every error that leaves the service: code -> category, HTTP status, gRPC status, sentence. */
export const SessionErrorsV1 = {
  INVALID_DATA: row(ErrorCategory.BadRequest, 400, 'INVALID_ARGUMENT', 'The request is not valid'),
  SESSION_CLOSED: row(
    ErrorCategory.Conflict,
    409,
    'FAILED_PRECONDITION',
    'The session has ended and takes no more writes',
  ),
  SESSION_EXISTS: row(
    ErrorCategory.Conflict,
    409,
    'ALREADY_EXISTS',
    'A session with this id exists or is still retained',
  ),
  SESSION_CONFLICT: row(ErrorCategory.Conflict, 409, 'ABORTED', 'The session has another version than expected'),
  PAYLOAD_TOO_LARGE: row(ErrorCategory.BadRequest, 413, 'RESOURCE_EXHAUSTED', 'The request is too large'),
  UNSUPPORTED_MEDIA_TYPE: row(ErrorCategory.BadRequest, 415, 'INVALID_ARGUMENT', 'The body must be application/json'),
  UNAUTHORIZED: row(ErrorCategory.Unauthorized, 401, 'UNAUTHENTICATED', 'The request must come with the right API key'),
  NOT_FOUND: row(ErrorCategory.NotFound, 404, 'UNIMPLEMENTED', 'There is nothing at this address'),
  METHOD_NOT_ALLOWED: row(ErrorCategory.BadRequest, 405, 'UNIMPLEMENTED', 'This address does not take this method'),
  PERSISTENCE_UNAVAILABLE: row(
    ErrorCategory.NoResponse,
    503,
    'UNAVAILABLE',
    'The session store cannot do this now; try again',
  ),
  OVERLOADED: row(ErrorCategory.NoResponse, 503, 'RESOURCE_EXHAUSTED', 'Too many requests at once; try again'),
  UNKNOWN: row(
    ErrorCategory.Unknown,
    500,
    'INTERNAL',
    'Something unexpected happened; it is logged under the correlation id',
  ),
} as const satisfies Record<string, ErrorRow>;

export type SessionErrorCode = keyof typeof SessionErrorsV1;

export interface SessionErrorDetails {
  /** Replaces the table's sentence. Names the input, what was expected and what to do; nothing internal. */
  message?: string;
  /** Ids and limits for the caller; never `user` or `data`. */
  details?: Record<string, string | number | null>;
  /** What went wrong underneath: for the log, never sent. */
  cause?: unknown;
}

/** The only way an error of the table is made. */
export function sessionError(
  correlationId: string | null,
  code: SessionErrorCode,
  { message, details, cause }: SessionErrorDetails = {},
): ApplicationException {
  const { category, http, message: sentence } = SessionErrorsV1[code];
  const error = new ApplicationException(category, correlationId ?? undefined, code, message ?? sentence).withStatus(
    http,
  );
  // Plain, not the toolkit's map of strings: a version stays a number on the wire.
  if (details !== undefined) error.details = details as unknown as StringValueMap;
  if (cause !== undefined) error.cause = cause as string;
  return error;
}

/** INVALID_DATA for one field: `expected` completes the sentence "<field> must be ...". */
export function invalidData(correlationId: string | null, field: string, expected: string): ApplicationException {
  return sessionError(correlationId, 'INVALID_DATA', { message: `${field} must be ${expected}`, details: { field } });
}

/** True for an error that `sessionError` made, of this code where one is given. */
export function isSessionError(error: unknown, code?: SessionErrorCode): error is ApplicationException {
  if (!(error instanceof ApplicationException)) return false;
  return code === undefined ? Object.hasOwn(SessionErrorsV1, error.code) : error.code === code;
}

/** What a caller may see of any error: one of the table as it is, everything else as UNKNOWN with the cause kept for the log. */
export function toSessionError(correlationId: string | null, error: unknown): ApplicationException {
  if (isSessionError(error)) return error;
  return sessionError(correlationId, 'UNKNOWN', { cause: error });
}

function row(category: string, http: number, grpc: string, message: string): ErrorRow {
  return { category, http, grpc, message };
}
