import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { SESSION_OPERATIONS } from '../../../src/logic/SessionOperations.js';
import { SessionsController } from '../../../src/logic/SessionsController.js';
import { SessionsMemoryPersistence } from '../../../src/persistence/memory/SessionsMemoryPersistence.js';
import { SessionsCommandableHttpServiceV1 } from '../../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

describe('The commandable HTTP service', () => {
  const persistence = new SessionsMemoryPersistence();
  const controller = new SessionsController();
  let server: HttpTestEndpoint;

  function references(endpoint?: HttpTestEndpoint): References {
    return References.fromTuples(
      new Descriptor('service-sessions', 'persistence', 'memory', 'default', '1.0'),
      persistence,
      new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
      controller,
      ...(endpoint ? [new Descriptor('pip-services', 'endpoint', 'http', 'default', '1.0'), endpoint.endpoint] : []),
    );
  }

  function serviceWith(
    options: Record<string, unknown>,
    endpoint?: HttpTestEndpoint,
  ): SessionsCommandableHttpServiceV1 {
    const service = new SessionsCommandableHttpServiceV1();
    service.configure(ConfigParams.fromValue(options));
    service.setReferences(references(endpoint));
    return service;
  }

  before(async () => {
    controller.setReferences(references());
    await persistence.open(null);
    await controller.open(null);
    server = new HttpTestEndpoint();
    serviceWith({}, server);
    await server.open();
  });
  after(async () => {
    await server.close();
    await controller.close(null);
    await persistence.close(null);
  });

  const call = (operation: string, args: unknown = {}): Promise<Response> =>
    server.send(`/v1/sessions/${operation}`, JSON.stringify(args));

  it('answers 200 with the session, 204 with nothing for null, and counts as bare numbers', async () => {
    const opened = await call('open_session', { user_id: 'ann', data: 'a plain string', user: null });
    expect(opened.status).to.equal(200);
    const session = (await opened.json()) as Record<string, unknown>;
    expect(session).to.include({ user_id: 'ann', active: true, data: 'a plain string', user: null, version: 0 });
    const none = await call('get_session_by_id', { session_id: 'nobody' });
    expect(none.status).to.equal(204);
    expect(await none.text()).to.equal('');
    const ended = await call('close_sessions', { filter: { user_id: 'ann' } });
    expect(await ended.text()).to.equal('1');
    const expired = await call('close_expired_sessions');
    expect(expired.status).to.equal(200);
    expect(await expired.text()).to.equal('0');
  });

  it('answers lists as total and data', async () => {
    const page = await call('get_sessions', {
      filter: { user_id: 'nobody', active: 'true' },
      paging: { skip: null, take: null, total: true },
    });
    expect(await page.json()).to.deep.equal({ total: 0, data: [] });
    const all = await call('get_sessions', { filter: null, paging: null, of_a_later_version: 1 });
    expect(await all.json()).to.have.property('total', null);
  });

  it('answers what the controller refuses with the field and the correlation id', async () => {
    const reply = await server.send('/v1/sessions/get_session_by_id?correlation_id=c1', '{"session_id":5}', {
      correlation_id: 'c2',
    });
    expect(reply.status).to.equal(400);
    expect(await reply.json()).to.deep.include({
      code: 'INVALID_DATA',
      category: 'BadRequest',
      details: { field: 'session_id' },
      correlation_id: 'c1',
    });
    const byHeader = await server.send('/v1/sessions/get_session_by_id', '{}', { correlation_id: 'c2' });
    expect(await byHeader.json()).to.include({ correlation_id: 'c2' });
  });

  it('serves every operation of the table and no other', async () => {
    for (const { name } of SESSION_OPERATIONS) {
      const reply = await server.fetch(`/v1/sessions/${name}`);
      expect(reply.status, name).to.equal(405);
      expect(reply.headers.get('allow'), name).to.equal('POST, OPTIONS');
    }
    for (const name of ['', 'unknown', 'toString', '__proto__', 'OPEN_SESSION', 'open_session/x']) {
      const reply = await call(name);
      expect(reply.status, name).to.equal(404);
      expect(await reply.json(), name).to.include({ code: 'NOT_FOUND' });
    }
  });

  it('describes every operation in its OpenAPI document', async () => {
    const reply = await server.fetch('/v1/sessions/swagger');
    expect(reply.headers.get('content-type')).to.equal('application/json');
    const document = (await reply.json()) as {
      openapi: string;
      paths: Record<string, { post: Record<string, object> }>;
    };
    expect(document.openapi).to.equal('3.1.0');
    expect(Object.keys(document.paths)).to.deep.equal(SESSION_OPERATIONS.map(({ name }) => `/v1/sessions/${name}`));
    for (const { name, summary, answer } of SESSION_OPERATIONS) {
      const { post } = document.paths[`/v1/sessions/${name}`] ?? {};
      expect(post, name).to.include({ operationId: name, summary });
      const statuses = [
        '200',
        ...(answer === 'session' ? ['204'] : []),
        '400',
        '404',
        '405',
        '409',
        '413',
        '415',
        '500',
        '503',
      ];
      expect(Object.keys(post?.['responses'] ?? {}), name).to.have.members(statuses);
    }
    expect(
      JSON.stringify(document)
        .match(/"\$ref":"([^"]+)"/g)
        ?.every((ref) => /schemas\/(Session|SessionPage|Error)"$/.test(ref)),
    ).to.equal(true);
  });

  it('may be served elsewhere, without its document, by another controller', async () => {
    const own = new HttpTestEndpoint();
    const options = {
      base_route: '/api/',
      swagger: { enable: 'false', auto: 'true' },
      dependencies: { controller: 'service-sessions:controller:*:default:1.0', swagger: 'a:b:c:d:1.0' },
    };
    const service = serviceWith(options, own);
    expect(service.documents()).to.deep.equal([]);
    await own.open();
    expect((await own.send('/api/close_expired_sessions', '')).status).to.equal(200);
    expect((await own.fetch('/api/swagger')).status).to.equal(404);
    await own.close();
  });

  it('opens and closes an endpoint of its own where it has a connection, shared one or not', async () => {
    const shared = new HttpTestEndpoint();
    const service = serviceWith({ connection: { host: '127.0.0.1', port: 0 }, 'options.body_limit': 5 }, shared);
    await service.open(null);
    const address = service.endpoint.address();
    expect(service.endpoint).not.to.equal(shared.endpoint);
    const post = (body: string) =>
      fetch(`${address}/v1/sessions/close_expired_sessions`, { method: 'POST', body: new TextEncoder().encode(body) });
    expect((await post('{}')).status).to.equal(200);
    expect((await post('{"a":1}')).status).to.equal(413);
    await service.close(null);
    expect(service.endpoint.isOpen()).to.equal(false);
  });

  it('shares the endpoint where its connection is empty', () => {
    const shared = new HttpTestEndpoint();
    expect(serviceWith({ connection: { host: '', port: null } }, shared).endpoint).to.equal(shared.endpoint);
  });

  it('has an endpoint of its own where none is shared', () => {
    expect(serviceWith({}).endpoint.address()).to.equal('http://0.0.0.0:8080');
  });

  it('names itself where its configuration is wrong', () => {
    const message = /^service-sessions:service:commandable-http: .*swagger.enabled/;
    expect(() => serviceWith({ swagger: { enabled: true } }, server)).to.throw(message);
  });
});
