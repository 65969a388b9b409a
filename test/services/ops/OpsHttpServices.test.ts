import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { ContextInfo } from 'pip-services3-components-nodex';
import { sessionError } from '../../../src/data/version1/SessionErrorsV1.js';
import { SessionsController } from '../../../src/logic/SessionsController.js';
import type { HttpService } from '../../../src/services/http/HttpService.js';
import { HeartbeatHttpService } from '../../../src/services/ops/HeartbeatHttpService.js';
import { StatusHttpService } from '../../../src/services/ops/StatusHttpService.js';
import { SwaggerHttpService } from '../../../src/services/ops/SwaggerHttpService.js';
import { SessionsCommandableHttpServiceV1 } from '../../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import { FakeClock } from '../../support/FakeClock.js';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

/** A controller whose store answers or not. */
class SwitchedController extends SessionsController {
  available = true;

  override async checkPersistence(correlationId: string | null): Promise<void> {
    if (!this.available) throw sessionError(correlationId, 'PERSISTENCE_UNAVAILABLE');
  }
}

describe('For operators, the service', () => {
  const clock = new FakeClock();
  const controller = new SwitchedController();
  const context = new ContextInfo('sessions-test', 'A test');
  const commandable = new SessionsCommandableHttpServiceV1();
  let server: HttpTestEndpoint;

  const parts = (): [string, unknown][] => [
    ['pip-services:context-info:default:default:1.0', context],
    ['service-sessions:controller:default:default:1.0', controller],
    ['pip-services:endpoint:http:default:1.0', server.endpoint],
    ['service-sessions:service:commandable-http:default:1.0', commandable],
  ];

  function connect(
    service: HttpService | SessionsCommandableHttpServiceV1,
    options: Record<string, unknown> = {},
  ): void {
    service.configure(ConfigParams.fromValue(options));
    service.setReferences(
      new References(parts().flatMap(([descriptor, part]) => [Descriptor.fromString(descriptor), part])),
    );
  }

  before(async () => {
    context.startTime = new Date(clock.now() - 5000);
    server = new HttpTestEndpoint({ 'options.max_in_flight': 1 });
    connect(commandable);
    connect(new HeartbeatHttpService(clock));
    connect(new StatusHttpService(clock));
    connect(new SwaggerHttpService());
    await server.open();
  });
  after(() => server.close());
  afterEach(() => {
    controller.available = true;
  });

  it('answers the time as a JSON string while it lives, under any load', async () => {
    const held = server.hold('/held');
    const answer = server.fetch('/held');
    await held.come(1);
    const reply = await server.fetch('/heartbeat');
    expect(reply.status).to.equal(200);
    expect(reply.headers.get('content-type')).to.equal('application/json');
    expect(reply.headers.get('cache-control')).to.equal('no-store');
    expect(await reply.text()).to.equal(JSON.stringify(new Date(clock.now())));
    held.answerAll();
    await answer;
  });

  it('is ready while its store answers', async () => {
    expect((await server.fetch('/ready')).status).to.equal(200);
    controller.available = false;
    const reply = await server.fetch('/ready');
    expect(reply.status).to.equal(503);
    expect(reply.headers.get('retry-after')).to.equal('1');
    expect(await reply.json()).to.include({ code: 'PERSISTENCE_UNAVAILABLE', category: 'NoResponse' });
  });

  it('says what it is, what it consists of and whether its store answers', async () => {
    const status = (await (await server.fetch('/status')).json()) as Record<string, unknown>;
    expect(status).to.deep.equal({
      id: context.contextId,
      name: 'sessions-test',
      description: 'A test',
      start_time: new Date(clock.now() - 5000).toISOString(),
      current_time: new Date(clock.now()).toISOString(),
      uptime: 5000,
      properties: {},
      components: parts().map(([descriptor]) => descriptor),
      persistence: 'available',
    });
    controller.available = false;
    expect(await (await server.fetch('/status')).json()).to.include({ persistence: 'unavailable' });
  });

  it('shows its API on a page whose files are all its own', async () => {
    for (const path of ['/swagger', '/swagger/', '/swagger/index.html']) {
      const reply = await server.fetch(path);
      expect(reply.status, path).to.equal(200);
      expect(reply.headers.get('content-type'), path).to.equal('text/html; charset=utf-8');
      expect(reply.headers.get('content-security-policy'), path).to.match(/^default-src 'none'; script-src 'self';/);
      const files = [...(await reply.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file));
      expect(files.length, path).to.equal(5);
      for (const file of files) {
        const answer = await server.fetch(file);
        expect(answer.status, file).to.equal(200);
        expect(answer.headers.get('content-type'), file).to.match(
          /^(text\/(css|javascript); charset=utf-8|image\/png)$/,
        );
        expect(answer.headers.get('x-content-type-options'), file).to.equal('nosniff');
        expect((await answer.arrayBuffer()).byteLength, file).to.be.above(100);
      }
    }
  });

  it('lists the documents of all services on that page', async () => {
    const script = await (await server.fetch('/swagger/swagger-initializer.js')).text();
    expect(script).to.include('const documents = [{"name":"Sessions","path":"/v1/sessions/swagger"}];');
    expect((await server.fetch('/v1/sessions/swagger')).status).to.equal(200);
  });

  it('serves nothing else from there', async () => {
    for (const name of [
      'package.json',
      '..%2fpackage.json',
      '%2e%2e/package.json',
      'swagger-ui.js',
      'absolute-path.js',
      '.',
      'x%00',
    ]) {
      const connection = await server.connect();
      await connection.exchange(`GET /swagger/${name} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(connection.statuses, name).to.deep.equal([404]);
    }
  });

  it('may have all of them elsewhere and on endpoints of their own', async () => {
    const own = { connection: { host: '127.0.0.1', port: 0 }, base_route: 'ops' };
    const heartbeat = new HeartbeatHttpService();
    connect(heartbeat, { ...own, route: 'alive' });
    const swagger = new SwaggerHttpService();
    connect(swagger, own);
    await heartbeat.open(null);
    await swagger.open(null);
    expect((await fetch(`${heartbeat.endpoint.address()}/ops/alive`)).status).to.equal(200);
    expect((await fetch(`${heartbeat.endpoint.address()}/ops/ready`)).status).to.equal(200);
    const script = await (await fetch(`${swagger.endpoint.address()}/ops/swagger-initializer.js`)).text();
    expect(script).to.include(`"protocol":"http:","port":"${server.port}"`);
    await heartbeat.close(null);
    await swagger.close(null);
  });
});
