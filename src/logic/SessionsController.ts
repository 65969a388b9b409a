import {
  type CommandSet,
  ConfigParams,
  type DataPage,
  Descriptor,
  type ICommandable,
  type IConfigurable,
  InvalidStateException,
  type IOpenable,
  type IReferenceable,
  type IReferences,
} from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import type { SessionEventListenerV1 } from '../data/version1/SessionEventV1.js';
import type { OpenSessionV1, SessionV1, StoreOptionsV1, UpdateUserOptionsV1 } from '../data/version1/SessionV1.js';
import type { ISessionsPersistence } from '../persistence/ISessionsPersistence.js';
import type { SessionRecord } from '../persistence/SessionRecord.js';
import { type Clock, systemClock } from '../toolkit/Clock.js';
import type { JsonValue } from '../toolkit/JsonValue.js';
import { readOptions } from '../toolkit/Options.js';
import { IN_PROCESS } from './InProcessOperations.js';
import type { FilterV1, ISessionsController, PagingV1 } from './ISessionsController.js';
import { pageValue, type SessionAnswer } from './SessionAnswer.js';
import { SessionEvents } from './SessionEvents.js';
import { OPERATIONS, type SessionOperation } from './SessionOperations.js';
import { SessionsCommandSet } from './SessionsCommandSet.js';
import { CONTROLLER_OPTIONS, readSettings } from './SessionsControllerOptions.js';
import { SessionsLogic } from './SessionsLogic.js';
import { SessionsSweeper } from './SessionsSweeper.js';

const COMPONENT = 'service-sessions:controller';

/**
 * The sessions component: checks what it is asked, has it done, and sweeps.
 *
 * ### Configuration parameters ###
 *
 * See docs/configuration.md, `service-sessions:controller`.
 *
 * ### References ###
 *
 * - `service-sessions:persistence:*:*:1.0` the store (another by `dependencies.persistence`)
 * - `*:logger:*:*:1.0` (optional) loggers
 *
 * ### Example ###
 *
 *     const persistence = new SessionsMemoryPersistence();
 *     const controller = new SessionsController();
 *     controller.configure(ConfigParams.fromTuples('options.expire_timeout', 3_600_000));
 *     controller.setReferences(References.fromTuples(
 *       new Descriptor('service-sessions', 'persistence', 'memory', 'default', '1.0'), persistence));
 *     await persistence.open(null);
 *     await controller.open(null);
 *     const session = await controller.openSession(null, { user_id: 'ann' });
 */
export class SessionsController implements ISessionsController, IConfigurable, IReferenceable, IOpenable, ICommandable {
  static readonly OPTIONS = CONTROLLER_OPTIONS;

  private readonly logger = new CompositeLogger();
  private readonly events = new SessionEvents((error) => this.logger.error('', error as Error, 'A listener failed'));
  private readonly commands = new SessionsCommandSet(this);
  private options = readOptions(COMPONENT, CONTROLLER_OPTIONS, new ConfigParams());
  private persistence: ISessionsPersistence | undefined;
  private logic: SessionsLogic | undefined;
  private sweeper: SessionsSweeper | undefined;

  constructor(private readonly clock: Clock = systemClock) {}

  configure(config: ConfigParams): void {
    this.options = readOptions(COMPONENT, CONTROLLER_OPTIONS, config);
  }

  setReferences(references: IReferences): void {
    this.logger.setReferences(references);
    const store = Descriptor.fromString(this.options['dependencies.persistence']);
    this.persistence = references.getOneRequired<ISessionsPersistence>(store);
    this.logic = new SessionsLogic(this.persistence, this.clock, readSettings(this.options), this.events);
  }

  isOpen(): boolean {
    return this.sweeper !== undefined;
  }

  /** The store has to be open. */
  async open(correlationId: string | null): Promise<void> {
    if (this.isOpen()) return;
    const logic = this.connected(correlationId);
    await logic.completeOlder(correlationId);
    this.sweeper = new SessionsSweeper(
      this.options['options.cleanup_interval'],
      () => logic.closeExpiredSessions(correlationId, () => !this.isOpen()),
      (error) =>
        this.logger.error(correlationId ?? '', error as Error, 'The clean-up failed; the next one tries again'),
    );
    this.sweeper.start();
  }

  async close(_correlationId: string | null): Promise<void> {
    const { sweeper } = this;
    this.sweeper = undefined;
    await sweeper?.stop();
  }

  getCommandSet(): CommandSet {
    return this.commands;
  }

  addListener(listener: SessionEventListenerV1): void {
    this.events.add(listener);
  }

  removeListener(listener: SessionEventListenerV1): void {
    this.events.remove(listener);
  }

  perform(operation: SessionOperation, correlationId: string | null, args: unknown): Promise<SessionAnswer> {
    // Not an async function: this is on the path of every request, and each one in between costs turns of the queue.
    try {
      return operation.run(this.connected(correlationId), correlationId, operation.check(correlationId, args) as never);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getSessions(correlationId: string | null, filter: FilterV1, paging: PagingV1): Promise<DataPage<SessionV1>> {
    return pageValue(await this.connected(correlationId).getSessions(correlationId, filter, paging));
  }

  getSessionById(correlationId: string | null, sessionId: string) {
    return this.session(OPERATIONS.get_session_by_id, correlationId, { session_id: sessionId });
  }

  /** Inside the process a session may bring its id, of any shape that can be looked up. */
  async openSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionV1> {
    OPERATIONS.open_session.check(correlationId, session);
    return (await this.connected(correlationId).openSession(correlationId, session)).toSession();
  }

  async openBoundSession(correlationId: string | null, session: OpenSessionV1): Promise<SessionV1> {
    return (await this.session(IN_PROCESS.open_bound_session, correlationId, session)) as SessionV1;
  }

  validateSession(correlationId: string | null, sessionId: string, userId: string | null = null) {
    return this.session(OPERATIONS.validate_session, correlationId, { session_id: sessionId, user_id: userId });
  }

  storeSessionData(correlationId: string | null, sessionId: string, data: JsonValue, options: StoreOptionsV1 = {}) {
    return this.session(OPERATIONS.store_session_data, correlationId, { ...options, session_id: sessionId, data });
  }

  patchSessionData(correlationId: string | null, sessionId: string, data: JsonValue, version: number | null = null) {
    return this.session(OPERATIONS.patch_session_data, correlationId, { session_id: sessionId, data, version });
  }

  updateSessionUser(
    correlationId: string | null,
    sessionId: string,
    user: JsonValue,
    options: UpdateUserOptionsV1 = {},
  ) {
    return this.session(OPERATIONS.update_session_user, correlationId, { ...options, session_id: sessionId, user });
  }

  closeSession(correlationId: string | null, sessionId: string) {
    return this.session(OPERATIONS.close_session, correlationId, { session_id: sessionId });
  }

  async closeSessions(correlationId: string | null, filter: FilterV1, exceptSessionId: string | null = null) {
    const given = { except_session_id: exceptSessionId };
    OPERATIONS.close_sessions.check(correlationId, given);
    return this.connected(correlationId).closeSessions(correlationId, filter, exceptSessionId);
  }

  async closeExpiredSessions(correlationId: string | null) {
    return this.connected(correlationId).closeExpiredSessions(correlationId);
  }

  deleteSessionById(correlationId: string | null, sessionId: string) {
    return this.session(OPERATIONS.delete_session_by_id, correlationId, { session_id: sessionId });
  }

  async countSessions(correlationId: string | null): Promise<number> {
    return this.store(correlationId).count(correlationId);
  }

  async checkPersistence(correlationId: string | null): Promise<void> {
    return this.store(correlationId).check(correlationId);
  }

  private async session(
    operation: SessionOperation,
    correlationId: string | null,
    args: object,
  ): Promise<SessionV1 | null> {
    const answer = await this.perform(operation, correlationId, args);
    return (answer as SessionRecord | null)?.toSession() ?? null;
  }

  private connected(correlationId: string | null): SessionsLogic {
    if (this.logic !== undefined) return this.logic;
    throw new InvalidStateException(
      correlationId ?? '',
      'NO_PERSISTENCE',
      'The controller has no store: set its references',
    );
  }

  private store(correlationId: string | null): ISessionsPersistence {
    this.connected(correlationId);
    return this.persistence as ISessionsPersistence;
  }
}
