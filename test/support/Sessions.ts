import { type SessionContent, type SessionHead, SessionRecord } from '../../src/persistence/SessionRecord.js';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import { START } from './FakeClock.js';

type Times = 'active' | 'open_time' | 'request_time' | 'update_time' | 'expire_time' | 'close_time';

/** What a test says about a session; instants are milliseconds since 1970. */
export interface SessionFields extends Partial<Omit<SessionHead, Times>> {
  requestAt?: number;
  /** Null: never. */
  expireAt?: number | null;
  /** Makes it a closed one. */
  closeAt?: number;
  user?: JsonValue;
  data?: JsonValue;
}

/** So many seconds after the time of tests began. */
export function at(seconds: number): number {
  return START + seconds * 1000;
}

/** An instant as it stands on the wire. */
export function iso(instant: number): string {
  return new Date(instant).toISOString();
}

/** A session of `ann`, active and open for an hour, unless the fields say otherwise. */
export function aSession(fields: SessionFields = {}): SessionRecord {
  const { requestAt = at(0), expireAt = requestAt + 3_600_000, closeAt, user, data, ...given } = fields;
  const { id = 's1', user_id = 'ann', version = 0, close_reason = 'closed', ...rest } = given;
  const head: SessionHead = {
    id,
    user_id,
    active: closeAt === undefined,
    open_time: iso(requestAt),
    request_time: iso(requestAt),
    update_time: iso(requestAt),
    ...(expireAt !== null && { expire_time: iso(expireAt) }),
    ...(closeAt !== undefined && { close_time: iso(closeAt), close_reason }),
    ...rest,
    version,
  };
  return SessionRecord.of(head, closeAt === undefined ? aContent(user, data) : {});
}

/** Sessions with the ids `<prefix>0`, `<prefix>1` ..., one second apart; `of` gives each its other fields. */
export function someSessions(
  count: number,
  of: (index: number) => SessionFields = () => ({}),
  prefix = 's',
): SessionRecord[] {
  return Array.from({ length: count }, (_, index) =>
    aSession({ id: prefix + index, requestAt: at(index), ...of(index) }),
  );
}

function aContent(user: JsonValue | undefined, data: JsonValue | undefined): SessionContent {
  return {
    ...(user !== undefined && { user: jsonText(user) }),
    ...(data !== undefined && { data: jsonText(data) }),
  };
}
