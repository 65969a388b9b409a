import { ConfigParams, type IConfigurable, type IReferenceable, type IReferences } from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import { sessionError } from '../../data/version1/SessionErrorsV1.js';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import type { StepHint } from '../DirectStep.js';
import type {
  EndTold,
  ISessionsPersistence,
  SessionDecision,
  SessionRecordsPage,
  SessionReplacement,
  SessionStep,
} from '../ISessionsPersistence.js';
import type { SessionRecord } from '../SessionRecord.js';
import type { SessionsFilter, SessionsPaging } from '../SessionsFilter.js';
import { unavailable } from './MongoFaults.js';
import { MongoLink } from './MongoLink.js';
import { MongoOperations } from './MongoOperations.js';
import { MONGO_OPTIONS, readMongoSettings } from './MongoOptions.js';
import { assertClocks, makeIndexes } from './MongoServer.js';
import { PolicyMemory } from './PolicyMemory.js';
import { SessionEnds } from './SessionEnds.js';
import { SessionOpenings } from './SessionOpenings.js';
import { pageOf } from './SessionPages.js';
import { listIndexOf, openAt, queryOf, type SessionQuery } from './SessionQueries.js';
import { SessionSteps } from './SessionSteps.js';
import { SessionTakeOver } from './SessionTakeOver.js';
import { Stamps } from './Stamps.js';

/** What is there while the store is open. */
interface Opened {
  link: MongoLink;
  operations: MongoOperations;
  steps: SessionSteps;
  openings: SessionOpenings;
  ends: SessionEnds;
  takeOver: SessionTakeOver;
}

/**
 * Sessions in a collection of MongoDB 5 or newer, or of a server that speaks its protocol: for many nodes of the service on
 * one database. Nothing depends on transactions, change streams, TTL or partial indexes.
 *
 * Descriptor: `service-sessions:persistence:mongodb:default:1.0`
 *
 * ### Configuration parameters ###
 *
 * See docs/configuration.md, `service-sessions:persistence:mongodb`.
 *
 * ### References ###
 * - `*:logger:*:*:1.0` (optional) loggers
 *
 * ### Example ###
 *     const persistence = new SessionsMongoDbPersistence();
 *     persistence.configure(ConfigParams.fromTuples('connection.uri', 'mongodb://127.0.0.1:27017/sessions'));
 *     await persistence.open(null);
 *     const session = await persistence.getOneById(null, sessionId);
 */
export class SessionsMongoDbPersistence implements ISessionsPersistence, IConfigurable, IReferenceable {
  static readonly OPTIONS = MONGO_OPTIONS;

  private readonly logger = new CompositeLogger();
  private settings = readMongoSettings(new ConfigParams());
  private opened: Opened | null = null;
  /** Completes what an older service has stored without a deadline. */
  private completed: SessionDecision = (record) => record;

  /** `clock` is compared with the server's; no session's time comes from it. */
  constructor(private readonly clock: Clock = systemClock) {}

  configure(config: ConfigParams): void {
    this.settings = readMongoSettings(config);
  }

  setReferences(references: IReferences): void {
    this.logger.setReferences(references);
  }

  isOpen(): boolean {
    return this.opened !== null;
  }

  /** Rejects with a ConfigException for a URI that the driver refuses, before it connects, and else with a sentence. */
  async open(correlationId: string | null): Promise<void> {
    if (this.opened !== null) return;
    const link = new MongoLink(this.settings, this.logger);
    await link.open();
    try {
      await assertClocks(link, this.clock);
      await makeIndexes(link);
      const opened = this.partsOf(link);
      await opened.operations.run(correlationId, (operation) =>
        opened.takeOver.retainEnded(operation, this.clock.now()),
      );
      this.opened = opened;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  async close(_correlationId: string | null): Promise<void> {
    const { opened } = this;
    this.opened = null;
    await opened?.link.close();
  }

  async getOneById(correlationId: string | null, id: string, now?: number): Promise<SessionRecord | null> {
    const { operations, steps } = this.parts(correlationId);
    return operations.run(correlationId, async (operation) => (await steps.read(operation, id, now))?.record ?? null);
  }

  async getPageByFilter(
    correlationId: string | null,
    filter: SessionsFilter,
    paging: SessionsPaging,
    now: number,
  ): Promise<SessionRecordsPage> {
    const { operations, steps } = this.parts(correlationId);
    const query = queryOf(filter, now);
    return operations.run(correlationId, async (operation) => ({
      data: await pageOf(operation, steps, query, paging, listIndexOf(filter)),
      total: paging.total ? await operation.read((sessions) => sessions.countDocuments(query)) : null,
    }));
  }

  async create(correlationId: string | null, session: SessionRecord): Promise<SessionRecord> {
    const { operations, openings } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => openings.create(operation, session));
  }

  async replace(
    correlationId: string | null,
    session: SessionRecord,
    now: number,
    told?: EndTold,
  ): Promise<SessionReplacement> {
    const { operations, openings } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => openings.replace(operation, session, now, told));
  }

  async change(
    correlationId: string | null,
    id: string,
    decide: SessionDecision,
    hint?: StepHint,
  ): Promise<SessionStep | null> {
    const { operations, steps } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => steps.change(operation, id, decide, hint));
  }

  async access(
    correlationId: string | null,
    id: string,
    decide: SessionDecision,
    hint?: StepHint,
  ): Promise<SessionStep | null> {
    const { operations, steps } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => steps.access(operation, id, decide, hint));
  }

  async closeByFilter(
    correlationId: string | null,
    filter: SessionsFilter,
    exceptId: string | null,
    reason: CloseReasonV1,
    now: number,
    told?: EndTold,
  ): Promise<SessionRecord[]> {
    const { operations, ends } = this.parts(correlationId);
    const others = exceptId === null ? {} : { _id: { $ne: exceptId } };
    const query = { $and: [queryOf(filter, now), openAt(now), others] } as SessionQuery;
    return operations.run(correlationId, (operation) => ends.endAll(operation, query, reason, now, told));
  }

  async closeExpired(
    correlationId: string | null,
    now: number,
    limit: number,
    told?: EndTold,
  ): Promise<SessionRecord[]> {
    const { operations, ends, takeOver } = this.parts(correlationId);
    return operations.run(correlationId, async (operation) => {
      await takeOver.completeNew(operation, this.completed);
      await takeOver.retainEnded(operation, now);
      return ends.endExpired(operation, now, limit, told);
    });
  }

  async deleteById(correlationId: string | null, id: string, told?: EndTold): Promise<SessionRecord | null> {
    const { operations, ends } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => ends.removeOne(operation, id, told));
  }

  async deleteClosedBefore(correlationId: string | null, before: number, limit: number): Promise<SessionRecord[]> {
    const { operations, ends } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => ends.purge(operation, before, limit));
  }

  async completeOlder(correlationId: string | null, decide: SessionDecision): Promise<void> {
    this.completed = (record) => (record.active && record.endAt === Number.POSITIVE_INFINITY ? decide(record) : record);
    const { operations, takeOver } = this.parts(correlationId);
    await takeOver.completeAll(operations, correlationId, this.completed);
  }

  async count(correlationId: string | null): Promise<number> {
    const { operations } = this.parts(correlationId);
    return operations.run(correlationId, (operation) => operation.read((sessions) => sessions.countDocuments({})));
  }

  async check(correlationId: string | null): Promise<void> {
    const { link } = this.parts(correlationId);
    try {
      await assertClocks(link, this.clock);
    } catch (error) {
      throw unavailable(correlationId, error, link.hide);
    }
  }

  private partsOf(link: MongoLink): Opened {
    const stamps = new Stamps();
    const operations = new MongoOperations(link);
    const ends = new SessionEnds(stamps);
    const policies = new PolicyMemory();
    const steps = new SessionSteps(stamps, policies, (record) => this.completed(record));
    const openings = new SessionOpenings(stamps, policies, ends);
    return { link, operations, ends, steps, openings, takeOver: new SessionTakeOver(steps) };
  }

  private parts(correlationId: string | null): Opened {
    if (this.opened !== null) return this.opened;
    throw sessionError(correlationId, 'PERSISTENCE_UNAVAILABLE', { message: 'The session store is not open' });
  }
}
