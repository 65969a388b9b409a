import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import type { EndTold, SessionReplacement } from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import { KeyedQueue } from './KeyedQueue.js';
import { DuplicateKey, LostReply, type MongoOperation } from './MongoOperation.js';
import type { PolicyMemory } from './PolicyMemory.js';
import { bindingOf, documentOf, type SessionDocument } from './SessionDocument.js';
import type { SessionEnds } from './SessionEnds.js';
import { openAt, type SessionQuery } from './SessionQueries.js';
import { bears, type Stamps } from './Stamps.js';

/** New sessions: the server refuses an id, and a binding, that there is already. */
export class SessionOpenings {
  /** Of one process, those that want the same binding wait for each other instead of ending each other's sessions. */
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly stamps: Stamps,
    private readonly policies: PolicyMemory,
    private readonly ends: SessionEnds,
  ) {}

  async create(operation: MongoOperation, session: SessionRecord): Promise<SessionRecord> {
    if (await this.insert(operation, this.documentOf(session))) return session;
    throw taken(operation, session.id);
  }

  /** Ends those that are there, and opens the new one if there is none any more; else begins again. */
  replace(
    operation: MongoOperation,
    session: SessionRecord,
    now: number,
    told: EndTold | undefined,
  ): Promise<SessionReplacement> {
    const document = this.documentOf(session);
    document._binding = bindingOf(session.head());
    return this.queue.run(document._binding, () => this.takePlace(operation, session, document, now, told));
  }

  private async takePlace(
    operation: MongoOperation,
    session: SessionRecord,
    document: SessionDocument,
    now: number,
    told: EndTold | undefined,
  ): Promise<SessionReplacement> {
    const { user_id, service, name } = session.head();
    const binding = { user_id, service: service ?? null, name: name ?? null };
    // One with the id that is wanted, opened meanwhile, makes this opening fail: it does not end for it.
    const others = { ...binding, ...openAt(now), _id: { $ne: session.id } } as unknown as SessionQuery;
    const bound = { _binding: document._binding } as SessionQuery;
    if (await this.isTaken(operation, session.id)) throw taken(operation, session.id);
    const ended: SessionRecord[] = [];
    for (;;) {
      ended.push(...(await this.ends.endAll(operation, others, 'replaced', now, told)));
      if (await this.insert(operation, document)) return { opened: session, ended };
      if (await this.isTaken(operation, session.id)) throw taken(operation, session.id);
      // One that is past its deadline, or opened meanwhile.
      await this.ends.release(operation, bound, now);
    }
  }

  /**
   * False where there is such an id or binding. After a lost reply it is sent again: if the first one was done after all, the
   * second one is refused for a document that shows the same opening.
   */
  private async insert(operation: MongoOperation, document: SessionDocument): Promise<boolean> {
    for (let isRepeated = false; ; ) {
      try {
        await operation.write((sessions) => sessions.insertOne(document));
        this.policies.remember(document);
        return true;
      } catch (error) {
        if (error instanceof LostReply) isRepeated = true;
        else if (!(error instanceof DuplicateKey)) throw error;
        else return isRepeated && bears(operation, { _id: document._id, _opening: String(document._opening) });
      }
    }
  }

  private async isTaken(operation: MongoOperation, id: string): Promise<boolean> {
    const there = await operation.read((sessions) => sessions.findOne({ _id: id }, { projection: { _id: 1 } }));
    return there !== null;
  }

  private documentOf(session: SessionRecord): SessionDocument {
    const stamp = this.stamps.next();
    const document = documentOf(session, stamp);
    document._opening = stamp;
    return document;
  }
}

function taken({ correlationId }: MongoOperation, id: string): Error {
  return sessionError(correlationId, 'SESSION_EXISTS', { details: { session_id: id } });
}
