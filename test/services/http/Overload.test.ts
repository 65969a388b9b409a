import { expect } from 'chai';
import { HttpTestEndpoint } from '../../support/HttpTestEndpoint.js';

describe('Requests in flight', () => {
  const MOST = 3;
  let server: HttpTestEndpoint;
  beforeEach(async () => {
    server = new HttpTestEndpoint({ 'options.max_in_flight': MOST });
    server.endpoint.addRoute({
      method: 'GET',
      path: '/alive',
      counted: false,
      run: (exchange) => exchange.sendJson('1'),
    });
    await server.open();
  });
  afterEach(() => server.close());

  it('are refused at once with OVERLOADED over the most allowed, and taken again below it', async () => {
    const held = server.hold('/held');
    const answers = Array.from({ length: MOST }, () => server.fetch('/held'));
    await held.come(MOST);
    const refused = await server.fetch('/time?correlation_id=c1');
    expect(refused.status).to.equal(503);
    expect(refused.headers.get('retry-after')).to.match(/^[1-9]\d*$/);
    expect(await refused.json()).to.include({
      code: 'OVERLOADED',
      category: 'NoResponse',
      status: 503,
      correlation_id: 'c1',
    });
    await server.fetch('/time');
    expect(server.log.lines.filter(({ message }) => message.startsWith('Refusing requests: 3 are'))).to.have.length(1);
    held.answerAll();
    for (const answer of await Promise.all(answers)) expect(answer.status).to.equal(200);
    expect(server.endpoint.requestsInFlight).to.equal(0);
    expect((await server.fetch('/time')).status).to.equal(200);
  });

  it('count those whose bodies are still coming', async () => {
    const connections = await Promise.all(Array.from({ length: MOST }, () => server.connect()));
    for (const connection of connections) {
      connection.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{');
    }
    while (server.endpoint.requestsInFlight < MOST) await new Promise(setImmediate);
    expect((await server.send('/echo', '{}')).status).to.equal(503);
    for (const connection of connections) connection.socket.destroy();
  });

  it('do not count the heartbeat, which is answered under any load', async () => {
    const held = server.hold('/held');
    const answers = Array.from({ length: MOST }, () => server.fetch('/held'));
    await held.come(MOST);
    expect((await server.fetch('/alive')).status).to.equal(200);
    expect(server.endpoint.requestsInFlight).to.equal(MOST);
    held.answerAll();
    await Promise.all(answers);
  });

  it('are not counted twice, however often they are answered', async () => {
    const held = server.hold('/held');
    const answer = server.fetch('/held');
    await held.come(1);
    held.answerAll();
    held.answerAll();
    held.exchanges[0]?.fail(new Error('too late'));
    expect(await (await answer).json()).to.equal('held');
    expect(server.endpoint.requestsInFlight).to.equal(0);
  });
});
