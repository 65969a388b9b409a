import { expect } from 'chai';
import type { SessionErrorCode } from '../../src/data/version1/SessionErrorsV1.js';
import type { ISessionsPersistence, SessionDecision } from '../../src/persistence/ISessionsPersistence.js';
import type { SessionRecord } from '../../src/persistence/SessionRecord.js';
import { readSessionsFilter, readSessionsPaging } from '../../src/persistence/SessionsFilter.js';
import { iso } from '../support/Sessions.js';
import { bindingPromises } from './SessionsPersistenceContractBinding.js';
import { changePromises } from './SessionsPersistenceContractChanges.js';
import { endPromises } from './SessionsPersistenceContractEnds.js';
import { readPromises } from './SessionsPersistenceContractReads.js';

export type PromiseId = `P${number}`;

/** A persistence to be tested. */
export interface StoreUnderTest {
  /** An open persistence that holds nothing; called once for each test. */
  open(): Promise<ISessionsPersistence>;

  /** Gives up the persistence that `open` answered and opens what it stored anew. Absent where nothing outlives it. */
  reopen?(): Promise<ISessionsPersistence>;

  /** Called after each test: closes what is open and removes what it stored. */
  remove?(): Promise<void>;

  /** Why it cannot be tested here, and what to do about that. */
  unavailable?: string | undefined;

  /** Promises this store cannot keep: why, and the test of what it does instead. */
  cannot?: Partial<Record<PromiseId, { why: string; instead: (test: PromiseTest) => Promise<void> }>>;
}

/** What a promise's test works with. */
export interface PromiseTest {
  persistence: ISessionsPersistence;
  store: StoreUnderTest;
}

/** Declares the test of a promise; its title goes on from the promise's id. */
export type DeclarePromise = (id: PromiseId, title: string, body: (test: PromiseTest) => Promise<void>) => void;

/** Every promise of ISessionsPersistence, tested on one store. */
export function sessionsPersistenceContract(name: string, store: StoreUnderTest): void {
  const promise: DeclarePromise = (id, title, body) => {
    const other = store.cannot?.[id];
    const test = other === undefined ? `${id} ${title}` : `${id} as far as it can, since ${other.why}`;
    if (store.unavailable !== undefined) it.skip(`${test} (not here: ${store.unavailable})`);
    else it(test, async () => (other?.instead ?? body)({ persistence: await store.open(), store }));
  };
  describe(`${name} keeps the persistence contract`, () => {
    afterEach(async () => {
      if (store.unavailable === undefined) await store.remove?.();
    });
    readPromises(promise);
    changePromises(promise);
    endPromises(promise);
    bindingPromises(promise);
  });
}

/** Stores sessions, all at once. */
export async function createAll(persistence: ISessionsPersistence, sessions: readonly SessionRecord[]): Promise<void> {
  await Promise.all(sessions.map((session) => persistence.create(null, session)));
}

/** The ids of a list; filter and paging as callers send them. */
export async function idsOf(
  persistence: ISessionsPersistence,
  filter: object | null,
  paging: object | null,
  now: number,
): Promise<string[]> {
  const page = await persistence.getPageByFilter(
    null,
    readSessionsFilter(null, filter),
    readSessionsPaging(null, paging),
    now,
  );
  return page.data.map(({ id }) => id);
}

/** All that is stored, as JSON texts, in the order of lists. */
export async function textsOf(persistence: ISessionsPersistence): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const page = await persistence.getPageByFilter(null, {}, { skip: texts.length, take: 100, total: false }, 0);
    if (page.data.length === 0) return texts;
    for (const { text } of page.data) texts.push(text);
  }
}

export function sortedIds(sessions: readonly SessionRecord[]): string[] {
  return sessions.map(({ id }) => id).sort();
}

/** An access at an instant that sets a deadline too. */
export function touch(requestAt: number, expireAt: number): SessionDecision {
  return (current) => current.with({ request_time: iso(requestAt), expire_time: iso(expireAt) });
}

/** A write that counts the version up by one. */
export const countUp: SessionDecision = (current) => current.with({ version: current.version + 1 });

/** Rejects with this code, or the test fails. */
export async function expectCode(action: Promise<unknown>, code: SessionErrorCode): Promise<void> {
  const outcome = await action.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? error,
  );
  expect(outcome).to.equal(code);
}
