import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { chunkedText, echoingServer, getText, H2C, postText, WEBSOCKET } from '../../support/EchoingTransport.js';
import { TEST_CERTIFICATE, TEST_KEY } from '../../support/HttpTestCertificate.js';
import { RawConnection } from '../../support/HttpTestEndpoint.js';

describe('The end of connections that a transport may take over', () => {
  const server = echoingServer();

  it('may be made by the client at any moment', async () => {
    const request = postText(JSON.stringify({ a: 'x'.repeat(20_000) }), H2C);
    for (const length of [20, 90, 150, 200, 5000, request.length]) {
      const client = await server.http.connect();
      client.send(request.slice(0, length));
      await new Promise(setImmediate);
      client.socket.resetAndDestroy();
      await client.closed;
    }
    expect((await server.http.fetch('/time')).status).to.equal(200);
    expect(server.http.endpoint.requestsInFlight).to.equal(0);
  });

  it('comes with 408 where the rest of a request does not come', async () => {
    const slow = await server.transport.serve({ 'options.request_timeout': 250 });
    const client = await slow.connect();
    await client.exchange(postText('{"a":1}', H2C).slice(0, -3));
    expect(client.statuses).to.deep.equal([408]);
    await slow.close();
  });

  it('does not keep a stop waiting: of those taken over, those that were not, those under way', async () => {
    const held = server.http.hold('/held');
    const [over, idle, busy] = await Promise.all([server.http.connect(), server.http.connect(), server.http.connect()]);
    over.send(getText('/push/', WEBSOCKET));
    idle.send(getText('/time', H2C));
    busy.send(getText('/held', H2C));
    await Promise.all([over.until('101'), idle.until('"now"'), held.come(1)]);
    const closed = server.http.close();
    held.answerAll();
    await Promise.all([closed, over.closed, idle.closed, busy.closed]);
    expect(busy.received).to.match(/connection: close[\s\S]*"held"/i);
  });

  it('comes over TLS the same way', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    const [key, crt] = [join(folder, 'key.pem'), join(folder, 'crt.pem')];
    writeFileSync(key, TEST_KEY);
    writeFileSync(crt, TEST_CERTIFICATE);
    const options = {
      'connection.protocol': 'https',
      'credential.ssl_key_file': key,
      'credential.ssl_crt_file': crt,
    };
    const secure = await server.transport.serve(options);
    const client = RawConnection.over(connectTls({ port: secure.port, host: '127.0.0.1', rejectUnauthorized: false }));
    for (let count = 1; count <= 20; count++) {
      await client.send(postText(`{"n":${count}}`, H2C)).until(`{"n":${count}}`);
      await client.send(chunkedText([`{"m":${count}}`], H2C)).until(`{"m":${count}}`);
    }
    client.send(getText('/push/', WEBSOCKET));
    await client.until('101');
    await secure.close();
    await client.closed;
    rmSync(folder, { recursive: true });
    await new Promise(setImmediate);
    expect(server.warnings).to.deep.equal([]);
  });
});
