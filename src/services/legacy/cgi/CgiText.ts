import type { ErrorForm } from '../../http/ErrorReply.js';

export const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Nothing may take the text for markup, whatever stands in it, nor keep it: it is about a moment. */
export const TEXT_HEADERS = ['x-content-type-options', 'nosniff', 'cache-control', 'no-store'];

/**
 * Errors as callers of the scripts read them: a text that begins with what they look for. The scripts answered 200 whatever
 * happened; only a method that none of them takes is no call at all.
 *
 * @param fault what the text begins with
 */
export function cgiErrorForm(fault: string): ErrorForm {
  return ({ status, message }) => ({
    status: status === 405 ? status : 200,
    contentType: TEXT_TYPE,
    text: fault + asCallersSay(message),
    headers: TEXT_HEADERS,
  });
}

/** The operations have another name for one parameter. */
function asCallersSay(message: string): string {
  return message.replace(/^name /, 'session_name ');
}
