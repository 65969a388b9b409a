import { setTimeout as pause } from 'node:timers/promises';
import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import type { StepHint } from '../DirectStep.js';
import type { SessionDecision, SessionStep } from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import { KeyedQueue } from './KeyedQueue.js';
import { LostReply, type MongoOperation } from './MongoOperation.js';
import type { PolicyMemory } from './PolicyMemory.js';
import { bindingOf, documentOf, isWhole, recordOf, type SessionDocument } from './SessionDocument.js';
import { directCommand, type SessionQuery, stillAs } from './SessionQueries.js';
import { bears, type Stamps } from './Stamps.js';

/** So often a step is decided anew when other nodes were quicker. */
const MOST_ATTEMPTS = 12;
/** Milliseconds; the pause before the next attempt is a random part of it, doubled each time. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 200;

/** Steps of one session: each is one conditional command on its document. */
export class SessionSteps {
  /** Of one process, those that want the same session wait for each other instead of getting into each other's way. */
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly stamps: Stamps,
    private readonly policies: PolicyMemory,
    /** Completes what an older service has written; the very same object where nothing is to be completed. */
    private readonly complete: (record: SessionRecord) => SessionRecord,
  ) {}

  /** The session with its document; null when there is none. With `now`, one that is past its deadline is sealed first. */
  async read(operation: MongoOperation, id: string, now?: number): Promise<Found | null> {
    for (;;) {
      const document = await operation.read((sessions) => sessions.findOne({ _id: id }));
      if (document === null) return null;
      const found = this.found(document);
      if (found === null) return null;
      if (now === undefined || document._sealed === true || !found.record.isExpired(now)) return found;
      // What an older service wrote is taken over first.
      if (!isWhole(document)) await this.store(operation, document, { before: found.record, after: found.record });
      else if (await this.seal(operation, document, now)) return found;
    }
  }

  /** What a document holds, as it counts: a sealed one has expired. Null for a document that is no session. */
  found(document: SessionDocument): Found | null {
    const stored = recordOf(document);
    if (stored === null) return null;
    this.policies.remember(document);
    const record = isWhole(document) ? stored : this.complete(stored);
    return { document, record: document._sealed === true ? record.closed('expired', record.endAt) : record };
  }

  /** In one command where the hint allows it, else by reading and deciding. */
  change(operation: MongoOperation, id: string, decide: SessionDecision, hint?: StepHint): Promise<SessionStep | null> {
    return this.queue.run(
      id,
      async () =>
        (await this.changeDirectly(operation, id, decide, hint)) ??
        (await this.decideInTurn(operation, id, decide, hint?.now)),
    );
  }

  /** One read, and a write where the access is to be stored. */
  async access(
    operation: MongoOperation,
    id: string,
    decide: SessionDecision,
    hint?: StepHint,
  ): Promise<SessionStep | null> {
    const found = await this.read(operation, id, hint?.now);
    if (found === null) return null;
    const step = { before: found.record, after: decide(found.record) };
    if (step.after === step.before) return step;
    if (await this.store(operation, found.document, step)) return step;
    return this.decide(operation, id, decide, hint?.now);
  }

  /** Reads, decides, and stores what was decided if the document is still the one that was read. */
  decide(operation: MongoOperation, id: string, decide: SessionDecision, now?: number): Promise<SessionStep | null> {
    return this.queue.run(id, () => this.decideInTurn(operation, id, decide, now));
  }

  /** `lostStamp` is that of an end whose reply was lost: a document that bears it has been ended by it. */
  private async decideInTurn(
    operation: MongoOperation,
    id: string,
    decide: SessionDecision,
    now?: number,
    lostStamp?: string,
  ): Promise<SessionStep | null> {
    let version = 0;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const found = await this.read(operation, id, now);
      if (found === null) return null;
      if (lostStamp !== undefined && found.document._stamp === lostStamp)
        return { before: undoneOf(found.record), after: found.record };
      const step = { before: found.record, after: decide(found.record) };
      if (step.after === step.before || (await this.store(operation, found.document, step))) return step;
      version = step.before.version;
      await pause(Math.random() * Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE));
    }
    throw sessionError(operation.correlationId, 'SESSION_CONFLICT', {
      message: 'The session is being changed by others all the time; repeat the change',
      details: { version },
    });
  }

  private async changeDirectly(
    operation: MongoOperation,
    id: string,
    decide: SessionDecision,
    hint?: StepHint,
  ): Promise<SessionStep | null> {
    const known = this.policies.get(id);
    const direct = hint?.direct?.(known) ?? null;
    if (hint === undefined || direct === null) return null;
    const stamp = this.stamps.next();
    const { query, update } = directCommand(id, direct, hint.now, known, stamp);
    try {
      const document = await operation.write((sessions) =>
        sessions.findOneAndUpdate(query, update, { returnDocument: 'before' }),
      );
      const before = document === null ? null : this.found(document);
      if (before === null) return null;
      if (direct.kind === 'write') this.policies.remember({ ...before.document, ...direct.head });
      return { before: before.record, after: decide(before.record) };
    } catch (error) {
      if (!(error instanceof LostReply)) throw error;
      // An end may be tried again: a session ends once, and its stamp tells whether it was this one.
      if (direct.kind === 'end') return this.decideInTurn(operation, id, decide, hint.now, stamp);
      if (!(await bears(operation, { _id: id, _stamp: stamp }))) throw operation.unknown(error);
      const found = await this.read(operation, id);
      return found === null ? null : { before: undoneOf(found.record), after: found.record };
    }
  }

  /**
   * Stores what became of a document; false when it is another by now. After a lost reply it is sent again: both need the
   * document as it was, so that only one of them can be done.
   */
  async store(operation: MongoOperation, document: SessionDocument, step: SessionStep): Promise<boolean> {
    const stamp = this.stamps.next();
    const next = documentOf(step.after, stamp);
    if (document._opening !== undefined) next._opening = document._opening;
    if (document._binding !== undefined && keepsBinding(step)) next._binding = document._binding;
    const { _id, ...replacement } = next;
    for (let lost: LostReply | null = null; ; ) {
      try {
        const { matchedCount } = await operation.write((sessions) =>
          sessions.replaceOne(stillAs(document), replacement as SessionDocument),
        );
        if (matchedCount > 0) this.policies.remember(next);
        if (matchedCount > 0 || lost === null) return matchedCount > 0;
        if (await bears(operation, { _id, _stamp: stamp })) return true;
        // Done and overwritten since, or never done.
        throw operation.unknown(lost);
      } catch (error) {
        if (!(error instanceof LostReply)) throw error;
        lost = error;
      }
    }
  }

  /** Keeps a session from steps that are decided before its deadline, on nodes whose clocks are behind. */
  private async seal(operation: MongoOperation, { _id }: SessionDocument, now: number): Promise<boolean> {
    const query: SessionQuery = { _id, active: true, _end_time: { $lte: new Date(now) } };
    const update = { $set: { _sealed: true, _stamp: this.stamps.next() } };
    try {
      const { matchedCount } = await operation.write((sessions) => sessions.updateOne(query, update));
      return matchedCount > 0;
    } catch (error) {
      if (error instanceof LostReply) return false;
      throw error;
    }
  }
}

/** The state before a step, as far as the one after it tells: it was active. */
function undoneOf(after: SessionRecord): SessionRecord {
  return after.with({ active: true, close_time: undefined, close_reason: undefined });
}

/** A session with the document it was read from. */
export interface Found {
  document: SessionDocument;
  record: SessionRecord;
}

function keepsBinding({ before, after }: SessionStep): boolean {
  return after.active && bindingOf(before.head()) === bindingOf(after.head());
}
