import type { Content } from './SessionAttributes.js';

/** A user as `setUser` takes him: a model, or a plain object. */
export type SessionUser =
  | {
      /** Answers the value of an attribute: `_key` and `userData` are asked for. */
      get(name: string): unknown;
    }
  | {
      /** The user's id. */
      _key: string;
      /** Absent: none. */
      userData?: Content;
    };

/** What a model or an object says of a user. Throws a TypeError for what is neither. */
export function readUser(user: unknown): { _key: unknown; userData: unknown } {
  if (typeof user !== 'object' || user === null) {
    throw new TypeError('A user must be a model or an object with _key and userData, or null for none');
  }
  if (!('get' in user) || typeof user.get !== 'function') return user as { _key: unknown; userData: unknown };
  return { _key: user.get('_key'), userData: user.get('userData') };
}
