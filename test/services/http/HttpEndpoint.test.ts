import { expect } from 'chai';
import { sessionError } from '../../../src/data/version1/SessionErrorsV1.js';
import type { HttpExchange } from '../../../src/services/http/HttpExchange.js';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

describe('The HTTP endpoint', () => {
  let server: HttpTestEndpoint;
  before(async () => {
    server = new HttpTestEndpoint();
    server.endpoint.addRoute({
      method: 'GET',
      path: '/things/:id',
      run: (exchange) => exchange.sendJson(JSON.stringify(exchange.params)),
    });
    server.endpoint.addRoute({ method: 'PUT', path: '/things/:id', run: (exchange) => exchange.sendNothing() });
    server.post('/throws', () => {
      throw new Error('secret path /etc/passwd');
    });
    server.post('/rejects', async () => Promise.reject(new Error('secret')));
    server.post('/throws-later', (exchange) =>
      exchange.readArguments(() => {
        throw new Error('secret');
      }),
    );
    server.post('/refuses', () => {
      throw sessionError('own', 'SESSION_CONFLICT', { details: { version: 3 }, cause: new Error('of the store') });
    });
    server.post('/unavailable', () => {
      throw sessionError(null, 'PERSISTENCE_UNAVAILABLE');
    });
    await server.open();
  });
  after(() => server.close());

  it('answers with exactly these headers', async () => {
    const connection = await server.connect();
    connection.send('GET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.until('"now"');
    const headers = connection.received
      .split('\r\n\r\n')[0]
      ?.toLowerCase()
      .replace(/date: .*/, 'date: then')
      .split('\r\n');
    expect(headers).to.deep.equal([
      'http/1.1 200 ok',
      'content-type: application/json',
      'content-length: 5',
      'access-control-allow-origin: *',
      'date: then',
      'connection: keep-alive',
      'keep-alive: timeout=60',
    ]);
    connection.socket.destroy();
  });

  it('answers no HEAD where GET changes something', async () => {
    let changes = 0;
    const run = (exchange: HttpExchange): void => exchange.sendJson(String(++changes));
    server.endpoint.addRoute({ method: 'GET', path: '/change', head: false, run });
    const reply = await server.fetch('/change', { method: 'HEAD' });
    expect([reply.status, reply.headers.get('allow'), changes]).to.deep.equal([405, 'GET, OPTIONS', 0]);
  });

  it('answers HEAD where it answers GET, without the body', async () => {
    const connection = await server.connect();
    connection.send('HEAD /time HTTP/1.1\r\nHost: a\r\n\r\nGET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.until('"now"');
    expect(connection.received.match(/content-length: 5/g)).to.have.length(2);
    expect(connection.received.match(/"now"/g)).to.have.length(1);
    connection.socket.destroy();
  });

  it('finds routes with parameters and percent-encoded paths', async () => {
    expect(await (await server.fetch('/things/a%20b?x=1')).json()).to.deep.equal({ id: 'a b' });
    expect((await server.fetch('/ti%6De')).status).to.equal(200);
  });

  it('answers 404 for what is not there, however it is written', async () => {
    for (const target of [
      '/',
      '/nowhere',
      '/time/',
      '//time',
      '/%',
      '/%zz',
      '/things/%ff',
      '/../time',
      '*',
      '/things/a/b',
    ]) {
      const connection = await server.connect();
      await connection.exchange(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(connection.statuses, target).to.deep.equal([404]);
      expect(connection.lastBody, target).to.include({ code: 'NOT_FOUND', category: 'NotFound', status: 404 });
    }
  });

  it('answers 405 and what is allowed for other methods', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
      const connection = await server.connect();
      await connection.exchange(`${method} /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(connection.statuses, method).to.deep.equal([405]);
      expect(connection.received, method).to.match(/\r\nallow: POST, OPTIONS\r\n/);
      if (method !== 'HEAD')
        expect(connection.lastBody).to.include({ code: 'METHOD_NOT_ALLOWED', category: 'BadRequest' });
    }
    const reply = await server.fetch('/things/1', { method: 'DELETE' });
    expect(reply.headers.get('allow')).to.equal('GET, PUT, OPTIONS, HEAD');
  });

  it('takes the absolute form of an address', async () => {
    for (const target of ['http://example.org/time', 'HTTPS://example.org:8080/time?a=b']) {
      const connection = await server.connect();
      await connection.exchange(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect(connection.statuses, target).to.deep.equal([200]);
    }
  });

  it('speaks HTTP/1.0, with and without keep-alive and Host', async () => {
    const once = await server.connect();
    await once.exchange('GET /time HTTP/1.0\r\n\r\n');
    expect(once.statuses).to.deep.equal([200]);
    const kept = await server.connect();
    kept.send('GET /time HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    await kept.until('"now"');
    await kept.exchange('GET /time HTTP/1.0\r\n\r\n');
    expect(kept.statuses).to.deep.equal([200, 200]);
  });

  it('answers requests that are sent ahead in their order', async () => {
    const held = server.hold('/held-first');
    const connection = await server.connect();
    connection.send('GET /held-first HTTP/1.1\r\nHost: a\r\n\r\nGET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    connection.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{"a":1}');
    await held.come(1);
    held.answerAll();
    await connection.until(/"held".*"now".*\{"a":1\}/s);
    connection.socket.destroy();
  });

  it('takes a header twice, and more than two thousand of them', async () => {
    const connection = await server.connect();
    const many = Array.from({ length: 2500 }, () => 'a:\r\n').join('');
    await connection.exchange(`GET /time HTTP/1.1\r\n${many}Host: a\r\nConnection: close\r\n\r\n`);
    expect(connection.statuses).to.deep.equal([200]);
    const doubled = await server.connect();
    await doubled.exchange(`GET /time HTTP/1.1\r\n${many}Host: a\r\nHost: b\r\n\r\n`);
    expect(doubled.statuses).to.deep.equal([400]);
  });

  it('lets pages of any origin call, with these headers and without credentials', async () => {
    const reply = await server.fetch('/echo', {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' },
    });
    expect(reply.status).to.equal(204);
    expect(reply.headers.get('access-control-allow-origin')).to.equal('*');
    expect(reply.headers.get('access-control-allow-methods')).to.equal('POST, OPTIONS');
    expect(reply.headers.get('access-control-allow-headers')).to.equal('content-type, correlation_id');
    expect(reply.headers.has('access-control-allow-credentials')).to.equal(false);
    expect((await server.fetch('/nowhere')).headers.get('access-control-allow-origin')).to.equal('*');
  });

  it('describes an error of the table and keeps its cause for the log', async () => {
    const reply = await server.fetch('/refuses?correlation_id=c1', { method: 'POST' });
    expect(reply.status).to.equal(409);
    expect(await reply.json()).to.deep.equal({
      code: 'SESSION_CONFLICT',
      status: 409,
      category: 'Conflict',
      message: 'The session has another version than expected',
      name: 'SESSION_CONFLICT',
      details: { version: 3 },
      correlation_id: 'own',
    });
    expect(server.log.lines.at(-1)).to.include({ correlationId: 'c1' });
    expect(server.log.lines.at(-1)?.error?.message).to.equal('of the store');
  });

  for (const path of ['/throws', '/rejects', '/throws-later']) {
    it(`answers UNKNOWN when a route ${path.slice(1).replace('-', ' ')}, and logs why under the correlation id`, async () => {
      const reply = await server.fetch(`${path}?correlation_id=c2`, { method: 'POST' });
      const text = await reply.text();
      expect(reply.status).to.equal(500);
      expect(JSON.parse(text)).to.include({ code: 'UNKNOWN', category: 'Unknown', correlation_id: 'c2' });
      expect(text).not.to.match(/secret|stack|\.js/);
      const { correlationId, error } = server.log.lines.at(-1) ?? {};
      expect(correlationId).to.equal('c2');
      expect(error?.message).to.match(/^secret/);
      expect(server.endpoint.requestsInFlight).to.equal(0);
    });
  }

  it('tells when to try again with every 503', async () => {
    const reply = await server.fetch('/unavailable', { method: 'POST' });
    expect(reply.status).to.equal(503);
    expect(reply.headers.get('retry-after')).to.equal('1');
    expect(reply.headers.get('access-control-expose-headers')).to.equal('retry-after');
    expect(await reply.json()).to.include({ code: 'PERSISTENCE_UNAVAILABLE', category: 'NoResponse' });
  });

  it('refuses two routes of the same method and path', () => {
    expect(() => server.post('/echo', () => {})).to.throw(/Two services .* serve POST \/echo/);
  });
});
