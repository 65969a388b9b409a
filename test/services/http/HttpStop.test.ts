import { expect } from 'chai';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

const PROMPT = 1000;

describe('A stop of the HTTP endpoint', () => {
  async function timed(stop: Promise<void>): Promise<number> {
    const start = performance.now();
    await stop;
    return performance.now() - start;
  }

  it('takes no more connections and lets requests in flight end, as the last of theirs', async () => {
    const server = await new HttpTestEndpoint().open();
    const held = server.hold('/held');
    const { port } = server;
    const connection = await server.connect();
    connection.send('GET /held HTTP/1.1\r\nHost: a\r\n\r\n');
    await held.come(1);
    const stopped = server.close();
    await fetch(`http://127.0.0.1:${port}/time`).then(
      () => expect.fail('a new connection was taken'),
      () => {},
    );
    held.answerAll();
    await Promise.all([connection.closed, stopped]);
    expect(connection.statuses).to.deep.equal([200]);
    expect(connection.received)
      .to.match(/\r\nconnection: close\r\n/i)
      .and.include('"held"');
  });

  it('ends connections without a request at once, silent ones too', async () => {
    const server = await new HttpTestEndpoint().open();
    const idle = await server.connect();
    idle.send('GET /time HTTP/1.1\r\nHost: a\r\n\r\n');
    await idle.until('"now"');
    const silent = await server.connect();
    await server.fetch('/time');
    expect(await timed(server.close())).to.be.below(PROMPT);
    await Promise.all([idle.closed, silent.closed]);
  });

  it('waits only so long for requests that do not end', async () => {
    const server = await new HttpTestEndpoint({}, 50).open();
    const held = server.hold('/held');
    const connection = await server.connect();
    connection.send('GET /held HTTP/1.1\r\nHost: a\r\n\r\n');
    const half = await server.connect();
    half.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n');
    await held.come(1);
    await server.close();
    await Promise.all([connection.closed, half.closed]);
    held.answerAll();
    expect(server.endpoint.requestsInFlight).to.equal(0);
  });

  it('may be asked for twice, before an opening, and be followed by one', async () => {
    const server = new HttpTestEndpoint();
    await server.close();
    await server.open();
    await server.open();
    expect((await server.fetch('/time')).status).to.equal(200);
    await Promise.all([server.close(), server.close()]);
    expect(server.endpoint.isOpen()).to.equal(false);
    await server.open();
    const reply = await server.fetch('/time');
    expect(reply.headers.get('connection')).to.equal('keep-alive');
    await server.close();
  });
});
