import fc from 'fast-check';
import type { JsonValue } from '../../src/toolkit/JsonValue.js';
import type { Basis, ModelFilter, ModelPolicy } from './SessionModelTypes.js';

/** How a command chooses the version that it expects. */
export type ExpectedVersion = 'any' | 'current' | 'another';

export type SessionCommand =
  | { do: 'open'; id: string; user: string; service?: string; timeout?: number; basis?: Basis; data?: JsonValue }
  | { do: 'get' | 'close' | 'delete'; id: string }
  | { do: 'validate'; id: string; user?: string }
  | { do: 'store'; id: string; data: JsonValue; version: ExpectedVersion; timeout?: number }
  | { do: 'patch'; id: string; patch: JsonValue; version: ExpectedVersion }
  | { do: 'update'; id: string; user: JsonValue; owner?: string; version: ExpectedVersion }
  | { do: 'closeAll'; user: string; service?: string; except?: string }
  | { do: 'sweep' }
  | { do: 'list'; filter: ModelFilter; from?: number; to?: number; skip: number; take: number }
  /** Lets time pass: so many milliseconds, */
  | { do: 'wait'; time: number }
  /** or until just before, at or just after an instant at which something changes by itself. */
  | { do: 'waitForEdge'; which: number; offset: -1 | 0 | 1 }
  | { do: 'restart'; policy: ModelPolicy };

const DURATIONS = [0, 1, 2, 5, 10, 99, 100, 101, 1000, 60_000, 7_000_000];
const duration = fc.constantFrom(...DURATIONS);
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const user = fc.constantFrom('ann', 'bob', 'anonymous');
const service = fc.constantFrom('shop', 'desk');
const version = fc.constantFrom<ExpectedVersion>('any', 'any', 'current', 'another');
const basis = fc.constantFrom<Basis>('last_access', 'last_update', 'created');
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const content: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue[]>(
  null,
  0,
  -0,
  '',
  false,
  { a: 1 },
  { b: { c: 2 } },
  [1],
);
const patch: fc.Arbitrary<JsonValue> = fc.oneof(
  content,
  fc.dictionary(
    fc.constantFrom('a', 'b', 'c', '__proto__'),
    fc.constantFrom<JsonValue[]>(null, 1, -0, { c: null, d: 2 }),
    {
      maxKeys: 3,
    },
  ),
);

export const policies: fc.Arbitrary<ModelPolicy> = fc.record({
  expire_timeout: duration,
  expire_basis: basis,
  max_lifetime: fc.constantFrom(0, 0, 5, 500, 100_000),
  touch_interval: fc.constantFrom(null, null, 0, 1, 50, 10_000),
  retention: fc.constantFrom(0, 1, 100, 10_000),
});

const record = (model: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(model, { noNullPrototype: true }) as unknown as fc.Arbitrary<SessionCommand>;
const of = <T extends string>(name: T) => fc.constant(name);

const filter: fc.Arbitrary<ModelFilter> = fc.record(
  { user_id: user, service, active: fc.boolean() },
  { requiredKeys: [] },
);

const LIFE: fc.WeightedArbitrary<SessionCommand>[] = [
  {
    weight: 6,
    arbitrary: record({
      do: of('open'),
      id,
      user,
      service: optional(service),
      timeout: optional(duration),
      basis: optional(basis),
      data: optional(content),
    }),
  },
  { weight: 4, arbitrary: record({ do: of('validate'), id, user: optional(user) }) },
  { weight: 3, arbitrary: record({ do: of('store'), id, data: content, version, timeout: optional(duration) }) },
  { weight: 3, arbitrary: record({ do: of('patch'), id, patch, version }) },
  { weight: 3, arbitrary: record({ do: of('update'), id, user: content, owner: optional(user), version }) },
];

const ENDS: fc.WeightedArbitrary<SessionCommand>[] = [
  { weight: 3, arbitrary: record({ do: fc.constantFrom('get', 'close', 'delete'), id }) },
  { weight: 1, arbitrary: record({ do: of('closeAll'), user, service: optional(service), except: optional(id) }) },
  { weight: 2, arbitrary: record({ do: of('sweep') }) },
];

const AROUND: fc.WeightedArbitrary<SessionCommand>[] = [
  {
    weight: 3,
    arbitrary: record({
      do: of('list'),
      filter,
      from: optional(fc.nat(9)),
      to: optional(fc.nat(9)),
      skip: fc.nat(4),
      take: fc.nat(5),
    }),
  },
  { weight: 4, arbitrary: record({ do: of('wait'), time: duration }) },
  { weight: 5, arbitrary: record({ do: of('waitForEdge'), which: fc.nat(9), offset: fc.constantFrom(-1, 0, 1) }) },
  { weight: 1, arbitrary: record({ do: of('restart'), policy: policies }) },
];

/** Random lives of a few sessions. */
export const commandLists = fc.array(fc.oneof(...LIFE, ...ENDS, ...AROUND), {
  minLength: 1,
  maxLength: 80,
  size: 'max',
});
