import { expect } from 'chai';
import fc from 'fast-check';
import { SessionsClientError } from 'service-sessions-client';
import { failureOf, httpClients, wireSession } from '../../support/ClientTests.js';
import { type FaultyAnswer, faultyHttpServer } from '../../support/FaultyHttpServer.js';

const MIB = 1024 * 1024;
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** What is no answer to `get_session_by_id`, and the status that its error tells. */
const BAD_REPLIES: [title: string, answer: FaultyAnswer, status: number | undefined][] = [
  ['an answer cut off before its declared length', (x) => x.raw(`${HEAD}content-length: 99\r\n\r\n{"id":`).end(), 200],
  [
    'an answer cut off between two chunks',
    (x) => x.raw(`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`).end(),
    200,
  ],
  ['an answer whose connection is reset', (x) => x.raw(`${HEAD}content-length: 99\r\n\r\n{`).reset(), 200],
  ['a chunk without a length', (x) => x.raw(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`), 200],
  ['an error that is cut off', (x) => x.raw('HTTP/1.1 500 No\r\ncontent-length: 99\r\n\r\n{').end(), 500],
  ['an answer that says it is too large', (x) => x.raw(`${HEAD}content-length: ${4 * MIB + 1}\r\n\r\n`), 200],
  ['an answer that grows too large', (x) => x.raw(chunks(5)), 200],
  ['too large an answer of zeros without an end', (x) => x.raw(`${HEAD}\r\n`).raw(Buffer.alloc(4 * MIB + 1, 48)), 200],
  ['no HTTP', (x) => x.raw('220 mail.example ESMTP\r\n').end(), undefined],
  ['headers without an end', (x) => x.raw(`${HEAD}x: ${'y'.repeat(20_000)}`), undefined],
  [
    'another protocol',
    (x) => x.raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n').end(),
    undefined,
  ],
  ['a page of a proxy', (x) => x.answer(200, '<html>It works</html>', { 'content-type': 'text/html' }), 200],
  ['an error page of a proxy', (x) => x.answer(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }), 502],
  ['an error without a word', (x) => x.answer(500, ''), 500],
  ['an error that describes nothing', (x) => x.json({ error: 'oops' }, 500), 500],
  ['an error with a code that is no text', (x) => x.json({ code: 5, message: 'm', category: 'c' }, 409), 409],
  ['an error that is null', (x) => x.answer(404, 'null'), 404],
  [
    'text that is no UTF-8',
    (x) => x.answer(200, Buffer.from(JSON.stringify(wireSession({ data: '\xff' })), 'latin1')),
    200,
  ],
  ['text behind a byte order mark', (x) => x.answer(200, `\ufeff${JSON.stringify(wireSession())}`), 200],
  ['a compressed answer', (x) => x.answer(200, Buffer.from([31, 139, 8, 0, 0]), { 'content-encoding': 'gzip' }), 200],
  ['nothing with the status 200', (x) => x.answer(200, ''), 200],
  ['half a JSON', (x) => x.answer(200, '{"id":"s1"'), 200],
  ['created', (x) => x.json(wireSession(), 201), 201],
  ['a part of it', (x) => x.json(wireSession(), 206), 206],
  ['not modified', (x) => x.answer(304, ''), 304],
];

describe('The HTTP client takes for no answer', () => {
  const server = faultyHttpServer();
  const connect = httpClients();

  for (const [title, answer, status] of BAD_REPLIES) {
    it(title, async () => {
      server().answer = answer;
      const error = await failureOf(connect(server()).getSessionById('7', 's1'));
      expect(error).to.include({ code: 'BAD_REPLY', status, correlationId: '7', category: 'FailedInvocation' });
      expect(error.message).to.include(`http://127.0.0.1:${server().port} `);
    });
  }

  for (const status of [301, 302, 303, 307, 308]) {
    it(`a redirect with ${status}, which it does not follow`, async () => {
      const description = { code: 'SESSION_CLOSED', category: 'Conflict', message: 'm' };
      server().answer = (x) =>
        x.path === '/elsewhere' ? x.json(wireSession()) : x.json(description, status, { location: '/elsewhere' });
      const error = await failureOf(connect(server()).getSessionById(null, 's1'));
      expect(error).to.include({ code: 'BAD_REPLY', status });
      expect(server().requests.length).to.equal(1);
    });
  }

  it("another user's session, where the call says whose it must be", async () => {
    server().answer = (x) => x.json(wireSession({ user_id: 'bob' }));
    const client = connect(server());
    for (const call of [
      client.openSession(null, { user_id: 'ann' }),
      client.validateSession(null, 's1', 'ann'),
      client.updateSessionUser(null, 's1', {}, { user_id: 'ann' }),
    ]) {
      expect((await failureOf(call)).code).to.equal('BAD_REPLY');
    }
  });

  it('any bytes but those of an answer, and ends with a typed error', async () => {
    const head = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n\r\n',
      `${HEAD}\r\n`,
      `${HEAD}content-length: 5\r\n\r\n`,
      'HTTP/1.1 ',
    );
    const json = fc.json().map((text) => Buffer.from(text));
    const bytes = fc.oneof(json, fc.uint8Array({ maxLength: 200 }));
    const client = connect(server());
    await fc.assert(
      fc.asyncProperty(head, bytes, fc.boolean(), async (head, bytes, isReset) => {
        server().answer = (x) => {
          x.raw(head).raw(Buffer.from(bytes));
          if (isReset) x.reset();
          else x.end();
        };
        const answer = await client.getSessionById(null, 's1').catch((error) => error);
        // JSON's null is the one text among these that is an answer.
        if (answer !== null) expect(answer).to.be.instanceOf(SessionsClientError);
      }),
      { numRuns: 300 },
    );
  });

  it('an answer larger than 4 MiB, whose connection it then closes', async () => {
    server().answer = (x) => x.raw(`${HEAD}content-length: ${5 * MIB}\r\n\r\n`);
    await failureOf(connect(server()).getSessionById(null, 's1'));
    await server().until(() => server().sockets.size === 0);
  });

  it('but one of just 4 MiB it does', async () => {
    const session = wireSession({ data: '' });
    session['data'] = 'x'.repeat(4 * MIB - JSON.stringify(session).length);
    server().answer = (x) => x.json(session);
    expect((await connect(server()).getSessionById(null, 's1'))?.data).to.have.length.above(4 * MIB - 300);
  });
});

/** So many chunks of one MiB. */
function chunks(count: number): Buffer {
  const one = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, 48), Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`${HEAD}transfer-encoding: chunked\r\n\r\n`), ...Array(count).fill(one)]);
}
