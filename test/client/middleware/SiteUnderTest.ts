import { SessionsHttpClientV1 } from 'service-sessions-client';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import { memoryStore } from '../../support/ApiStores.js';
import { type CommandableHttpServer, serveCommandableHttp } from '../../support/CommandableHttpApi.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { Browser } from './Browser.js';
import { type WatchedClient, watched } from './WatchedClient.js';
import type { Route, WebApp, WebAppOptions, WebFramework } from './WebApp.js';

/** What the tests' applications do, each route one member of RequestSession. */
export const ROUTES: Record<string, Route> = {
  'GET /me': async ({ session: { active, id, userId, user, data, version } }) => ({
    ...{ active, id, userId, user, data, version },
  }),
  'POST /login': async ({ session, body }) => ({ id: (await session.regenerate(body as { user_id: string })).id }),
  'POST /save': async ({ session, body }) => session.save(body['data'] as object as never, body['options'] as object),
  'POST /patch': async ({ session, body }) => session.patch(body['data'] as never),
  'POST /user': async ({ session, body }) => session.updateUser(body['user'] as never, body['options'] as object),
  'POST /count': async ({ session }) =>
    session.change((data) => ({ count: Number((data as { count?: number } | undefined)?.count ?? 0) + 1 })),
  'POST /reload': async ({ session }) => session.reload(),
  'POST /logout': async ({ session }) => session.close(),
  'POST /logout-others': async ({ session }) => ({ closed: await session.closeOthers() }),
  'POST /logout-everywhere': async ({ session }) => ({ closed: await session.closeAll() }),
  'GET /inner': async ({ session: { active } }) => ({ active }),
};

/** Applications over the real service, which they ask over HTTP. */
export class SiteUnderTest {
  readonly clock: FakeClock;
  /** Goes past what is watched. */
  readonly client: SessionsHttpClientV1;
  readonly watch: WatchedClient;
  private readonly apps: WebApp[] = [];

  private constructor(
    private readonly controller: SessionsController,
    private readonly server: CommandableHttpServer,
    private readonly framework: WebFramework,
    clock: FakeClock,
  ) {
    this.clock = clock;
    this.client = this.another();
    this.watch = watched(this.client);
  }

  static async open(framework: WebFramework): Promise<SiteUnderTest> {
    const clock = new FakeClock();
    const controller = await openController(await memoryStore().open(), {}, clock);
    return new SiteUnderTest(controller, await serveCommandableHttp(controller), framework, clock);
  }

  /** An application and a browser on it. */
  async serve(options: Partial<WebAppOptions> = {}, routes: Record<string, Route> = {}): Promise<Browser> {
    const app = await this.framework.serve({ client: this.watch.client, ...options }, { ...ROUTES, ...routes });
    this.apps.push(app);
    return new Browser(app.url);
  }

  /** A client of another process, with these options. */
  another(options: object = {}): SessionsHttpClientV1 {
    return new SessionsHttpClientV1({ connection: { host: '127.0.0.1', port: this.server.port }, options });
  }

  /** The id of a session that was opened past the applications. */
  async opened(user_id: string, data: Record<string, number> = {}): Promise<string> {
    return (await this.client.openSession(null, { user_id, data })).id;
  }

  async isValid(id: unknown): Promise<boolean> {
    return (await this.client.validateSession(null, id as string)) !== null;
  }

  /** From now on nothing answers at the address of the service. */
  endService(): Promise<void> {
    return this.server.close();
  }

  async close(): Promise<void> {
    for (const app of this.apps) await app.close();
    await this.client.close();
    await this.server.close();
    await this.controller.close(null);
  }
}

/** For each test of the suite that this is called in: a site of its own. */
export function siteUnderTest(framework: WebFramework): () => SiteUnderTest {
  let site: SiteUnderTest;
  beforeEach(async () => {
    site = await SiteUnderTest.open(framework);
  });
  afterEach(() => site.close());
  return () => site;
}
