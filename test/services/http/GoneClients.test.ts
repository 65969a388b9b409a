import { expect } from 'chai';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

const HEAD = 'POST /echo HTTP/1.1\r\nHost: a\r\n';

describe('A client that', () => {
  let server: HttpTestEndpoint;
  before(async () => {
    server = new HttpTestEndpoint();
    const answer = 'x'.repeat(64 * 1024 * 1024);
    server.endpoint.addRoute({ method: 'GET', path: '/large', run: (exchange) => exchange.sendJson(answer) });
    await server.open();
  });
  after(() => server.close());
  afterEach(() => expect(server.endpoint.requestsInFlight).to.equal(0));

  it('goes away while sending leaves nothing in flight', async () => {
    const parts = [
      [`${HEAD}Content-Length: 10\r\n\r\n{"a":`],
      [`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}`],
      // Sent ahead behind one that waits: Node tells its response neither of an end nor of a close.
      ['GET /waits HTTP/1.1\r\nHost: a\r\n\r\n', `${HEAD}Content-Length: 10\r\n\r\n{`],
    ];
    const held = server.hold('/waits');
    for (let round = 0; round < 20; round++) {
      for (const bytes of parts) {
        const connection = await server.connect();
        connection.send(bytes.join(''));
        while (server.endpoint.requestsInFlight < bytes.length) await new Promise(setImmediate);
        connection.socket.resetAndDestroy();
        while (server.endpoint.requestsInFlight > bytes.length - 1) await new Promise(setImmediate);
        held.answerAll();
      }
    }
  });

  it('goes away before its answer leaves nothing in flight', async () => {
    const held = server.hold('/gone');
    const request = 'GET /gone HTTP/1.1\r\nHost: a\r\n\r\n';
    const connection = await server.connect();
    connection.send(request + request + request);
    await held.come(3);
    connection.socket.resetAndDestroy();
    await connection.closed;
    expect(server.endpoint.requestsInFlight).to.equal(3);
    held.answerAll();
  });

  it('goes away in the middle of its answer leaves nothing in flight', async () => {
    const connection = await server.connect();
    connection.send('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.until('xxx');
    connection.socket.resetAndDestroy();
    await connection.closed;
    expect(await (await server.fetch('/time')).json()).to.equal('now');
  });
});
