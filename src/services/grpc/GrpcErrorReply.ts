import type { ErrorDescription } from '../http/ErrorReply.js';

/**
 * An error in a reply, with the members of `ErrorDescription` of the protos. Of what the older service put there, `cause` and
 * `stack_trace` stay empty, and `type`, which it set for errors of others only.
 */
export interface GrpcErrorDescription {
  category: string;
  code: string;
  correlation_id?: string | undefined;
  status: number;
  message: string;
  /** All as texts, as older clients read them. */
  details?: Record<string, string>;
  /** The same as one JSON object, numbers as numbers. */
  details_json?: string;
}

/** The description as the protos have it. */
export function grpcError({ name: _code, details, ...error }: ErrorDescription): GrpcErrorDescription {
  if (details === undefined) return error;
  return { ...error, details: textsOf(details as object), details_json: JSON.stringify(details) };
}

function textsOf(details: object): Record<string, string> {
  return Object.fromEntries(Object.entries(details).map(([key, value]) => [key, value === null ? '' : String(value)]));
}
