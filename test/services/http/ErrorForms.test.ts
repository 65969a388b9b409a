import { expect } from 'chai';
import { sessionError } from '../../../src/data/version1/SessionErrorsV1.js';
import type { ErrorForm } from '../../../src/services/http/ErrorReply.js';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

/** Errors as lines of text that all come with 200, except a wrong method. */
const asText: ErrorForm = ({ status, code, message }) => ({
  status: status === 405 ? 405 : 200,
  contentType: 'text/plain',
  text: `${code}: ${message}`,
  headers: ['x-form', 'own'],
});

describe('A route with a form of errors of its own', () => {
  let server: HttpTestEndpoint;
  before(async () => {
    server = new HttpTestEndpoint({ options: { body_limit: 100, max_in_flight: 1 } });
    const fail = () => {
      throw sessionError(null, 'PERSISTENCE_UNAVAILABLE');
    };
    server.endpoint.addRoute({ method: 'GET', path: '/own', errors: asText, run: fail });
    server.endpoint.addRoute({
      method: 'POST',
      path: '/own',
      errors: asText,
      run: (exchange) => exchange.readBytes(() => exchange.sendNothing()),
    });
    server.post('/usual', fail);
    await server.open();
  });
  after(() => server.close());

  const answer = async (method: string, path: string, body?: string) => {
    const reply = await server.fetch(path, { method, ...(body !== undefined && { body }) });
    return { status: reply.status, type: reply.headers.get('content-type'), text: await reply.text(), reply };
  };

  it('writes those it throws in it, with the headers of the form and of the error', async () => {
    const { reply, ...rest } = await answer('GET', '/own');
    expect(rest).to.deep.equal({
      status: 200,
      type: 'text/plain',
      text: 'PERSISTENCE_UNAVAILABLE: The session store cannot do this now; try again',
    });
    expect(reply.headers.get('x-form')).to.equal('own');
    expect(reply.headers.get('retry-after')).to.equal('1');
    expect(reply.headers.get('access-control-allow-origin')).to.equal('*');
  });

  it('writes those of the endpoint in it: a method that is not served, a body too large, an overload', async () => {
    const method = await answer('DELETE', '/own');
    expect(method).to.include({ status: 405, text: 'METHOD_NOT_ALLOWED: This address does not take this method' });
    expect(method.reply.headers.get('allow')).to.equal('GET, POST, OPTIONS, HEAD');
    const body = await answer('POST', '/own', 'x'.repeat(101));
    expect(body).to.include({ status: 200, text: 'PAYLOAD_TOO_LARGE: The body must be at most 100 bytes' });
    const held = server.hold('/held');
    const waiting = server.fetch('/held');
    await held.come(1);
    expect((await answer('GET', '/own')).text).to.match(/^OVERLOADED: /);
    held.answerAll();
    await waiting;
  });

  it('writes those in it that are found before the route is asked: two headers Host, an impossible expectation', async () => {
    for (const [headers, text] of [
      ['Host: a\r\nHost: b', 'INVALID_DATA: The header Host must be there once, and it is there 2 times'],
      ['Host: a\r\nExpect: 200-maybe', 'INVALID_DATA: The header Expect may only be 100-continue'],
    ]) {
      const connection = await server.connect();
      connection.socket.write(`GET /own HTTP/1.1\r\n${headers}\r\n\r\n`);
      await connection.closed;
      expect(connection.received.split('\r\n\r\n')[1]).to.equal(text);
    }
  });

  it('leaves other routes as they are', async () => {
    expect(await answer('POST', '/usual')).to.include({ status: 503, type: 'application/json' });
    expect((await answer('GET', '/usual')).text).to.contain('"code":"METHOD_NOT_ALLOWED"');
  });
});
