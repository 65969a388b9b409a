import type { IncomingMessage } from 'node:http';
import { type SessionErrorCode, SessionErrorsV1 } from '../../../data/version1/SessionErrorsV1.js';
import { descriptionForm, type ErrorForm } from '../../http/ErrorReply.js';

export const PROBLEM_TYPE = 'application/problem+json';
const JSON_TYPE = 'application/json';
const HEADERS = ['vary', 'accept', 'cache-control', 'no-store'];

/** Errors as their description or, for who asks for that, as problem details (RFC 9457) with the same members. */
export const problemForm: ErrorForm = (error, request) => {
  if (!asksForProblem(request)) return { ...descriptionForm(error, request), headers: HEADERS };
  const { code, status, message } = error;
  const problem = { type: problemType(code), title: titleOf(code), detail: message, ...error };
  return { status, contentType: PROBLEM_TYPE, text: JSON.stringify(problem), headers: HEADERS };
};

/** The name of a sort of problem; nothing is found under it. */
function problemType(code: string): string {
  return `urn:service-sessions:error:${code}`;
}

function titleOf(code: string): string {
  return SessionErrorsV1[code as SessionErrorCode].message;
}

function asksForProblem({ headers: { accept } }: IncomingMessage): boolean {
  // Most do not name it, and a pattern does not ask for it.
  if (accept?.toLowerCase().includes(PROBLEM_TYPE) !== true) return false;
  const wanted = quality(accept, PROBLEM_TYPE);
  // Other answers are JSON: who names both alike means that for these, and problem details for errors.
  return wanted > 0 && wanted >= quality(accept, JSON_TYPE);
}

/** How much a media type is wanted, from 0 to 1: what its most precise range says (RFC 9110 12.5.1). */
function quality(accept: string, type: string): number {
  const ranges = ['*/*', 'application/*', type];
  let found = { precision: -1, quality: 0 };
  for (const element of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim());
    const precision = ranges.indexOf(range);
    if (precision > found.precision) found = { precision, quality: weightOf(parameters) };
  }
  return found.quality;
}

function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  const number = Number(weight);
  return number >= 0 && number <= 1 ? number : 1;
}
