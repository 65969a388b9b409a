import type { JsonValue, SessionV1 } from '../version1/SessionV1.js';

/** Content nested deeper than this is not copied, so that no answer can exhaust the stack. */
const MAX_DEPTH = 500;

/** A session of the receiver's own: no change of it reaches the given one. `user` and `data` must be `mayBeCopied`. */
export function copySession(session: SessionV1): SessionV1 {
  const copy = { ...session };
  copy.open_time = new Date(session.open_time.getTime());
  copy.request_time = new Date(session.request_time.getTime());
  copy.update_time = new Date(session.update_time.getTime());
  if (session.expire_time !== undefined) copy.expire_time = new Date(session.expire_time.getTime());
  if (session.close_time !== undefined) copy.close_time = new Date(session.close_time.getTime());
  if (isNested(session.user)) copy.user = copyNested(session.user);
  if (isNested(session.data)) copy.data = copyNested(session.data);
  return copy;
}

/** Whether both contents are nested no deeper than copying may go. */
export function mayBeCopied(session: SessionV1): boolean {
  return isWithin(session.user, MAX_DEPTH) && isWithin(session.data, MAX_DEPTH);
}

type Nested = JsonValue[] | { [key: string]: JsonValue };

function isNested(value: JsonValue | undefined): value is Nested {
  return typeof value === 'object' && value !== null;
}

function copyNested(value: Nested): Nested {
  if (Array.isArray(value)) {
    const list = value.slice();
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (isNested(item)) list[i] = copyNested(item);
    }
    return list;
  }
  // The spread makes `__proto__` a plain member; the assignment below then finds it there and does not reach the prototype.
  const object = { ...value };
  for (const key in object) {
    const member = object[key];
    if (isNested(member)) object[key] = copyNested(member);
  }
  return object;
}

function isWithin(value: JsonValue | undefined, depth: number): boolean {
  if (!isNested(value)) return true;
  return depth > 0 && Object.values(value).every((member) => isWithin(member, depth - 1));
}
