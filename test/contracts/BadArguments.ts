import type { SessionErrorCode } from '../../src/data/version1/SessionErrorsV1.js';

/** Arguments of an operation of which exactly one is bad. */
export interface BadArguments {
  operation: string;
  /** Which argument is bad, and its value as JSON; undefined where it is missing. */
  argument: string;
  value: string | undefined;
  /** What is wrong, for titles. */
  title: string;
  /** The arguments as JSON: some faults (`1e400`) have no other form that survives `JSON.stringify`. */
  json: string;
  code: SessionErrorCode;
  /** What `details.field` names. */
  field: string;
}

/** A bad value: what is wrong, and the value as JSON; undefined leaves the argument out. */
type Fault = [title: string, json: string | undefined, code?: SessionErrorCode, member?: string];

const text = (length: number): string => JSON.stringify('x'.repeat(length));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const MISSING: Fault = ['missing', undefined];
const NULL: Fault = ['null', 'null'];
const EMPTY: Fault = ['empty', '""'];
const NO_TEXT: Fault[] = [
  ['a number', '5'],
  ['true', 'true'],
  ['false', 'false'],
  ['an array', '["a"]'],
  ['an object', '{"a":"b"}'],
  ['a control character', '"a\\u0000b"'],
  ['a line break', '"a\\r\\nb"'],
  ['a C1 control character', '"a\\u0085b"'],
  ['a high surrogate alone', '"a\\ud800"'],
  ['a low surrogate alone', '"\\udc00a"'],
];
const tooLong = (limit: number): Fault[] => [
  [`${limit + 1} characters`, text(limit + 1)],
  ['200,000 characters', text(200_000)],
  ['one letter with 100,000 accents', JSON.stringify(`a${'\u0301'.repeat(100_000)}`)],
];

const id: Fault[] = [MISSING, NULL, EMPTY, ...NO_TEXT, ...tooLong(256)];
const optionalId: Fault[] = [EMPTY, ...NO_TEXT, ...tooLong(256)];
const label: Fault[] = [...NO_TEXT, ...tooLong(256)];
const origin: Fault[] = [...NO_TEXT, ...tooLong(4096)];

const NO_COUNT: Fault[] = [
  ['negative', '-1'],
  ['a fraction', '1.5'],
  ['a string', '"1"'],
  ['true', 'true'],
  ['an array', '[1]'],
  ['an object', '{}'],
  ['overflowing', '1e400'],
];
const version: Fault[] = [...NO_COUNT, ['more than a double counts', '9007199254740993']];
const expireTimeout: Fault[] = [...NO_COUNT, ['more than a hundred years', '3153600000001']];
const expireBasis: Fault[] = [EMPTY, ['unknown', '"last_look"'], ['another case', '"Created"'], ['a number', '1']];

const optionalContent: Fault[] = [
  ['nested too deep', nested(33)],
  ['objects nested too deep', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
  ['nested 100,000 deep', nested(100_000)],
  ['an overflowing number', '1e400'],
  ['an overflowing number inside', '{"a":[-1e400]}'],
  ['a lone surrogate', '"\\ud83d"'],
  ['a lone surrogate inside', '[{"a":"\\udfff!"}]'],
  ['a lone surrogate in a key', '{"\\ud800":1}'],
  ['a byte too large', text(65_535), 'PAYLOAD_TOO_LARGE'],
  ['too large in bytes of UTF-8 only', JSON.stringify('€'.repeat(21_846)), 'PAYLOAD_TOO_LARGE'],
];
const content: Fault[] = [MISSING, ...optionalContent];
/** A patch is measured by what it makes, which of a text is the text. */
const patch = content;

const NO_MAP: Fault[] = [
  ['a string', '"user_id"'],
  ['a number', '5'],
  ['true', 'true'],
  ['an array', '[]'],
];
const member = (key: string, ...values: string[]): Fault[] =>
  values.map((json) => [`${key} ${json}`, `{"user_id":"ann","${key}":${json}}`, 'INVALID_DATA', key]);
const filter: Fault[] = [
  ...NO_MAP,
  ...['id', 'user_id', 'user_name', 'service', 'name', 'client', 'address'].flatMap((key) =>
    member(key, '{}', '["a"]'),
  ),
  ...member('active', '"maybe"', '2', '{}', '[true]'),
  ...['from_time', 'to_time'].flatMap((key) =>
    member(key, '"yesterday"', '"2026-13-45T00:00:00Z"', '"2026-03-01T12:00:00Zoo"', 'true', '{}'),
  ),
];
const paging: Fault[] = [
  ...NO_MAP,
  ...['skip', 'take'].flatMap((key) => member(key, '-1', '"-1"', '1.5', '"many"', 'true', '{}', '[1]')),
  ...member('total', '"maybe"', '{}'),
];
const userFilter: Fault[] = [
  ['missing', undefined, 'INVALID_DATA', 'user_id'],
  ['null', 'null', 'INVALID_DATA', 'user_id'],
  ['empty', '{}', 'INVALID_DATA', 'user_id'],
  ['without user_id', '{"service":"shop"}', 'INVALID_DATA', 'user_id'],
  ['user_id null', '{"user_id":null}', 'INVALID_DATA', 'user_id'],
  ['user_id empty', '{"user_id":""}', 'INVALID_DATA', 'user_id'],
  ...filter,
];

/** Every argument of every operation: a value that fits, and those that do not. */
const ARGUMENTS: Record<string, Record<string, { fits: string; faults: Fault[] }>> = {
  get_sessions: { filter: { fits: 'null', faults: filter }, paging: { fits: 'null', faults: paging } },
  get_session_by_id: { session_id: { fits: '"ID"', faults: id } },
  open_session: {
    user_id: { fits: '"ann"', faults: id },
    user_name: { fits: '"Ann"', faults: label },
    address: { fits: '"10.0.0.1"', faults: origin },
    client: { fits: '"Browser"', faults: origin },
    user: { fits: 'null', faults: optionalContent },
    data: { fits: 'null', faults: optionalContent },
    service: { fits: '"shop"', faults: optionalId },
    name: { fits: '"main"', faults: optionalId },
    expire_timeout: { fits: '60000', faults: expireTimeout },
    expire_basis: { fits: '"created"', faults: expireBasis },
    session_id: { fits: 'null', faults: optionalId },
  },
  validate_session: { session_id: { fits: '"ID"', faults: id }, user_id: { fits: 'null', faults: optionalId } },
  store_session_data: {
    session_id: { fits: '"ID"', faults: id },
    data: { fits: '{"a":1}', faults: content },
    version: { fits: 'null', faults: version },
    expire_timeout: { fits: 'null', faults: expireTimeout },
  },
  patch_session_data: {
    session_id: { fits: '"ID"', faults: id },
    data: { fits: '{"a":1}', faults: patch },
    version: { fits: 'null', faults: version },
  },
  update_session_user: {
    session_id: { fits: '"ID"', faults: id },
    user: { fits: '{"a":1}', faults: content },
    user_id: { fits: 'null', faults: optionalId },
    user_name: { fits: 'null', faults: label },
    version: { fits: 'null', faults: version },
  },
  close_session: { session_id: { fits: '"ID"', faults: id } },
  close_sessions: {
    filter: { fits: '{"user_id":"ann"}', faults: userFilter },
    except_session_id: { fits: 'null', faults: optionalId },
  },
  close_expired_sessions: {},
  delete_session_by_id: { session_id: { fits: '"ID"', faults: id } },
};

/** The operations that the bad arguments are for. */
export const OPERATIONS_WITH_BAD_ARGUMENTS = Object.keys(ARGUMENTS);

/**
 * Bad input for every argument of every operation, for each transport to refuse alike: INVALID_DATA or PAYLOAD_TOO_LARGE,
 * and nothing changed. `sessionId` is the session that the other arguments name, which the faulty calls must leave alone.
 */
export function badArguments(sessionId: string): BadArguments[] {
  return Object.entries(ARGUMENTS).flatMap(([operation, table]) =>
    Object.entries(table).flatMap(([argument, { faults }]) =>
      faults.map(([title, json, code = 'INVALID_DATA', key]) => ({
        operation,
        argument,
        value: json,
        title: `${operation}: ${argument} ${title}`,
        json: argumentsText(table, argument, json, sessionId),
        code,
        field: key === undefined ? argument : `${argument}.${key}`,
      })),
    ),
  );
}

/** Bodies that are JSON but no arguments. Every operation refuses them with INVALID_DATA, field `arguments`. */
export const NO_ARGUMENTS: readonly string[] = ['[]', '[{}]', '5', '"text"', 'true', 'null'];

function argumentsText(
  table: Record<string, { fits: string }>,
  argument: string,
  json: string | undefined,
  sessionId: string,
): string {
  const members = Object.entries(table).map(([key, { fits }]) => {
    const value = key === argument ? json : fits.replace('"ID"', JSON.stringify(sessionId));
    return value === undefined ? undefined : `"${key}":${value}`;
  });
  return `{${members.filter((entry) => entry !== undefined).join(',')}}`;
}
