import { expect } from 'chai';
import type {
  ISessionsPersistence,
  SessionDecision,
  SessionReplacement,
} from '../../src/persistence/ISessionsPersistence.js';
import { SessionRecord } from '../../src/persistence/SessionRecord.js';
import type { SessionsFilter } from '../../src/persistence/SessionsFilter.js';
import { aSession, iso } from '../support/Sessions.js';
import { sortedIds, textsOf, touch } from './SessionsPersistenceContract.js';
import type { Command } from './SessionsPersistenceModelCommands.js';

type Step<K extends Command['do']> = (
  command: Extract<Command, { do: K }>,
  persistence: ISessionsPersistence,
) => Promise<void>;

/** A list of sessions, and what each command does to it. Everything is looked for by going through all of it. */
export class SessionsModel {
  private sessions: SessionRecord[] = [];

  /** Does a command on the persistence and on the list, and compares what comes of it. */
  async step(command: Exclude<Command, { do: 'reopen' }>, persistence: ISessionsPersistence): Promise<void> {
    const step = this.steps[command.do] as Step<typeof command.do>;
    await step(command as never, persistence);
    expect(await persistence.count(null)).to.equal(this.sessions.length);
  }

  async compareAll(persistence: ISessionsPersistence): Promise<void> {
    expect(await textsOf(persistence)).to.deep.equal(this.listed(() => true).map(({ text }) => text));
    for (const { id, text } of this.sessions) expect((await persistence.getOneById(null, id))?.text).to.equal(text);
  }

  private readonly steps: { [K in Exclude<Command['do'], 'reopen'>]: Step<K> } = {
    create: ({ session }, persistence) => this.create(aSession(session), persistence),
    replace: async ({ session, now }, persistence) => {
      const made = aSession(session);
      const outcome = await persistence.replace(null, made, now).catch((error: { code: string }) => error.code);
      if (this.find(made.id) !== undefined) {
        expect(outcome).to.equal('SESSION_EXISTS');
        return;
      }
      const { opened, ended } = outcome as SessionReplacement;
      const expected = this.sessions.filter((one) => isOpen(one, now) && isSameBinding(one, made));
      expect(opened.text).to.equal(made.text);
      expect(sortedIds(ended)).to.deep.equal(sortedIds(expected));
      for (const one of expected) this.put(one.closed('replaced', now));
      this.sessions.push(made);
    },
    createMany: async ({ count, user_id, requestAt }, persistence) => {
      for (let index = 0; index < count; index++) {
        await this.create(aSession({ id: `many${index}`, user_id, requestAt: requestAt + index }), persistence);
      }
    },
    touch: ({ id, requestAt, expireAt, lazily }, persistence) => {
      const decide: SessionDecision = (current) => (current.active ? touch(requestAt, expireAt)(current) : current);
      return this.change(id, decide, persistence, lazily ? 'access' : 'change');
    },
    write: ({ id, data }, persistence) =>
      this.change(id, (current) => (current.active ? SessionRecord.of(next(current), { data }) : current), persistence),
    move: ({ id, user_id }, persistence) =>
      this.change(id, (current) => (current.active ? current.with({ user_id }) : current), persistence),
    close: ({ id, now }, persistence) =>
      this.change(id, (current) => (current.active ? current.closed('closed', now) : current), persistence),
    delete: async ({ id }, persistence) => {
      expect((await persistence.deleteById(null, id))?.text).to.equal(this.find(id)?.text);
      this.remove(id);
    },
    closeByFilter: async ({ filter, exceptId, now }, persistence) => {
      const expected = this.sessions.filter(
        (one) => isOpen(one, now) && one.id !== exceptId && isTaken(one, filter, now),
      );
      const closed = await persistence.closeByFilter(null, filter, exceptId, 'revoked', now);
      expect(sortedIds(closed)).to.deep.equal(sortedIds(expected));
      for (const one of expected) this.put(one.closed('revoked', now));
    },
    closeExpired: async ({ now, limit }, persistence) => {
      const due = this.sessions.filter((one) => one.active && one.endAt <= now);
      const closed = await persistence.closeExpired(null, now, limit);
      expectEarliest(closed, due, limit);
      for (const { id, endAt } of closed) this.put((this.find(id) as SessionRecord).closed('expired', endAt));
    },
    deleteClosedBefore: async ({ before, limit }, persistence) => {
      const due = this.sessions.filter((one) => !one.active && one.endAt < before);
      const removed = await persistence.deleteClosedBefore(null, before, limit);
      expectEarliest(removed, due, limit);
      for (const { id } of removed) this.remove(id);
    },
    completeOlder: async ({ expireAt }, persistence) => {
      const decide: SessionDecision = (current) => current.with({ expire_time: iso(expireAt) });
      await persistence.completeOlder(null, decide);
      for (const one of this.sessions) if (one.active && !Number.isFinite(one.endAt)) this.put(decide(one));
    },
    list: async ({ filter, paging, now }, persistence) => {
      const all = this.listed((one) => isTaken(one, filter, now));
      const page = await persistence.getPageByFilter(null, filter, paging, now);
      expect(page.total).to.equal(paging.total ? all.length : null);
      const expected = all.slice(paging.skip, paging.skip + paging.take);
      expect(page.data.map(({ text }) => text)).to.deep.equal(expected.map(({ text }) => text));
    },
  };

  private async create(session: SessionRecord, persistence: ISessionsPersistence): Promise<void> {
    const outcome = await persistence.create(null, session).catch((error: { code: string }) => error.code);
    if (this.find(session.id) !== undefined) {
      expect(outcome).to.equal('SESSION_EXISTS');
      return;
    }
    expect((outcome as SessionRecord).text).to.equal(session.text);
    this.sessions.push(session);
  }

  private async change(
    id: string,
    decide: SessionDecision,
    persistence: ISessionsPersistence,
    method: 'change' | 'access' = 'change',
  ): Promise<void> {
    const before = this.find(id);
    const step = await persistence[method](null, id, decide);
    expect(step?.before.text).to.equal(before?.text);
    if (before === undefined) return;
    const after = decide(before);
    expect(step?.after.text).to.equal(after.text);
    this.put(after);
  }

  private find(id: string): SessionRecord | undefined {
    return this.sessions.find((one) => one.id === id);
  }

  private put(session: SessionRecord): void {
    this.sessions = this.sessions.map((one) => (one.id === session.id ? session : one));
  }

  private remove(id: string): void {
    this.sessions = this.sessions.filter((one) => one.id !== id);
  }

  private listed(isWanted: (session: SessionRecord) => boolean): SessionRecord[] {
    return this.sessions.filter(isWanted).sort((a, b) => b.requestAt - a.requestAt || (a.id < b.id ? -1 : 1));
  }
}

function next(current: SessionRecord) {
  return { ...current.head(), version: current.version + 1 };
}

function isOpen(session: SessionRecord, now: number): boolean {
  return session.active && session.endAt > now;
}

function isSameBinding(one: SessionRecord, other: SessionRecord): boolean {
  const [a, b] = [one.toSession(), other.toSession()];
  return a.user_id === b.user_id && a.service === b.service && a.name === b.name;
}

/** The filter as its words say it, of the session as a plain value. */
function isTaken(
  record: SessionRecord,
  { active, from_time, to_time, ...texts }: SessionsFilter,
  now: number,
): boolean {
  const session = record.toSession();
  if (active !== undefined && active !== isOpen(record, now)) return false;
  if (from_time !== undefined && session.request_time.getTime() < from_time) return false;
  if (to_time !== undefined && session.request_time.getTime() >= to_time) return false;
  return Object.entries(texts).every(([key, value]) => session[key as keyof typeof texts] === value);
}

/** Of those with the same instant any may be taken. */
function expectEarliest(taken: readonly SessionRecord[], due: readonly SessionRecord[], limit: number): void {
  const ends = due.map(({ endAt }) => endAt).sort((a, b) => a - b);
  expect(taken.map(({ endAt }) => endAt)).to.deep.equal(ends.slice(0, limit));
  const ids = new Set(sortedIds(taken));
  expect(due.filter(({ id }) => ids.has(id))).to.have.length(taken.length);
}
