import type { SessionDecision } from '../ISessionsPersistence.js';
import type { MongoOperations } from './MongoOperations.js';
import { isWhole, NEVER, recordOf, type SessionDocument } from './SessionDocument.js';
import type { SessionQuery } from './SessionQueries.js';
import type { SessionSteps } from './SessionSteps.js';

const READ_AT_ONCE = 200;
const TAKEN_AT_ONCE = 8;

/** Brings what an older service has stored into the form that the queries here look for. */
export class SessionTakeOver {
  constructor(
    private readonly operations: MongoOperations,
    private readonly steps: SessionSteps,
  ) {}

  /**
   * Of sessions that have ended without anybody counting their retention, it counts from `now`: of those that an older service
   * has opened, and of those without a deadline that it has closed.
   */
  async retainEnded(correlationId: string | null, now: number): Promise<void> {
    const query = { active: false, _end_time: { $in: [null, NEVER] } } as unknown as SessionQuery;
    const update = { $set: { _end_time: new Date(now) } };
    await this.operations.run(correlationId, (operation) =>
      operation.writeUntilDone((sessions) => sessions.updateMany(query, update)),
    );
  }

  /** Applies a decision to each active session without a deadline, those of an older service and all others. */
  completeAll(correlationId: string | null, decide: SessionDecision): Promise<void> {
    return this.complete(correlationId, decide, [null, NEVER]);
  }

  /** As `completeAll`, of those only that an older service has written since. */
  completeNew(correlationId: string | null, decide: SessionDecision): Promise<void> {
    return this.complete(correlationId, decide, [null]);
  }

  private async complete(correlationId: string | null, decide: SessionDecision, ends: (Date | null)[]): Promise<void> {
    for (let last = ''; ; ) {
      const after = { active: { $in: [true, null] }, _end_time: { $in: ends }, _id: { $gt: last } };
      const documents = await this.operations.run(correlationId, (operation) =>
        operation.read((sessions) =>
          sessions
            .find(after as unknown as SessionQuery)
            .sort({ _id: 1 })
            .limit(READ_AT_ONCE)
            .toArray(),
        ),
      );
      for (let start = 0; start < documents.length; start += TAKEN_AT_ONCE) {
        const some = documents.slice(start, start + TAKEN_AT_ONCE);
        await Promise.all(some.map((document) => this.takeOver(correlationId, document, decide)));
      }
      if (documents.length < READ_AT_ONCE) return;
      last = documents.at(-1)?._id ?? '';
    }
  }

  private async takeOver(
    correlationId: string | null,
    document: SessionDocument,
    decide: SessionDecision,
  ): Promise<void> {
    const before = recordOf(document);
    if (before === null) return;
    const after = before.active ? decide(before) : before;
    if (after === before && isWhole(document)) return;
    await this.operations.run(correlationId, async (operation) => {
      if (await this.steps.store(operation, document, { before, after })) return;
      await this.steps.decide(operation, document._id, decide);
    });
  }
}
