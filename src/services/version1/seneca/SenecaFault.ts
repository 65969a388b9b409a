import type { ApplicationException } from 'pip-services3-commons-nodex';
import { toSessionError } from '../../../data/version1/SessionErrorsV1.js';
import { describeError, type ErrorDescription } from '../../http/ErrorReply.js';
import { wireName } from './WireNames.js';

/**
 * An error of the table as the callers of Seneca get it: `err.orig`, with `code`, `status`, `category`, `details` and
 * `correlation_id` as properties, which travel; `cause`, for the log, does not.
 */
export class SenecaFault extends Error {
  readonly #description: ErrorDescription;
  readonly #error: ApplicationException;

  private constructor(description: ErrorDescription, error: ApplicationException) {
    super(description.message, { cause: error.cause });
    this.#description = description;
    this.#error = error;
    Object.assign(this, description);
  }

  /** Any error as one; arguments are named as in messages. */
  static of(correlationId: string | null, error: unknown): SenecaFault {
    if (error instanceof SenecaFault) return error;
    const known = toSessionError(correlationId, error);
    return new SenecaFault(renamed(describeError(correlationId, known)), known);
  }

  /** What leaves the process. */
  get description(): ErrorDescription {
    return this.#description;
  }

  /** As it was thrown, for the log. */
  get error(): ApplicationException {
    return this.#error;
  }
}

function renamed(description: ErrorDescription): ErrorDescription {
  const details = { ...(description.details as Record<string, unknown> | undefined) };
  const { field } = details;
  const name = typeof field === 'string' ? wireName(field) : field;
  if (name === field) return description;
  return {
    ...description,
    message: description.message.replace(String(field), String(name)),
    details: { ...details, field: name },
  };
}
