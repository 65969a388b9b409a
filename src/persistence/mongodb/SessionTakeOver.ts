import type { SessionDecision } from '../ISessionsPersistence.js';
import type { MongoOperation } from './MongoOperation.js';
import type { MongoOperations } from './MongoOperations.js';
import { isWhole, NEVER, recordOf, type SessionDocument } from './SessionDocument.js';
import type { SessionQuery } from './SessionQueries.js';
import type { SessionSteps } from './SessionSteps.js';

const READ_AT_ONCE = 100;
const TAKEN_AT_ONCE = 4;

/** Brings what an older service has stored into the form that the queries here look for. */
export class SessionTakeOver {
  constructor(private readonly steps: SessionSteps) {}

  /**
   * Of sessions that have ended without anybody counting their retention, it counts from `now`: of those that an older service
   * has opened, and of those without a deadline that it has closed.
   */
  async retainEnded(operation: MongoOperation, now: number): Promise<void> {
    const query = { active: false, _end_time: { $in: [null, NEVER] } } as unknown as SessionQuery;
    const update = { $set: { _end_time: new Date(now) } };
    await operation.writeUntilDone((sessions) => sessions.updateMany(query, update));
  }

  /**
   * Applies a decision to each active session without a deadline, those of an older service and all others: as many
   * operations as that takes.
   */
  async completeAll(operations: MongoOperations, correlationId: string | null, decide: SessionDecision): Promise<void> {
    for (let last: string | null = ''; last !== null; ) {
      const after: string = last;
      last = await operations.run(correlationId, (operation) =>
        this.completeSome(operation, decide, NO_DEADLINE, after),
      );
    }
  }

  /** As `completeAll`, of some of those that an older service has written since. */
  async completeNew(operation: MongoOperation, decide: SessionDecision): Promise<void> {
    await this.completeSome(operation, decide, [null], '');
  }

  /** Those after an id, in the order of ids. Answers the last one's, or null when that was all. */
  private async completeSome(
    operation: MongoOperation,
    decide: SessionDecision,
    ends: readonly (Date | null)[],
    after: string,
  ): Promise<string | null> {
    const query = { active: { $in: [true, null] }, _end_time: { $in: ends }, _id: { $gt: after } };
    const documents = await operation.read((sessions) =>
      sessions
        .find(query as unknown as SessionQuery)
        .sort({ _id: 1 })
        .limit(READ_AT_ONCE)
        .toArray(),
    );
    for (let start = 0; start < documents.length; start += TAKEN_AT_ONCE) {
      const some = documents.slice(start, start + TAKEN_AT_ONCE);
      await Promise.all(some.map((document) => this.takeOver(operation, document, decide)));
    }
    return documents.length < READ_AT_ONCE ? null : (documents.at(-1)?._id ?? null);
  }

  private async takeOver(operation: MongoOperation, document: SessionDocument, decide: SessionDecision): Promise<void> {
    const before = recordOf(document);
    if (before === null) return;
    const after = before.active ? decide(before) : before;
    if (after === before && isWhole(document)) return;
    if (await this.steps.store(operation, document, { before, after })) return;
    await this.steps.decide(operation, document._id, decide);
  }
}

const NO_DEADLINE = [null, NEVER];
