import { expect } from 'chai';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

const LIMIT = 1000;
const json = (length: number): string => `{"a":"${'x'.repeat(length - 8)}"}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

describe('The body of a request', () => {
  let server: HttpTestEndpoint;
  before(async () => {
    server = new HttpTestEndpoint({ 'options.body_limit': LIMIT });
    server.post('/bytes', (exchange) =>
      exchange.readBytes((_, bytes) => exchange.sendJson(`"${bytes.toString('hex')}"`)),
    );
    await server.open();
  });
  after(() => server.close());
  afterEach(() => expect(server.endpoint.requestsInFlight).to.equal(0));

  async function refusal(reply: Promise<Response>): Promise<Record<string, unknown>> {
    const response = await reply;
    const { code, message, details } = (await response.json()) as Record<string, unknown>;
    return { status: response.status, code, message, details };
  }

  it('counts as no arguments where there is none', async () => {
    for (const init of [{ method: 'POST' }, { method: 'POST', body: '' }]) {
      expect(await (await server.fetch('/echo', init)).text()).to.equal('{}');
    }
  });

  it('keeps keys such as __proto__ as plain members', async () => {
    const body = '{"__proto__":{"a":1},"constructor":2,"toString":3}';
    expect(await (await server.send('/echo', body)).text()).to.equal(body);
  });

  it('may have any characters, at the length that its bytes have', async () => {
    const body = '{"name":"Zoë 😀 \\u0000"}';
    expect(await (await server.send('/echo', body)).json()).to.deep.equal({ name: 'Zoë 😀 \0' });
  });

  for (const [what, body] of [
    ['an array', '[]'],
    ['a number', '5'],
    ['null', 'null'],
    ['a string', '"a"'],
    ['truncated', '{"a":'],
    ['no JSON', 'user_id=ann'],
    ['white space only', '  '],
    ['with a byte order mark', '\ufeff{}'],
    ['deeper than the stack, and broken', '['.repeat(990)],
  ] as const) {
    it(`that is ${what} is INVALID_DATA`, async () => {
      const { status, code, message, details } = await refusal(server.send('/echo', body));
      expect({ status, code, details }).to.deep.equal({
        status: 400,
        code: 'INVALID_DATA',
        details: { field: 'body' },
      });
      expect(message).to.match(/^The body must be /);
    });
  }

  it('that is not UTF-8 is malformed JSON', async () => {
    const body = new Uint8Array(Buffer.from('{"a":"\xff"}', 'latin1'));
    expect(await refusal(server.send('/echo', body))).to.include({ status: 400, code: 'INVALID_DATA' });
  });

  it('may be JSON by any of its names, or without a name', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
      'application/vnd.api+json',
      'application/merge-patch+json; a=b',
    ]) {
      expect((await server.send('/echo', '{}', { 'content-type': type })).status, type).to.equal(200);
    }
    const connection = await server.connect();
    await connection.exchange('POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
    expect(connection.statuses).to.deep.equal([200]);
  });

  it('of another type is UNSUPPORTED_MEDIA_TYPE, unless it is empty', async () => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/jsonp' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'multipart/form-data; boundary=application/json' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-encoding': 'gzip' },
    ]) {
      const sent = refusal(server.send('/echo', '{}', headers as Record<string, string>));
      expect(await sent, JSON.stringify(headers)).to.include({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    }
    expect((await server.send('/echo', '', { 'content-type': 'text/plain' })).status).to.equal(200);
  });

  it('is whatever a route wants, where it reads bytes', async () => {
    const reply = await server.send('/bytes', 'a\xff', { 'content-type': 'text/javascript' });
    expect(await reply.json()).to.equal('61c3bf');
  });

  it('may be as long as the limit and no longer', async () => {
    expect((await server.send('/echo', json(LIMIT))).status).to.equal(200);
    expect(await refusal(server.send('/echo', json(LIMIT + 1)))).to.deep.equal({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      message: 'The body must be at most 1000 bytes',
      details: { limit: LIMIT },
    });
  });

  it('is refused by its announced length before it comes', async () => {
    const connection = await server.connect();
    connection.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n');
    await connection.until('PAYLOAD_TOO_LARGE');
    connection.send(`${'x'.repeat(1001)}GET /time HTTP/1.1\r\nHost: a\r\n\r\n`);
    await connection.until('"now"');
    connection.socket.destroy();
  });

  it('in chunks is put together, and refused once it has grown over the limit', async () => {
    const connection = await server.connect();
    const head = 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    connection.send(`${head}${chunk('{"a":')}`).send(`${chunk('1}')}0\r\n\r\n`);
    await connection.until('{"a":1}');
    connection.send(`${head}${chunk(json(LIMIT))}`).send(chunk('x'));
    await connection.until('PAYLOAD_TOO_LARGE');
    connection.send(`${chunk('more')}0\r\n\r\nGET /time HTTP/1.1\r\nHost: a\r\n\r\n`);
    await connection.until('"now"');
    expect(connection.statuses).to.deep.equal([200, 413, 200]);
    connection.socket.destroy();
  });

  it('that does not end although it was refused ends the connection', async () => {
    const connection = await server.connect();
    connection.send('POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const megabyte = chunk('x'.repeat(1024 * 1024));
    const sendOn = (error?: Error | null): void => {
      if (!error) connection.socket.write(megabyte, 'latin1', sendOn);
    };
    sendOn();
    await connection.closed;
    expect(connection.statuses).to.deep.equal([413]);
  });

  it('is asked for where the client waits for permission', async () => {
    const connection = await server.connect();
    connection.send('POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n');
    await connection.until('HTTP/1.1 100 Continue\r\n\r\n');
    connection.send('{"a":1}');
    await connection.until('{"a":1}');
    connection.socket.destroy();
  });

  it('is not asked for where the answer does not depend on it, and then the connection ends', async () => {
    for (const [target, status] of [
      ['POST /nowhere', 404],
      ['GET /time', 200],
      ['POST /echo', 413],
    ] as const) {
      const connection = await server.connect();
      await connection.exchange(
        `${target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n`,
      );
      expect(connection.statuses, target).to.deep.equal([status]);
    }
  });

  it('of a GET is not read and does no harm', async () => {
    const connection = await server.connect();
    const request = 'GET /time HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde';
    connection.send(request + request);
    await connection.until(/"now".*"now"/s);
    expect(connection.statuses).to.deep.equal([200, 200]);
    connection.socket.destroy();
  });
});
