import fc from 'fast-check';
import type { SessionsFilter, SessionsPaging } from '../../src/persistence/SessionsFilter.js';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import { at, type SessionFields } from '../support/Sessions.js';

export type Command =
  | { do: 'create'; session: SessionFields & { id: string } }
  | { do: 'replace'; session: SessionFields & { id: string }; now: number }
  | { do: 'createMany'; count: number; user_id: string; requestAt: number }
  | { do: 'touch'; id: string; requestAt: number; expireAt: number; lazily: boolean }
  | { do: 'write'; id: string; data: string }
  | { do: 'move'; id: string; user_id: string }
  | { do: 'close'; id: string; now: number }
  | { do: 'delete'; id: string }
  | { do: 'closeByFilter'; filter: SessionsFilter & { user_id: string }; exceptId: string | null; now: number }
  | { do: 'closeExpired'; now: number; limit: number }
  | { do: 'deleteClosedBefore'; before: number; limit: number }
  | { do: 'completeOlder'; expireAt: number }
  | { do: 'list'; filter: SessionsFilter; paging: SessionsPaging; now: number }
  | { do: 'reopen' };

// Few of everything, so that commands meet.
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'many3', 'many40');
const user_id = fc.constantFrom('ann', 'bob', 'cid');
const service = fc.constantFrom('web', 'app');
const instant = fc.integer({ min: 0, max: 30 }).map(at);
const limit = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(1000));
const deadline = fc.option(instant, { freq: 4 });

const content = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue() as fc.Arbitrary<JsonValue> },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue[]>(-0, [-0, { a: -0 }], { a: 0, b: '-0' }) },
);

const session = fc.record({
  id,
  user_id,
  requestAt: instant,
  expireAt: deadline,
  ...{ closeAt: fc.option(instant, { nil: undefined, freq: 2 }) },
  service: fc.option(service, { nil: undefined }),
  data: fc.option(content, { nil: undefined }),
});

const filter = fc.record(
  { id, user_id, service, active: fc.boolean(), from_time: instant, to_time: instant },
  { requiredKeys: [] },
);

const paging = fc.record({
  skip: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(300, Number.POSITIVE_INFINITY)),
  take: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(100)),
  total: fc.boolean(),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('create' as const), session: session.map(withoutUndefined) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('replace' as const),
      session: fc.oneof(session, session.map(withFreshId)).map(withoutUndefined),
      now: instant,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('createMany' as const),
      count: fc.integer({ min: 1, max: 700 }),
      user_id,
      requestAt: instant,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('touch' as const),
      id,
      requestAt: instant,
      expireAt: instant,
      lazily: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), id, data: content.map(jsonText) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), id, user_id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('close' as const), id, now: instant }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('closeByFilter' as const),
      filter: fc.record(
        { user_id, id, service, active: fc.boolean(), from_time: instant, to_time: instant },
        { requiredKeys: ['user_id'] },
      ),
      exceptId: fc.option(id),
      now: instant,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('closeExpired' as const), now: instant, limit }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deleteClosedBefore' as const), before: instant, limit }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('completeOlder' as const), expireAt: instant }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('list' as const), filter, paging, now: instant }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

/** What is done, one command after the other. */
export const commands = fc.array(command, { maxLength: 60 });

/** An id that is seldom taken. */
function withFreshId<T extends { id: string; requestAt: number }>(fields: T): T {
  return { ...fields, id: `fresh-${fields.id}-${fields.requestAt}` };
}

function withoutUndefined(fields: object): SessionFields & { id: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as SessionFields & {
    id: string;
  };
}
