import { SessionsHttpClientV1 } from 'service-sessions-client';
import type { SessionEventV1 } from '../../../src/data/version1/SessionEventV1.js';
import type { SessionStorage } from '../../../src/embedded/SessionStorage.js';
import { createSessionStorage } from '../../../src/embedded/session-storage.js';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import { SessionsCgiHttpService } from '../../../src/services/legacy/cgi/SessionsCgiHttpService.js';
import { SessionsSessmanHttpService } from '../../../src/services/legacy/sessman/SessionsSessmanHttpService.js';
import { SessionsSocketIoService } from '../../../src/services/push/SessionsSocketIoService.js';
import { SessionsCommandableHttpServiceV1 } from '../../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import type { ApiStore } from '../../support/ApiStores.js';
import { CgiCaller } from '../../support/CgiCaller.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { ManualTimers } from '../../support/ManualTimers.js';
import { ServedController } from '../../support/ServedController.js';
import { SessmanCaller } from '../../support/SessmanCaller.js';
import { Watcher } from './Watcher.js';

const HOUR = 3_600_000;
/** So that all sessions have a deadline, those of the scripts too. */
export const LONGEST_LIFE = 24 * 30 * HOUR;

/** All of the older systems over one controller. */
export class CrossWorld {
  readonly events: SessionEventV1[] = [];
  readonly cgi: CgiCaller;
  readonly sessman: SessmanCaller;
  /** In the process, and over HTTP. */
  readonly storages: { controller: SessionStorage; client: SessionStorage };
  private readonly watchers = new Map<string, Watcher>();
  private users = 0;

  private constructor(
    private readonly store: ApiStore,
    readonly clock: FakeClock,
    readonly controller: SessionsController,
    private readonly served: ServedController,
    private readonly client: SessionsHttpClientV1,
    private readonly timers: ManualTimers,
  ) {
    controller.addListener((event) => this.events.push(event));
    this.cgi = new CgiCaller(() => served);
    this.sessman = new SessmanCaller(() => served);
    this.storages = {
      controller: createSessionStorage(controller, {}, clock),
      client: createSessionStorage(client, {}, clock),
    };
  }

  static async start(store: ApiStore): Promise<CrossWorld> {
    const clock = new FakeClock();
    const options = { max_lifetime: LONGEST_LIFE, retention: 0 };
    const controller = await openController(await store.open(), options, clock);
    const timers = new ManualTimers();
    const served = await ServedController.start(controller, [
      [new SessionsCommandableHttpServiceV1()],
      [new SessionsSessmanHttpService()],
      [new SessionsCgiHttpService()],
      [new SessionsSocketIoService(clock, timers)],
    ]);
    const client = new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: served.port } });
    return new CrossWorld(store, clock, controller, served, client, timers);
  }

  get url(): string {
    return this.served.url;
  }

  /** A user who has no sessions yet. */
  newUser(): string {
    this.users++;
    return `user ${this.users}`;
  }

  /** The front end that has joined a session; connects one at first. */
  async watcherOf({ id, user_id }: { id: string; user_id: string }): Promise<Watcher> {
    const known = this.watchers.get(id);
    if (known !== undefined) return known;
    const watcher = await Watcher.connect(this.url);
    this.watchers.set(id, watcher);
    if (!(await watcher.join(id, user_id))) throw new Error('A good session was not joined');
    return watcher;
  }

  /** Lets the front ends go that have joined sessions. */
  dismissWatchers(): void {
    for (const watcher of this.watchers.values()) watcher.disconnect();
    this.watchers.clear();
  }

  /** Moves on to an instant; what was to happen by then happens. */
  advanceTo(time: number): void {
    this.clock.advanceTo(time);
    this.timers.run();
  }

  /** Why a session has ended, as often as it was told. */
  endingsOf(id: string): string[] {
    const told = this.events.filter(({ type, session_id }) => type === 'session_closed' && session_id === id);
    return told.map(({ reason = '' }) => reason);
  }

  async stop(): Promise<void> {
    this.dismissWatchers();
    await this.client.close(null);
    await this.served.close();
    await this.controller.close(null);
    await this.store.remove();
  }
}
