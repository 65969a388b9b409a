import { expect } from 'chai';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { SESSION_OPERATIONS, type SessionOperation } from '../../../../src/logic/SessionOperations.js';
import { HttpEndpoint } from '../../../../src/services/http/HttpEndpoint.js';
import type { HttpRoute } from '../../../../src/services/http/HttpRoutes.js';
import { restCalls } from '../../../../src/services/version1/rest/RestCalls.js';
import { SessionsCommandableHttpServiceV1 } from '../../../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import { SessionsRestServiceV1 } from '../../../../src/services/version1/SessionsRestServiceV1.js';
import { restService } from '../../../support/RestService.js';

/** Keeps what is served on it. */
class ListedEndpoint extends HttpEndpoint {
  readonly list: string[] = [];

  override addRoute(route: HttpRoute): void {
    super.addRoute(route);
    this.list.push(`${route.method} ${route.path}`);
  }
}

const COMMANDABLE = [
  'POST /v1/sessions/get_sessions',
  'POST /v1/sessions/get_session_by_id',
  'POST /v1/sessions/open_session',
  'POST /v1/sessions/validate_session',
  'POST /v1/sessions/store_session_data',
  'POST /v1/sessions/patch_session_data',
  'POST /v1/sessions/update_session_user',
  'POST /v1/sessions/close_session',
  'POST /v1/sessions/close_sessions',
  'POST /v1/sessions/close_expired_sessions',
  'POST /v1/sessions/delete_session_by_id',
  'GET /v1/sessions/swagger',
];

const REST = [
  'GET /v1/sessions',
  'GET /v1/sessions/:session_id',
  'POST /v1/sessions',
  'POST /v1/sessions/:session_id/validate',
  'PUT /v1/sessions/:session_id/data',
  'PATCH /v1/sessions/:session_id/data',
  'PUT /v1/sessions/:session_id/user',
  'POST /v1/sessions/:session_id/close',
  'POST /v1/sessions/close',
  'POST /v1/sessions/close-expired-sessions',
  'DELETE /v1/sessions/:session_id',
  'GET /v1/sessions/openapi.json',
];

function routesOf(...services: (SessionsRestServiceV1 | SessionsCommandableHttpServiceV1)[]): string[] {
  const endpoint = new ListedEndpoint();
  const references = References.fromTuples(
    Descriptor.fromString('service-sessions:controller:default:default:1.0'),
    {},
    Descriptor.fromString('pip-services:endpoint:http:default:1.0'),
    endpoint,
  );
  for (const service of services) service.setReferences(references);
  return endpoint.list;
}

function restWith(options: object): SessionsRestServiceV1 {
  const service = new SessionsRestServiceV1();
  service.configure(ConfigParams.fromValue(options));
  return service;
}

describe('REST and commandable HTTP on one endpoint', () => {
  const service = restService({ accept_ids: true });

  it('have exactly these routes, whichever comes first', () => {
    const rest = new SessionsRestServiceV1();
    expect(routesOf(new SessionsCommandableHttpServiceV1(), rest)).to.have.members([...COMMANDABLE, ...REST]);
    const first = routesOf(new SessionsRestServiceV1(), new SessionsCommandableHttpServiceV1());
    expect(first).to.have.members([...COMMANDABLE, ...REST]);
  });

  it('close one session, those of a user, and those that have expired at paths of their own', async () => {
    const [id, other] = [await service.open(), await service.open({ user_id: 'bob' })];
    const commanded = await service.call('POST', '/close_session', { session_id: id });
    expect(commanded.body).to.include({ id, close_reason: 'closed' });
    expect((await service.call('POST', '/close', { filter: { user_id: 'bob' } })).text).to.equal('1');
    expect((await service.call('GET', `/${other}`)).body).to.include({ close_reason: 'revoked' });
    expect((await service.call('POST', '/close_sessions', { filter: { user_id: 'bob' } })).text).to.equal('0');
    expect((await service.call('POST', '/close-expired-sessions')).text).to.equal('0');
    expect((await service.call('POST', '/close_expired_sessions', {})).text).to.equal('0');
  });

  it('find a session whose id is the name of an operation', async () => {
    for (const session_id of ['close_expired_sessions', 'close-expired-sessions', 'update_session_user-1']) {
      expect((await service.call('POST', '', { user_id: 'ann', session_id })).status).to.equal(201);
      expect((await service.call('GET', `/${session_id}`)).body, session_id).to.include({ id: session_id });
      expect((await service.call('PUT', `/${session_id}/data`, 1)).body).to.include({ version: 1 });
      expect((await service.call('POST', `/${session_id}/close`)).body).to.include({ close_reason: 'closed' });
      expect((await service.call('DELETE', `/${session_id}`)).body).to.include({ id: session_id });
    }
    expect((await service.call('GET', '/close')).body).to.include({
      code: 'NOT_FOUND',
      message: 'There is no such session',
    });
  });

  it('say which methods a path takes, and let pages of other origins use them with conditions', async () => {
    const id = await service.open();
    for (const [path, methods] of [
      ['', 'GET, POST, OPTIONS, HEAD'],
      [`/${id}`, 'GET, DELETE, OPTIONS, HEAD'],
      [`/${id}/data`, 'PUT, PATCH, OPTIONS'],
      [`/${id}/user`, 'PUT, OPTIONS'],
      ['/close', 'POST, GET, DELETE, OPTIONS, HEAD'],
      ['/open_session', 'POST, GET, DELETE, OPTIONS, HEAD'],
      ['/openapi.json', 'GET, DELETE, OPTIONS, HEAD'],
    ] as const) {
      const preflight = await service.call('OPTIONS', path);
      expect(preflight.status).to.equal(204);
      expect(preflight.headers.allow, path).to.equal(methods);
      expect(preflight.headers['access-control-allow-methods'], path).to.equal(methods);
      expect(preflight.headers['access-control-allow-headers']).to.equal(
        'content-type, correlation_id, if-match, if-none-match',
      );
      const { status, headers, body } = await service.call('TRACE', path);
      expect({ status, allow: headers.allow, code: body?.['code'] }).to.deep.equal({
        status: 405,
        allow: methods,
        code: 'METHOD_NOT_ALLOWED',
      });
    }
  });

  it('answer HEAD with the headers of GET and nothing else', async () => {
    const id = await service.open({ data: 'x' });
    for (const path of ['', `/${id}`, '/nobody', '/openapi.json', '?take=1']) {
      const [get, head] = [await service.call('GET', path), await service.call('HEAD', path)];
      expect(head.text).to.equal('');
      const { date: _, ...headers } = get.headers;
      expect({ status: head.status, ...head.headers }, path).to.deep.include({ status: get.status, ...headers });
    }
  });
});

describe('The REST service', () => {
  const both = restService();

  it('may be served elsewhere, without its document', () => {
    const routes = routesOf(restWith({ base_route: '/api/', openapi: { enable: 'false' } }));
    expect(routes).to.have.members(
      REST.filter((route) => !route.includes('openapi')).map((route) => route.replace('/v1/sessions', '/api')),
    );
    expect(restWith({ 'openapi.enable': false }).documents()).to.deep.equal([]);
    expect(routesOf(restWith({ 'openapi.route': 'api.json', base_route: '/' }))).to.include.members([
      'GET /',
      'GET /:session_id',
      'GET /api.json',
    ]);
  });

  it('says where sessions are in percent-encoding, wherever it is served', async () => {
    const service = new SessionsRestServiceV1();
    service.configure(
      ConfigParams.fromValue({ base_route: 'à la/сессии', connection: { host: '127.0.0.1', port: 0 } }),
    );
    service.setReferences(
      References.fromTuples(
        new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
        both.controller,
      ),
    );
    await service.open(null);
    try {
      const collection = `${service.endpoint.address()}${encodeURI('/à la/сессии')}`;
      const body = JSON.stringify({ user_id: 'ann' });
      const timely = { signal: AbortSignal.timeout(2000) };
      const opened = await fetch(collection, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
        ...timely,
      });
      const { id } = (await opened.json()) as { id: string };
      expect(opened.headers.get('location')).to.equal(`${encodeURI('/à la/сессии')}/${id}`);
      const listed = await fetch(`${collection}?take=1`, timely);
      await listed.text();
      expect(listed.headers.get('link')).to.equal(`<${encodeURI('/à la/сессии')}?skip=1&take=1>; rel="next"`);
    } finally {
      await service.close(null);
    }
  });

  it('names itself where its configuration is wrong', () => {
    expect(() => restWith({ openapi: { enabled: true } })).to.throw(
      /^service-sessions:service:rest: .*openapi.enabled/,
    );
    for (const route of ['v1/*', 'v1/:tenant/sessions', 'sessions?', '#/sessions', 'v1%2Fsessions', 'v1/{tenant}']) {
      expect(() => restWith({ base_route: route })).to.throw(/^service-sessions:service:rest: base_route is /);
      expect(() => restWith({ openapi: { route } })).to.throw(/^service-sessions:service:rest: openapi.route is /);
    }
  });

  it('serves an operation that the table has got since, at its own name with its arguments as the body', () => {
    const [open] = SESSION_OPERATIONS.filter(({ name }) => name === 'open_session');
    const later = { ...open, name: 'rename_session_of_user' } as SessionOperation;
    const [call] = restCalls([later]);
    expect(call).to.include({
      method: 'POST',
      path: '/rename-session-of-user',
      body: 'arguments',
      isConditional: false,
    });
  });
});
