import { SessionRecord } from '../SessionRecord.js';
import { OrderedIndex } from './OrderedIndex.js';
import { ShardedMap } from './ShardedMap.js';
import { compareRecords, firstOf, requestAtOf, type SortedChunks } from './SortedChunks.js';

/** Most users have one session, some have a few, and one (`anonymous`) may have most of all: each in its smallest form. */
type Sessions = SessionRecord | readonly SessionRecord[] | OrderedIndex;

/** The most sessions that are kept as a plain list, which is never changed but replaced. */
const FEW = 32;

/** The sessions of each user in order of their last access. */
export class UserIndex {
  private readonly users = new ShardedMap<Sessions>();

  add(record: SessionRecord): void {
    const held = this.users.get(record.userId);
    if (held === undefined) this.users.set(record.userId, record);
    else if (held instanceof OrderedIndex) held.add(record);
    else this.keep(record.userId, withRecord(listOf(held), record));
  }

  delete(record: SessionRecord): void {
    const held = this.users.get(record.userId);
    if (!(held instanceof OrderedIndex)) {
      this.keep(record.userId, withoutRecord(listOf(held), record));
      return;
    }
    held.delete(record);
    // Well below FEW, so that a session that comes and goes does not change the form each time.
    if (held.size < FEW / 2) this.keep(record.userId, held.snapshot().flat());
  }

  /** Puts a record in the place of another of the same id; the user may be another. */
  replace(before: SessionRecord, after: SessionRecord): void {
    const held = this.users.get(before.userId);
    if (before.userId === after.userId && held instanceof OrderedIndex) {
      held.replace(before, after);
    } else if (before.userId === after.userId && held instanceof SessionRecord) {
      this.users.set(after.userId, after);
    } else {
      this.delete(before);
      this.add(after);
    }
  }

  /** The user's sessions as they are now, whatever is changed later. */
  snapshot(userId: string): SortedChunks {
    const held = this.users.get(userId);
    if (held === undefined) return [];
    return held instanceof OrderedIndex ? held.snapshot() : [listOf(held)];
  }

  private keep(userId: string, sessions: readonly SessionRecord[]): void {
    const [only] = sessions;
    if (only === undefined) this.users.delete(userId);
    else if (sessions.length === 1) this.users.set(userId, only);
    else if (sessions.length <= FEW) this.users.set(userId, sessions);
    else this.users.set(userId, indexOf(sessions));
  }
}

function listOf(held: SessionRecord | readonly SessionRecord[] | undefined): readonly SessionRecord[] {
  if (held === undefined) return [];
  return held instanceof SessionRecord ? [held] : held;
}

function indexOf(sessions: readonly SessionRecord[]): OrderedIndex {
  const index = new OrderedIndex(requestAtOf);
  for (const record of sessions) index.add(record);
  return index;
}

function withRecord(sessions: readonly SessionRecord[], record: SessionRecord): readonly SessionRecord[] {
  const isAfter = (at: number) => compareRecords(requestAtOf, sessions[at] as SessionRecord, record) >= 0;
  return sessions.toSpliced(firstOf(sessions.length, isAfter), 0, record);
}

function withoutRecord(sessions: readonly SessionRecord[], { id }: SessionRecord): readonly SessionRecord[] {
  const at = sessions.findIndex((record) => record.id === id);
  if (at < 0) throw new Error('A session is not where its user says');
  return sessions.toSpliced(at, 1);
}
