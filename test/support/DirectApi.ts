import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { ISessionsController } from '../../src/logic/ISessionsController.js';
import { SessionsController } from '../../src/logic/SessionsController.js';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import { ApiFault, type ApiUnderTest, type ControllerOptions, type RunningApi } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import type { FakeClock } from './FakeClock.js';

/** A controller over an open store, open itself. */
export async function openController(
  persistence: ISessionsPersistence,
  options: ControllerOptions,
  clock: FakeClock,
): Promise<SessionsController> {
  const controller = new SessionsController(clock);
  const given = Object.entries({ cleanup_interval: 0, ...options });
  controller.configure(ConfigParams.fromTuples(...given.flatMap(([key, value]) => [`options.${key}`, value])));
  const store = new Descriptor('service-sessions', 'persistence', 'any', 'default', '1.0');
  controller.setReferences(References.fromTuples(store, persistence));
  await controller.open(null);
  return controller;
}

/** The controller itself, called as code in its process calls it. */
export function directApi(store: () => ApiStore): ApiUnderTest {
  return {
    isInProcess: true,
    async start(options, clock) {
      const api = new DirectApi(store(), clock);
      await api.open(options);
      return api;
    },
  };
}

class DirectApi implements RunningApi {
  readonly events: SessionEventV1[] = [];
  private controller!: SessionsController;

  constructor(
    private readonly store: ApiStore,
    private readonly clock: FakeClock,
  ) {}

  async open(options: ControllerOptions): Promise<void> {
    this.controller = await openController(await this.store.open(), options, this.clock);
    this.controller.addListener((event) => this.events.push(event));
  }

  async callText(operation: string, json: string, correlationId: string | null): Promise<unknown> {
    try {
      const answer = await METHODS[operation]?.(this.controller, correlationId, JSON.parse(json));
      return onTheWire(answer);
    } catch (error) {
      const { code, status, category, message, name, details, correlation_id } = error as ApiFault['description'];
      throw new ApiFault({ code, status, category, message, name, details, correlation_id });
    }
  }

  async restart(options: ControllerOptions): Promise<void> {
    await this.controller.close(null);
    await this.store.close();
    await this.open(options);
  }

  async stop(): Promise<void> {
    await this.controller.close(null);
    await this.store.remove();
  }
}

/** What JSON makes of an answer: a copy with times as texts. JSON.stringify alone would lose the sign of -0. */
export function onTheWire(answer: unknown): unknown {
  const marked = JSON.stringify(answer, (_, value) => (Object.is(value, -0) ? NEGATIVE_ZERO : value));
  return JSON.parse(marked, (_, value) => (value === NEGATIVE_ZERO ? -0 : value));
}

const NEGATIVE_ZERO = 'the number -0';

type Method = (
  controller: ISessionsController,
  correlationId: string | null,
  args: Record<string, never>,
) => Promise<unknown>;

/** The methods with the arguments that the operations have by name; `never`, since tests give wrong ones too. */
const METHODS: Record<string, Method> = {
  get_sessions: (c, id, { filter, paging }) => c.getSessions(id, filter as never, paging as never),
  get_session_by_id: (c, id, { session_id }) => c.getSessionById(id, session_id as never),
  open_session: (c, id, session) => c.openSession(id, session as never),
  validate_session: (c, id, { session_id, user_id }) => c.validateSession(id, session_id as never, user_id),
  store_session_data: (c, id, { session_id, data, ...options }) =>
    c.storeSessionData(id, session_id as never, data as never, options),
  patch_session_data: (c, id, { session_id, data, version }) =>
    c.patchSessionData(id, session_id as never, data as never, version),
  update_session_user: (c, id, { session_id, user, ...options }) =>
    c.updateSessionUser(id, session_id as never, user as never, options),
  close_session: (c, id, { session_id }) => c.closeSession(id, session_id as never),
  close_sessions: (c, id, { filter, except_session_id }) => c.closeSessions(id, filter as never, except_session_id),
  close_expired_sessions: (c, id) => c.closeExpiredSessions(id),
  delete_session_by_id: (c, id, { session_id }) => c.deleteSessionById(id, session_id as never),
};
