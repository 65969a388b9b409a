import Type, { type TObject, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidData } from '../data/version1/SessionErrorsV1.js';

/** A hundred years: a longer time-out makes dates that cannot be written. */
export const LONGEST_TIMEOUT = 3_153_600_000_000;

// No control characters (they forge log lines and headers) and no half surrogate pairs (UTF-8 cannot carry them).
const TEXT_PATTERN = '^(?:[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*$';

/** A required string: not empty, of at most `maxLength` characters, without control characters. */
export const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: TEXT_PATTERN, description });

const nullable = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** An optional string; null is an absent one. */
export const optionalText = (maxLength: number, description: string, minLength = 0) =>
  nullable(Type.String({ minLength, maxLength, pattern: TEXT_PATTERN, description }));

export const optionalInteger = (maximum: number, description: string) =>
  nullable(Type.Integer({ minimum: 0, maximum, description }));

export const optionalChoice = <const T extends string>(values: T[], description: string) =>
  nullable(Type.Enum(values, { description }));

/** Any JSON value; what it may be in detail is for the limits of content to say. */
export const content = (description: string) => Type.Unknown({ description });
export const optionalContent = (description: string) => Type.Optional(Type.Unknown({ description }));

/** The arguments of a schema that `content` or `optionalContent` made. */
export function contentArguments(schema: TObject): string[] {
  return Object.entries<TSchema>(schema.properties).flatMap(([name, member]) => (Type.IsUnknown(member) ? [name] : []));
}

const scalar = (description: string) =>
  Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], { description }));

/** The map of filter values as clients send it; `readSessionsFilter` reads it. */
export const optionalFilter = nullable(
  Type.Object(
    {
      id: scalar('This session'),
      user_id: scalar('Sessions of this user'),
      user_name: scalar('Sessions whose user has this name'),
      active: scalar('true: active and unexpired; false: ended'),
      from_time: scalar('request_time at or after this ISO-8601 time'),
      to_time: scalar('request_time before this ISO-8601 time'),
      service: scalar('Sessions of this application'),
      name: scalar('Sessions of this name'),
      client: scalar('Sessions opened by this client'),
      address: scalar('Sessions opened from this address'),
    },
    { description: 'Which sessions; values may be strings, unknown keys are ignored' },
  ),
);

export const optionalPaging = nullable(
  Type.Object(
    {
      skip: scalar('How many to leave out at the beginning; 0 when absent'),
      take: scalar('How many at most; 100 when absent, never more than 100'),
      total: scalar('true: count all that match'),
    },
    { description: 'Which part of the list' },
  ),
);

/** A check of arguments against a schema; see `inputCheck`. */
export type InputCheck = (correlationId: string | null, args: unknown) => Record<string, unknown>;

/**
 * Makes the check of an operation's arguments: answers them when they fit the schema, and throws INVALID_DATA that names
 * the first argument that does not, and what was expected. Arguments that the schema does not name are let through.
 */
export function inputCheck(schema: TObject): InputCheck {
  const whole = Compile(schema);
  const members = memberChecks(schema, '');
  return (correlationId, args) => {
    if (whole.Check(args)) return args as Record<string, unknown>;
    if (!isObject(args)) throw invalidData(correlationId, 'arguments', 'a JSON object');
    const fault = firstFault(members, args);
    if (fault !== null) throw invalidData(correlationId, fault.path, expected(fault.schema));
    throw invalidData(correlationId, 'arguments', 'those of the operation');
  };
}

interface MemberCheck {
  key: string;
  /** Its name in errors: that of the argument, or `filter.active` and the like. */
  path: string;
  isRequired: boolean;
  schema: TSchema;
  fits: { Check(value: unknown): boolean };
  /** Of an argument that is a map. */
  members: MemberCheck[];
}

function memberChecks(schema: TObject, parent: string): MemberCheck[] {
  const required = new Set<string>(schema.required ?? []);
  return Object.entries<TSchema>(schema.properties).map(([key, member]) => {
    const inner = (member as JsonSchema).anyOf?.[0] ?? member;
    return {
      key,
      path: parent + key,
      isRequired: required.has(key),
      schema: member,
      fits: Compile(member),
      members: 'properties' in inner ? memberChecks(inner as TObject, `${parent}${key}.`) : [],
    };
  });
}

function firstFault(checks: MemberCheck[], given: Record<string, unknown>): MemberCheck | null {
  for (const check of checks) {
    const value = Object.hasOwn(given, check.key) ? given[check.key] : undefined;
    if (value === undefined ? !check.isRequired : check.fits.Check(value)) continue;
    return (isObject(value) && firstFault(check.members, value)) || check;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface JsonSchema {
  type?: string;
  anyOf?: JsonSchema[];
  enum?: string[];
  minLength?: number;
  maxLength?: number;
  maximum?: number;
}

/** The words that complete "<field> must be ...". */
function expected(schema: TSchema): string {
  const { type, anyOf, enum: values, minLength, maxLength, maximum } = schema as JsonSchema;
  if (anyOf?.[0] !== undefined) return expected(anyOf[0] as TSchema);
  if (values !== undefined) return `one of ${values.join(', ')}`;
  switch (type) {
    case 'string':
      if (maxLength === undefined) return 'a string, a number, true or false';
      return `a string of ${minLength ?? 0} to ${maxLength} characters without control characters`;
    case 'integer':
      return `a whole number from 0 to ${maximum}`;
    case 'object':
      return 'an object of simple values';
    default:
      return 'given: any JSON value';
  }
}
