import { randomHex } from '../calls/RandomHex.js';
import type { SessionsCall } from '../calls/SessionsCall.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';

/** The arguments of a call as one JSON object; absent ones are left out. INVALID_DATA names one that JSON cannot carry. */
export function requestBody({ args, correlationId }: SessionsCall): string {
  let members = '';
  for (const field of Object.keys(args)) {
    const value = args[field];
    if (value === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(field)}:${jsonOf(value, field, correlationId)}`;
  }
  return `{${members}}`;
}

/** Where JSON.stringify may have lost something: it writes -0 as 0, and what is no number or no date as null. */
const MAY_HAVE_LOST = /(?:^|[[,:])(?:0|null)(?:$|[\],}])/;

/** One argument as JSON; throws INVALID_DATA that names it where it cannot be. */
export function jsonOf(value: unknown, field: string, correlationId: string | null): string {
  if (value === null) return 'null';
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`a ${typeof value}`);
    return typeof value !== 'string' && MAY_HAVE_LOST.test(text) ? exactText(value, text) : text;
  } catch (cause) {
    throw new SessionsClientError({
      code: 'INVALID_DATA',
      message: `${field} must be a value that JSON can carry`,
      correlationId,
      details: { field },
      cause,
    });
  }
}

/** JSON with -0 where it stands. `text` is what JSON.stringify makes of the value. */
function exactText(value: unknown, text: string): string {
  // What is in no string and no key of the value can stand for the one number that JSON.stringify cannot write. No
  // text can be made to hold many of them, each of which would cost another look at all of it.
  let mark = randomHex(16);
  while (text.includes(mark)) mark = randomHex(16);
  const marked = JSON.stringify(value, function (this: Record<string, unknown>, key: string, member: unknown) {
    if (typeof member === 'number' && !Number.isFinite(member)) throw new RangeError(`the number ${member}`);
    if (member === null && this[key] instanceof Date) throw new RangeError('a Date without a time');
    return Object.is(member, -0) ? mark : member;
  });
  return marked.replaceAll(`"${mark}"`, '-0');
}
