import type { AnsweredSession } from '../../../logic/SessionAnswer.js';
import { isoTime } from '../../../toolkit/IsoTime.js';
import type { ErrorForm } from '../../http/ErrorReply.js';

/** Sessions are opened and read by GET too: no cache may stand in for the service. */
const HEADERS = ['cache-control', 'no-store'];

/** A session as callers of the older system read it. Its data is neither parsed nor formatted. */
export function sessmanText(session: AnsweredSession): string {
  const { id, userId, endAt } = session;
  const { data = 'null' } = session.content();
  const expires = endAt === Number.POSITIVE_INFINITY ? 'null' : `"${isoTime(endAt)}"`;
  return `{"session_id":${JSON.stringify(id)},"user_id":${JSON.stringify(userId)},"data":${data === 'null' ? '{}' : data},"expires":${expires}}`;
}

/** Errors as callers of the older system read them: an object with the sentence as `error`. */
export const sessmanErrorForm: ErrorForm = ({ status, code, message, details, correlation_id }) => ({
  status,
  contentType: 'application/json',
  text: JSON.stringify({ error: asCallersSay(message), code, status, details: named(details), correlation_id }),
  headers: HEADERS,
});

/** The operations have other names for the parameters. */
const NAMES: Record<string, string> = { user_id: 'userid', session_id: 'sessionid' };

function asCallersSay(message: string): string {
  return message.replace(/^(?:user|session)_id (?=must )/, (name) => `${NAMES[name.trim()]} `);
}

function named(details: unknown): unknown {
  const { field } = (details ?? {}) as { field?: string };
  return field !== undefined && Object.hasOwn(NAMES, field) ? { field: NAMES[field] } : details;
}
