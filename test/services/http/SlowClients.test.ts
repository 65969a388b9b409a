import { once } from 'node:events';
import type { Server } from 'node:http';
import { expect } from 'chai';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

const REQUEST_TIMEOUT = 250;
const HEAD = 'POST /echo HTTP/1.1\r\nHost: a\r\n';

describe('A client that', () => {
  let server: HttpTestEndpoint;
  before(async () => {
    server = new HttpTestEndpoint({
      'options.request_timeout': REQUEST_TIMEOUT,
      'options.keep_alive_timeout': 150,
      'options.max_in_flight': 8,
    });
    const answer = 'x'.repeat(64 * 1024 * 1024);
    server.endpoint.addRoute({ method: 'GET', path: '/large', run: (exchange) => exchange.sendJson(answer) });
    await server.open();
  });
  after(() => server.close());
  afterEach(() => expect(server.endpoint.requestsInFlight).to.equal(0));

  for (const [what, bytes] of [
    ['sends half of the headers', 'POST /echo HTT'],
    ['sends no end of the headers', HEAD],
    ['sends no body', `${HEAD}Content-Length: 10\r\n\r\n`],
    ['sends half of the body', `${HEAD}Content-Length: 10\r\n\r\n{"a":`],
    ['sends no end of its chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`],
    ['asks for permission and sends nothing', `${HEAD}Expect: 100-continue\r\nContent-Length: 10\r\n\r\n`],
  ] as const) {
    it(`${what} gets 408 and the end of its connection`, async () => {
      const connection = await server.connect();
      const answer = await connection.exchange(bytes);
      expect(connection.statuses.at(-1)).to.equal(408);
      expect(answer).to.match(/\r\nconnection: close\r\n/i);
      expect(connection.lastBody).to.include({ code: 'INVALID_DATA', status: 408 });
    });
  }

  it('sends its body byte by byte gets 408 although it never pauses', async () => {
    const connection = await server.connect();
    connection.send(`${HEAD}Content-Length: 100000\r\n\r\n`);
    const timer = setInterval(() => connection.send('x'), 5);
    await connection.closed;
    clearInterval(timer);
    expect(connection.statuses).to.deep.equal([408]);
  });

  it('sends nothing at all is let go without a word', async () => {
    const connection = await server.connect();
    expect(await connection.exchange('')).to.equal('');
  });

  it('is slow with its second request gets 408 after the answer to the first', async () => {
    const connection = await server.connect();
    await connection.exchange(`GET /time HTTP/1.1\r\nHost: a\r\n\r\n${HEAD}Content-Length: 10\r\n\r\n{`);
    expect(connection.statuses).to.deep.equal([200, 408]);
  });

  it('keeps its connection without a request is let go after the keep-alive time-out', async () => {
    const connection = await server.connect();
    await connection.exchange('GET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(connection.statuses).to.deep.equal([200]);
  });

  it('does not take its answer is let go', async () => {
    const accepted = once(server.endpoint.server as Server, 'connection');
    const connection = await server.connect();
    connection.socket.pause();
    connection.send('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    const [socket] = await accepted;
    await once(socket, 'close');
    connection.socket.destroy();
  });
});
