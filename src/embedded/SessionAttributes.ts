/** Content as programs meet it: whatever JSON.parse answers, which TypeScript checks no further. */
export type Content = ReturnType<typeof JSON.parse>;

/** The attributes of a session object. */
export interface SessionAttributes {
  /** The session's id. Whoever knows it has the session. */
  _key: string;
  /** The `_key` of the active user; undefined for none. */
  uid: string | undefined;
  /** Content of the session; an empty object where there is none. */
  sessionData: Content;
  /** Content of the active user; an empty object where there is none. */
  userData: Content;
  /** Milliseconds since 1970, as are the other times: when the session was opened. */
  created: number;
  /** The last access that was stored; lags the last access by at most the service's touch interval. */
  lastAccess: number;
  /** The last write of `sessionData` or `userData`. */
  lastUpdate: number;
}

export type AttributeName = keyof SessionAttributes;

/** Whose sessions are nobody's. */
export const ANONYMOUS = 'anonymous';

const isTime = (value: unknown): boolean => Number.isFinite(value);
const TIME = { fits: isTime, expected: 'a time in milliseconds since 1970' };
const ANYTHING = { fits: () => true, expected: '' };

/** What each attribute takes; `expected` completes the sentence "<name> must be ...". */
const ATTRIBUTES: Record<AttributeName, { fits: (value: unknown) => boolean; expected: string }> = {
  _key: { fits: (value) => typeof value === 'string', expected: 'a string' },
  uid: {
    fits: (value) => value === undefined || isUserKey(value),
    expected: `the _key of a user: a string that is not empty and not "${ANONYMOUS}", which stands for none`,
  },
  sessionData: ANYTHING,
  userData: ANYTHING,
  created: TIME,
  lastAccess: TIME,
  lastUpdate: TIME,
};

export function isAttributeName(name: unknown): name is AttributeName {
  return typeof name === 'string' && Object.hasOwn(ATTRIBUTES, name);
}

/** The value as it is kept: null is no user, and no content an empty object. Throws a TypeError for a value that does not fit. */
export function attributeValue(name: AttributeName, given: unknown): unknown {
  const value = (name === 'sessionData' || name === 'userData' ? (given ?? {}) : given) ?? undefined;
  const { fits, expected } = ATTRIBUTES[name];
  if (fits(value)) return value;
  throw new TypeError(`${name} must be ${expected}`);
}

/** Throws a TypeError that says what there is. */
export function assertAttributeName(name: unknown): asserts name is AttributeName {
  if (isAttributeName(name)) return;
  throw new TypeError(`A session has the attributes ${Object.keys(ATTRIBUTES).join(', ')} and no others`);
}

function isUserKey(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value !== ANONYMOUS;
}
