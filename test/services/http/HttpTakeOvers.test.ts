import { expect } from 'chai';
import { chunkedText, echoingServer, getText, H2C, postText, WEBSOCKET } from '../../support/EchoingTransport.js';

describe('Connections of an endpoint with a transport that takes them over', () => {
  const server = echoingServer();

  it('are the transport’s when a WebSocket client asks for its path', async () => {
    const client = await server.http.connect();
    client.send(`${getText('/push/?a=1', WEBSOCKET)}early`);
    await client.until('101');
    client.send('late');
    await client.until('you said late');
    expect(server.transport.heads).to.deep.equal(['early']);
  });

  const REFUSED: [title: string, path: string, headers: string, status: number][] = [
    ['another path', '/time', WEBSOCKET, 200],
    ['a path below', '/push/more', WEBSOCKET, 404],
    ['another protocol', '/push/', H2C, 404],
    ['two protocols', '/push/', 'Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n', 404],
    ['no protocol', '/time', 'Connection: Upgrade\r\nUpgrade:\r\n', 200],
    ['a second Host', '/push/', `Host: b\r\n${WEBSOCKET}`, 400],
  ];
  for (const [title, path, headers, status] of REFUSED) {
    it(`are answered as any other for ${title}`, async () => {
      const client = await server.http.connect();
      client.send(getText(path, headers));
      await client.until(/\r\n\r\n[\s\S]*["}]/);
      expect(client.statuses).to.deep.equal([status]);
      expect(server.transport.heads).to.have.length(0);
    });
  }

  it('are answered as any other while the transport takes none', async () => {
    server.transport.open = false;
    const client = await server.http.connect();
    client.send(getText('/push/', WEBSOCKET));
    await client.until('NOT_FOUND');
    server.transport.open = true;
    client.send(getText('/push/', WEBSOCKET));
    await client.until('101');
  });

  it('are closed to pages of origins that may not call', async () => {
    const own = await server.transport.serve({ cors_origins: 'https://a.example' });
    const client = await own.connect();
    client.send(getText('/push/', `${WEBSOCKET}Origin: https://b.example\r\n`));
    await client.until('NOT_FOUND');
    client.send(getText('/push/', `${WEBSOCKET}Origin: https://a.example\r\n`));
    await client.until('101');
    await own.close();
  });

  const BODIES: [title: string, request: (body: string) => string][] = [
    ['of announced length', (body) => postText(body, H2C)],
    ['in chunks', (body) => chunkedText([body.slice(0, 3), body.slice(3)], H2C)],
  ];
  const SIZES = [2, 1000, 100_000];
  for (const [title, request] of BODIES) {
    for (const size of SIZES) {
      it(`keep a body ${title} of ${size} bytes, and serve what comes after it`, async () => {
        const body = JSON.stringify({ a: 'x'.repeat(size) });
        const client = await server.http.connect();
        await client.send(request(body)).until(body);
        // Sent ahead, and the last one asks again. What is sent ahead behind one that asks, Node drops: with or without a transport.
        await client.send(postText('{"b":2}') + request('{"c":3}')).until('{"c":3}');
        await client.send(getText('/time')).until('"now"');
        expect(client.statuses).to.deep.equal([200, 200, 200, 200]);
        expect(client.received).to.contain('{"b":2}');
      });
    }

    it(`keep a body ${title} that comes in pieces of one byte`, async () => {
      const client = await server.http.connect();
      client.socket.setNoDelay(true);
      for (const sign of request('{"a":"b"}') + getText('/time')) {
        client.send(sign);
        await new Promise(setImmediate);
      }
      await client.until('"now"');
      expect(client.statuses).to.deep.equal([200, 200]);
      expect(client.received).to.contain('{"a":"b"}');
    });
  }

  it('ask for permission to send a body, and get it', async () => {
    const client = await server.http.connect();
    client.send(`POST /echo HTTP/1.1\r\nHost: a\r\n${H2C}Expect: 100-continue\r\nContent-Length: 7\r\n\r\n`);
    await client.until('100 Continue');
    client.send('{"a":1}');
    await client.until('{"a":1}');
    expect(client.statuses).to.deep.equal([100, 200]);
  });

  it('serve a hundred requests that ask for an upgrade one after the other, and keep nothing of them', async () => {
    const client = await server.http.connect();
    for (let count = 1; count <= 100; count++) {
      client.send(count % 2 === 0 ? getText('/time', H2C) : postText(`{"n":${count}}`, H2C));
      await client.until(count % 2 === 0 ? /"now"$/ : `{"n":${count}}`);
      client.received = '';
    }
    client.send(getText('/push/', WEBSOCKET));
    await client.until('101');
    await new Promise(setImmediate);
    expect(server.warnings).to.deep.equal([]);
  });

  it('give two hundred requests sent ahead their answers in order, the last one that asks for an upgrade too', async () => {
    const client = await server.http.connect();
    const bodies = Array.from({ length: 200 }, (_, n) => `{"n":${n}}`);
    client.send(bodies.map((body, n) => postText(body, n === 199 ? H2C : '')).join(''));
    await client.until('{"n":199}');
    expect(client.received.match(/\{"n":\d+\}/g)).to.deep.equal(bodies);
    expect(server.http.endpoint.requestsInFlight).to.equal(0);
  });

  it('wait for an answer that is still being made before the next one', async () => {
    const held = server.http.hold('/held');
    const client = await server.http.connect();
    client.send(getText('/held') + getText('/time', H2C));
    await held.come(1);
    held.answerAll();
    await client.until('"now"');
    expect(client.received.indexOf('"held"')).to.be.lessThan(client.received.indexOf('"now"'));
  });

  it('are no transport’s while an answer is owed on them', async () => {
    const held = server.http.hold('/held');
    const client = await server.http.connect();
    client.send(getText('/held') + getText('/push/', WEBSOCKET));
    await held.come(1);
    held.answerAll();
    await client.until('NOT_FOUND');
    expect(client.statuses).to.deep.equal([200, 404]);
  });

  it('end after an answer to HTTP/1.0, or where the client asks for that', async () => {
    for (const request of [
      `GET /time HTTP/1.0\r\n${H2C}\r\n`,
      getText('/time', 'Connection: close, Upgrade\r\nUpgrade: h2c\r\n'),
    ]) {
      const client = await server.http.connect();
      expect(await client.exchange(request)).to.match(/200 OK[\s\S]*"now"$/);
    }
  });
});
