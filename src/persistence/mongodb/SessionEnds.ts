import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type { EndTold } from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import { LostReply, type MongoOperation } from './MongoOperation.js';
import { recordOf, type SessionDocument } from './SessionDocument.js';
import { EARLIEST_END, ending, type SessionQuery } from './SessionQueries.js';
import { bears, type Stamps } from './Stamps.js';

/** So many ids are asked for in one go. */
const IDS_AT_ONCE = 500;
/** So many commands of one operation are under way at the same time. */
const COMMANDS_AT_ONCE = 4;

/**
 * Many sessions ending, or being removed. Each is one conditional command on its document that answers the document itself:
 * of what one command did to several, none could be told any more that another node removes right afterwards.
 */
export class SessionEnds {
  constructor(private readonly stamps: Stamps) {}

  /** Ends all that match and answers them, each to one of those who try it at the same time. */
  async endAll(
    operation: MongoOperation,
    query: SessionQuery,
    reason: CloseReasonV1,
    now: number,
    told: EndTold | undefined,
  ): Promise<SessionRecord[]> {
    const ended: SessionRecord[] = [];
    for (let last = ''; ; ) {
      const ids = await this.idsAfter(operation, query, last);
      const end = (_id: string) => this.endOne(operation, { _id, $and: [query] } as SessionQuery, _id, reason, now);
      ended.push(...(await someAtOnce(ids, end, told)));
      if (ids.length < IDS_AT_ONCE) return ended;
      last = ids.at(-1) as string;
    }
  }

  /** Ends at most `limit` of those whose deadline has come, the earliest first, each at its own. */
  async endExpired(
    operation: MongoOperation,
    now: number,
    limit: number,
    told: EndTold | undefined,
  ): Promise<SessionRecord[]> {
    const ended: SessionRecord[] = [];
    const query = { active: true, _end_time: { $lte: new Date(now) } };
    const endDue = ({ _id, _end_time }: SessionDocument) => {
      const deadline = _end_time as Date;
      // An access meanwhile has moved the deadline: then it has not expired.
      return this.endOne(operation, { _id, active: true, _end_time: deadline }, _id, 'expired', deadline.getTime());
    };
    while (ended.length < limit) {
      const due = await this.earliest(operation, query, limit - ended.length);
      if (due.length === 0) break;
      ended.push(...(await someAtOnce(due, endDue, told)));
    }
    return ended.sort((one, other) => one.endAt - other.endAt);
  }

  /** Takes a binding from a session that holds it past its end. */
  async release(operation: MongoOperation, bound: SessionQuery, now: number): Promise<void> {
    // An older service closes a session without taking its binding.
    const over = [{ active: false }, { _end_time: { $lte: new Date(now) } }, { _sealed: true }];
    const query = { ...bound, $or: over } as SessionQuery;
    const update = { $unset: { _binding: '' as const }, $set: { _stamp: this.stamps.next() } };
    await operation.writeUntilDone((sessions) => sessions.updateOne(query, update));
  }

  /** Removes a session of any state; null where there is none. A sealed one ends by it. */
  async removeOne(operation: MongoOperation, id: string, told: EndTold | undefined): Promise<SessionRecord | null> {
    for (;;) {
      try {
        const document = await operation.write((sessions) => sessions.findOneAndDelete({ _id: id }));
        const removed = document === null ? null : recordOf(document);
        if (removed === null || document?.['_sealed'] !== true) return removed;
        const ended = removed.closed('expired', removed.endAt);
        told?.(ended);
        return ended;
      } catch (error) {
        if (!(error instanceof LostReply)) throw error;
        const there = await operation.read((sessions) => sessions.findOne({ _id: id }));
        // Gone, and nobody knows by whom.
        if (there === null) throw operation.unknown(error);
      }
    }
  }

  /** Removes at most `limit` of those that ended before an instant, the earliest first. */
  async purge(operation: MongoOperation, before: number, limit: number): Promise<SessionRecord[]> {
    const query = { active: false, _end_time: { $lt: new Date(before) } };
    const purged: SessionRecord[] = [];
    while (purged.length < limit) {
      const due = await this.earliest(operation, query, limit - purged.length);
      if (due.length === 0) break;
      purged.push(...(await someAtOnce(due, ({ _id }) => this.remove(operation, { ...query, _id }))));
    }
    return purged;
  }

  private async idsAfter(operation: MongoOperation, query: SessionQuery, last: string): Promise<string[]> {
    const found = await operation.read((sessions) =>
      sessions
        .find({ $and: [{ _id: { $gt: last } }, query] } as SessionQuery, { projection: { _id: 1 } })
        .hint('active_of_user')
        .sort({ _id: 1 })
        .limit(IDS_AT_ONCE)
        .toArray(),
    );
    return found.map(({ _id }) => _id);
  }

  /** Their ids and ends. */
  private earliest(operation: MongoOperation, query: SessionQuery, limit: number): Promise<SessionDocument[]> {
    return operation.read((sessions) =>
      sessions
        .find(query, { projection: { _end_time: 1 } })
        .sort(EARLIEST_END)
        .limit(Math.min(limit, IDS_AT_ONCE))
        .toArray(),
    );
  }

  /** Null where another was quicker. After a lost reply it is sent again: a session ends once, and shows by whom. */
  private async endOne(
    operation: MongoOperation,
    query: SessionQuery,
    _id: string,
    reason: CloseReasonV1,
    at: number,
  ): Promise<SessionRecord | null> {
    const stamp = this.stamps.next();
    const update = ending(reason, at, stamp);
    for (let isRepeated = false; ; ) {
      try {
        const ended = await operation.write((sessions) =>
          sessions.findOneAndUpdate(query, update, { returnDocument: 'after' }),
        );
        if (ended !== null) return recordOf(ended);
        if (!isRepeated || !(await bears(operation, { _id, _stamp: stamp }))) return null;
        const there = await operation.read((sessions) => sessions.findOne({ _id }));
        return there === null ? null : recordOf(there);
      } catch (error) {
        if (!(error instanceof LostReply)) throw error;
        isRepeated = true;
      }
    }
  }

  /** Null where another was quicker, or nobody knows who has removed it. */
  private async remove(operation: MongoOperation, query: SessionQuery): Promise<SessionRecord | null> {
    try {
      const document = await operation.write((sessions) => sessions.findOneAndDelete(query));
      return document === null ? null : recordOf(document);
    } catch (error) {
      if (error instanceof LostReply) return null;
      throw error;
    }
  }
}

/** What comes of each, in their order, without the nulls; `told` learns of it at once, whatever comes of the others. */
async function someAtOnce<T>(
  all: readonly T[],
  work: (one: T) => Promise<SessionRecord | null>,
  told?: EndTold,
): Promise<SessionRecord[]> {
  const results: SessionRecord[] = [];
  const one = async (each: T): Promise<SessionRecord | null> => {
    const result = await work(each);
    if (result !== null) told?.(result);
    return result;
  };
  for (let start = 0; start < all.length; start += COMMANDS_AT_ONCE) {
    const group = await Promise.all(all.slice(start, start + COMMANDS_AT_ONCE).map(one));
    for (const result of group) if (result !== null) results.push(result);
  }
  return results;
}
