import type { AnyBulkWriteOperation } from 'mongodb';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type { SessionRecord } from '../SessionRecord.js';
import { LostReply, type MongoOperation } from './MongoOperation.js';
import { type AnyDocument, recordOf, type SessionDocument } from './SessionDocument.js';
import { EARLIEST_END, ending, type SessionQuery } from './SessionQueries.js';
import type { Stamps } from './Stamps.js';

/** So many are ended by one command. FerretDB 1 stops for ever at some 100 updates in one. */
const ENDS_AT_ONCE = 500;
const DEADLINES_AT_ONCE = 32;
/** So many are removed at the same time. */
const REMOVALS_AT_ONCE = 8;

/** Many sessions ending, or being purged. Each is one conditional command on its document, many of them sent together. */
export class SessionEnds {
  constructor(private readonly stamps: Stamps) {}

  /** Ends all that match and answers them. Whoever ends a session leaves his stamp in it, so that each is answered once. */
  async endAll(
    operation: MongoOperation,
    query: SessionQuery,
    reason: CloseReasonV1,
    now: number,
  ): Promise<SessionRecord[]> {
    const ended: SessionRecord[] = [];
    for (let last = ''; ; ) {
      const ids = await this.idsAfter(operation, query, last);
      if (ids.length === 0) return ended;
      const stamp = this.stamps.next();
      const some = { $and: [{ _id: { $in: ids } }, query] } as SessionQuery;
      await operation.writeUntilDone((sessions) => sessions.updateMany(some, ending(reason, now, stamp)));
      ended.push(...(await this.stamped(operation, ids, stamp)));
      if (ids.length < ENDS_AT_ONCE) return ended;
      last = ids.at(-1) as string;
    }
  }

  /** Ends at most `limit` of those whose deadline has come, the earliest first, each at its own. */
  async endExpired(operation: MongoOperation, now: number, limit: number): Promise<SessionRecord[]> {
    const ended: SessionRecord[] = [];
    while (ended.length < limit) {
      const due = await operation.read((sessions) =>
        sessions
          .find({ active: true, _end_time: { $lte: new Date(now) } }, { projection: { _end_time: 1 } })
          .sort(EARLIEST_END)
          .limit(limit - ended.length)
          .toArray(),
      );
      if (due.length === 0) break;
      for (let start = 0; start < due.length; start += DEADLINES_AT_ONCE) {
        ended.push(...(await this.endDue(operation, due.slice(start, start + DEADLINES_AT_ONCE))));
      }
    }
    return ended.sort((one, other) => one.endAt - other.endAt);
  }

  /** Takes a binding from a session that holds it past its deadline. */
  async release(operation: MongoOperation, bound: SessionQuery, now: number): Promise<void> {
    const query = { ...bound, $or: [{ _end_time: { $lte: new Date(now) } }, { _sealed: true }] } as SessionQuery;
    const update = { $unset: { _binding: '' as const }, $set: { _stamp: this.stamps.next() } };
    await operation.writeUntilDone((sessions) => sessions.updateOne(query, update));
  }

  /** Removes a session of any state; null where there is none. Sealed or not, it is answered as it is stored. */
  async removeOne(operation: MongoOperation, id: string): Promise<SessionRecord | null> {
    for (;;) {
      try {
        const document = await operation.write((sessions) => sessions.findOneAndDelete({ _id: id }));
        return document === null ? null : recordOf(document);
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
      const due = await operation.read((sessions) =>
        sessions
          .find(query, { projection: { _id: 1 } })
          .sort(EARLIEST_END)
          .limit(limit - purged.length)
          .toArray(),
      );
      if (due.length === 0) break;
      for (let start = 0; start < due.length; start += REMOVALS_AT_ONCE) {
        const some = due.slice(start, start + REMOVALS_AT_ONCE);
        const removed = await Promise.all(some.map(({ _id }) => this.remove(operation, { ...query, _id })));
        for (const document of removed) {
          const record = document === null ? null : recordOf(document);
          if (record !== null) purged.push(record);
        }
      }
    }
    return purged;
  }

  private async idsAfter(operation: MongoOperation, query: SessionQuery, last: string): Promise<string[]> {
    const found = await operation.read((sessions) =>
      sessions
        .find({ $and: [{ _id: { $gt: last } }, query] } as SessionQuery, { projection: { _id: 1 } })
        .hint('active_of_user')
        .sort({ _id: 1 })
        .limit(ENDS_AT_ONCE)
        .toArray(),
    );
    return found.map(({ _id }) => _id);
  }

  private async endDue(operation: MongoOperation, due: SessionDocument[]): Promise<SessionRecord[]> {
    const stamp = this.stamps.next();
    const ends: AnyBulkWriteOperation<AnyDocument>[] = due.map(({ _id, _end_time }) => ({
      updateOne: {
        // An access meanwhile has moved the deadline: then it has not expired.
        filter: { _id, active: true, _end_time: _end_time as Date },
        update: ending('expired', (_end_time as Date).getTime(), stamp),
      },
    }));
    await operation.writeUntilDone((sessions) => sessions.bulkWrite(ends, { ordered: false }));
    const ids = due.map(({ _id }) => _id);
    return this.stamped(operation, ids, stamp);
  }

  /** Those of these sessions that bear a stamp. */
  private async stamped(operation: MongoOperation, ids: string[], stamp: string): Promise<SessionRecord[]> {
    const query = { _id: { $in: ids }, _stamp: stamp };
    const documents = await operation.read((sessions) => sessions.find(query).toArray());
    return documents.map(recordOf).filter((record) => record !== null);
  }

  /** Null where another was quicker, or nobody knows who has removed it. */
  private async remove(operation: MongoOperation, query: SessionQuery): Promise<SessionDocument | null> {
    try {
      return await operation.write((sessions) => sessions.findOneAndDelete(query));
    } catch (error) {
      if (error instanceof LostReply) return null;
      throw error;
    }
  }
}
