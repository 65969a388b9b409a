import { SessionsClientError } from '../version1/SessionsClientError.js';

/** The errors of the service that can come without one: status and category as it gives them. */
const ERRORS = {
  INVALID_DATA: { status: 400, category: 'BadRequest' },
  SESSION_CLOSED: { status: 409, category: 'Conflict' },
  SESSION_EXISTS: { status: 409, category: 'Conflict' },
  SESSION_CONFLICT: { status: 409, category: 'Conflict' },
  PAYLOAD_TOO_LARGE: { status: 413, category: 'BadRequest' },
} as const;

/** An error as the service would answer it. */
export function mockError(
  correlationId: string | null,
  code: keyof typeof ERRORS,
  message: string,
  details?: Record<string, string | number>,
): SessionsClientError {
  return new SessionsClientError({ code, message, ...ERRORS[code], correlationId, details });
}

/** INVALID_DATA for one field: `expected` completes "<field> must be ...". */
export function refused(correlationId: string | null, field: string, expected: string): SessionsClientError {
  return mockError(correlationId, 'INVALID_DATA', `${field} must be ${expected}`, { field });
}
