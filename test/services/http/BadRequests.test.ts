import { expect } from 'chai';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

const BIG = 'a'.repeat(20_000);
const post = (headers: string, body = ''): string => `POST /echo HTTP/1.1\r\nHost: a\r\n${headers}\r\n${body}`;

/** What is sent, and the status it gets. */
const MALFORMED: [string, string, number][] = [
  ['is no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['is a TLS handshake', '\x16\x03\x01\x02\x00\x01', 400],
  ['has a method in small letters', 'get /time HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['has an unknown method', 'FOO /time HTTP/1.1\r\nHost: a\r\n\r\n', 501],
  ['has a space in its address', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['has a byte above ASCII in its address', 'GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['has too long an address', `GET /${BIG} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  ['has too large headers', `GET /time HTTP/1.1\r\nHost: a\r\nx: ${BIG}\r\n\r\n`, 431],
  ['is HTTP/0.9', 'GET /time\r\n\r\n', 505],
  ['is HTTP/1.2', 'GET /time HTTP/1.2\r\nHost: a\r\n\r\n', 505],
  ['says HTTP/2.0', 'GET /time HTTP/2.0\r\nHost: a\r\n\r\n', 505],
  ['begins HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['has no Host', 'GET /time HTTP/1.1\r\n\r\n', 400],
  ['has two Hosts', 'GET /time HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n', 400],
  ['has a space before a colon', 'GET /time HTTP/1.1\r\nHost : a\r\n\r\n', 400],
  ['has NUL in a header', 'GET /time HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400],
  ['folds a header', 'GET /time HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n', 400],
  ['ends its headers with LF only', 'GET /time HTTP/1.1\r\nHost: a\nX: b\n\n', 400],
  ['has length and chunks', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), 400],
  ['has two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'abcde'), 400],
  ['has a negative length', post('Content-Length: -5\r\n', 'abcde'), 400],
  ['has an endless length', post('Content-Length: 99999999999999999999999\r\n'), 400],
  ['has a length that is no number', post('Content-Length: 5x\r\n', 'abcde'), 400],
  ['has an unknown transfer encoding', post('Transfer-Encoding: gzip\r\n', 'abc'), 501],
  ['has a bad chunk', post('Transfer-Encoding: chunked\r\n', 'zz\r\nabc'), 400],
  ['has a huge chunk extension', post('Transfer-Encoding: chunked\r\n', `1;${BIG}\r\na\r\n0\r\n\r\n`), 400],
  ['expects the impossible', post('Expect: 200-maybe\r\nContent-Length: 2\r\n', '{}'), 417],
];

describe('A request that', () => {
  let server: HttpTestEndpoint;
  before(async () => {
    server = await new HttpTestEndpoint().open();
  });
  after(() => server.close());

  for (const [what, bytes, status] of MALFORMED) {
    it(`${what} gets ${status}, INVALID_DATA and the end of its connection`, async () => {
      const connection = await server.connect();
      const answer = await connection.exchange(bytes);
      expect(connection.statuses).to.deep.equal([status]);
      expect(answer.toLowerCase()).to.include('\r\nconnection: close\r\n');
      expect(answer.toLowerCase()).to.include('\r\naccess-control-allow-origin: *\r\n');
      expect(connection.lastBody).to.include({
        code: 'INVALID_DATA',
        name: 'INVALID_DATA',
        category: 'BadRequest',
        status,
      });
      expect(connection.lastBody).to.have.all.keys('code', 'name', 'category', 'status', 'message');
    });
  }

  it('opens a tunnel gets 405', async () => {
    const connection = await server.connect();
    await connection.exchange('CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(connection.statuses).to.deep.equal([405]);
    expect(connection.lastBody).to.include({ code: 'METHOD_NOT_ALLOWED' });
  });

  it('is malformed behind one that is still being answered ends the connection without an answer', async () => {
    const held = server.hold('/held-before-garbage');
    const connection = await server.connect();
    connection.send('GET /held-before-garbage HTTP/1.1\r\nHost: a\r\n\r\n');
    await held.come(1);
    expect(await connection.exchange('GARBAGE\r\n\r\n')).to.equal('');
    held.answerAll();
  });

  it('is malformed behind one that was answered gets its own answer', async () => {
    const connection = await server.connect();
    connection.send('GET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.until('"now"');
    await connection.exchange('GARBAGE\r\n\r\n');
    expect(connection.statuses).to.deep.equal([200, 400]);
  });

  it('none of these leaves anything in flight, and the endpoint answers on', async () => {
    expect(server.endpoint.requestsInFlight).to.equal(0);
    expect(await (await server.fetch('/time')).json()).to.equal('now');
  });
});
