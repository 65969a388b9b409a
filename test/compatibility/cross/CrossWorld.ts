import { SessionsHttpClientV1 } from 'service-sessions-client';
import type { SessionEventV1 } from '../../../src/data/version1/SessionEventV1.js';
import type { SessionStorage } from '../../../src/embedded/SessionStorage.js';
import { createSessionStorage } from '../../../src/embedded/session-storage.js';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import { SessionsCgiHttpService } from '../../../src/services/legacy/cgi/SessionsCgiHttpService.js';
import { SessionsCommandableHttpServiceV1 } from '../../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import type { ApiStore } from '../../support/ApiStores.js';
import { CgiCaller } from '../../support/CgiCaller.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { ServedController } from '../../support/ServedController.js';

const HOUR = 3_600_000;
/** So that all sessions have a deadline, those of the scripts too. */
const LONGEST_LIFE = 24 * 30 * HOUR;

/** All of the older systems over one controller. */
export class CrossWorld {
  readonly events: SessionEventV1[] = [];
  readonly cgi: CgiCaller;
  /** In the process, and over HTTP. */
  readonly storages: { controller: SessionStorage; client: SessionStorage };
  private users = 0;

  private constructor(
    private readonly store: ApiStore,
    readonly clock: FakeClock,
    readonly controller: SessionsController,
    private readonly served: ServedController,
    private readonly client: SessionsHttpClientV1,
  ) {
    controller.addListener((event) => this.events.push(event));
    this.cgi = new CgiCaller(() => served);
    this.storages = {
      controller: createSessionStorage(controller, {}, clock),
      client: createSessionStorage(client, {}, clock),
    };
  }

  static async start(store: ApiStore): Promise<CrossWorld> {
    const clock = new FakeClock();
    const options = { max_lifetime: LONGEST_LIFE, retention: 0 };
    const controller = await openController(await store.open(), options, clock);
    const served = await ServedController.start(controller, [
      [new SessionsCommandableHttpServiceV1()],
      [new SessionsCgiHttpService()],
    ]);
    const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: served.port } });
    return new CrossWorld(store, clock, controller, served, client);
  }

  get url(): string {
    return this.served.url;
  }

  /** A user who has no sessions yet. */
  newUser(): string {
    this.users++;
    return `user ${this.users}`;
  }

  /** Why a session has ended, as often as it was told. */
  endingsOf(id: string): string[] {
    const told = this.events.filter(({ type, session_id }) => type === 'session_closed' && session_id === id);
    return told.map(({ reason = '' }) => reason);
  }

  async stop(): Promise<void> {
    await this.client.close(null);
    await this.served.close();
    await this.controller.close(null);
    await this.store.remove();
  }
}
