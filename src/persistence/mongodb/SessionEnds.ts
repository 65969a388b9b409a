import { setTimeout as pause } from 'node:timers/promises';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type { SessionRecord } from '../SessionRecord.js';
import { LostReply, type MongoOperation } from './MongoOperation.js';
import { type AnyDocument, recordOf, type SessionDocument } from './SessionDocument.js';
import { EARLIEST_END, endingOfMany, type SessionQuery } from './SessionQueries.js';
import type { Stamps } from './Stamps.js';

/** So many are ended by one command. FerretDB 1 stops for ever at some 100 updates in one. */
const ENDS_AT_ONCE = 500;
const DEADLINES_AT_ONCE = 32;
/** So many are removed at the same time. */
const REMOVALS_AT_ONCE = 8;

/** Milliseconds: who has not told an end after so long is not going to. */
const LONGEST_TELLING = 1000;
const TELLING_PAUSE = 5;

/** Sessions that one command may have ended, and did if they bear its stamp. */
interface Batch {
  ids: string[];
  stamp: string;
}

/**
 * Many sessions ending, or being removed. Each is one conditional command on its document, many of them sent together. Which
 * of them that has ended is read afterwards: until then they are marked as `_telling`, and nobody removes them.
 */
export class SessionEnds {
  constructor(private readonly stamps: Stamps) {}

  /** Ends all that match and answers them. Whoever ends a session leaves his stamp in it, so that each is answered once. */
  async endAll(
    operation: MongoOperation,
    query: SessionQuery,
    reason: CloseReasonV1,
    now: number,
  ): Promise<SessionRecord[]> {
    const batches: Batch[] = [];
    for (let last: string | undefined = ''; last !== undefined; ) {
      const ids = await this.idsAfter(operation, query, last);
      const stamp = this.stamps.next();
      const some = { $and: [{ _id: { $in: ids } }, query] } as SessionQuery;
      if (ids.length === 0) break;
      await operation.writeUntilDone((sessions) => sessions.updateMany(some, endingOfMany(reason, now, stamp)));
      batches.push({ ids, stamp });
      last = ids.length < ENDS_AT_ONCE ? undefined : ids.at(-1);
    }
    return this.tell(operation, batches);
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
      const batches: Batch[] = [];
      for (let start = 0; start < due.length; start += DEADLINES_AT_ONCE) {
        batches.push(await this.endDue(operation, due.slice(start, start + DEADLINES_AT_ONCE)));
      }
      ended.push(...(await this.tell(operation, batches)));
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

  /** Removes a session of any state; null where there is none. Sealed or not, it is answered as it is stored. */
  async removeOne(operation: MongoOperation, id: string): Promise<SessionRecord | null> {
    const giveUpAt = performance.now() + LONGEST_TELLING;
    for (;;) {
      try {
        const told = performance.now() < giveUpAt ? { _telling: null } : {};
        const query = { _id: id, ...told } as SessionQuery;
        const document = await operation.write((sessions) => sessions.findOneAndDelete(query));
        if (document !== null) return recordOf(document);
        if (!('_telling' in query) || !(await this.isThere(operation, id))) return null;
        await pause(TELLING_PAUSE);
      } catch (error) {
        if (!(error instanceof LostReply)) throw error;
        // Gone, and nobody knows by whom.
        if (!(await this.isThere(operation, id))) throw operation.unknown(error);
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

  private async endDue(operation: MongoOperation, due: SessionDocument[]): Promise<Batch> {
    const stamp = this.stamps.next();
    const ends: AnyBulkWriteOperation<AnyDocument>[] = due.map(({ _id, _end_time }) => ({
      updateOne: {
        // An access meanwhile has moved the deadline: then it has not expired.
        filter: { _id, active: true, _end_time: _end_time as Date },
        update: endingOfMany('expired', (_end_time as Date).getTime(), stamp),
      },
    }));
    await operation.writeUntilDone((sessions) => sessions.bulkWrite(ends, { ordered: false }));
    return { ids: due.map(({ _id }) => _id), stamp };
  }

  /** Those that these commands have ended. From now on they may be removed. */
  private async tell(operation: MongoOperation, batches: readonly Batch[]): Promise<SessionRecord[]> {
    const ended: SessionRecord[] = [];
    for (const { ids, stamp } of batches) {
      const query = { _id: { $in: ids }, _stamp: stamp };
      const documents = await operation.read((sessions) => sessions.find(query).toArray());
      ended.push(...documents.map(recordOf).filter((record) => record !== null));
    }
    for (const { ids, stamp } of batches) {
      const query = { _id: { $in: ids }, _stamp: stamp };
      await operation.writeUntilDone((sessions) => sessions.updateMany(query, { $unset: { _telling: '' } }));
    }
    return ended;
  }

  private async isThere(operation: MongoOperation, _id: string): Promise<boolean> {
    return (await operation.read((sessions) => sessions.findOne({ _id }, { projection: { _id: 1 } }))) !== null;
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
