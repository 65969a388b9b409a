import type { IncomingMessage } from 'node:http';
import type { ApplicationException } from 'pip-services3-commons-nodex';
import { type SessionErrorCode, SessionErrorsV1 } from '../../data/version1/SessionErrorsV1.js';

/** What a refusal may say beyond the error table. */
export interface Refusal {
  /** Replaces the table's sentence. */
  message?: string;
  /** Replaces the table's status: faults of the protocol are all INVALID_DATA. */
  status?: number;
  details?: Record<string, string | number>;
  /** Further headers: name, value, name, value ... */
  headers?: readonly string[];
  /** True: this answer is the last of its connection. */
  close?: boolean;
}

/** The error description as Pip.Services clients read it. */
export interface ErrorDescription {
  code: string;
  status: number;
  category: string;
  message: string;
  /** The code again: what the older service's exceptions were named. */
  name: string;
  details?: unknown;
  correlation_id?: string;
}

/** An error as it is sent. */
export interface ErrorText {
  status: number;
  contentType: string;
  text: string;
  /** Further headers: name, value, name, value ... */
  headers?: readonly string[];
}

/** Writes errors for the callers of a service; the request says what its caller accepts. */
export type ErrorForm = (error: ErrorDescription, request: IncomingMessage) => ErrorText;

/** The form of errors unless a route has one of its own: their description as JSON. */
export const descriptionForm: ErrorForm = (error) => ({
  status: error.status,
  contentType: 'application/json',
  text: JSON.stringify(error),
});

/** How an error of the table is described; an exception's cause and stack stay behind. */
export function describeError(correlationId: string | null, error: ApplicationException): ErrorDescription {
  const { code, status, category, message, details } = error;
  return description(error.correlation_id ?? correlationId, code, status, category, message, details);
}

/** How a refusal is described. It needs no exception, whose stack would cost more than the answer. */
export function describeRefusal(
  correlationId: string | null,
  code: SessionErrorCode,
  refusal: Refusal,
): ErrorDescription {
  const row = SessionErrorsV1[code];
  const { status = row.http, message = row.message, details } = refusal;
  return description(correlationId, code, status, row.category, message, details);
}

function description(
  correlationId: string | null,
  code: string,
  status: number,
  category: string,
  message: string,
  details: unknown,
): ErrorDescription {
  return {
    code,
    status,
    category,
    message,
    name: code,
    ...(details ? { details } : {}),
    ...(correlationId ? { correlation_id: correlationId } : {}),
  };
}
