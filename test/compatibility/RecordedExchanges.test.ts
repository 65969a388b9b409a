import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { expect } from 'chai';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { memoryStore } from '../support/ApiStores.js';
import { type CommandableHttpServer, serveCommandableHttp } from '../support/CommandableHttpApi.js';
import { openController } from '../support/DirectApi.js';
import { FakeClock } from '../support/FakeClock.js';
import { RECORDED_EXCHANGES, RECORDED_HEADERS, type RecordedExchange } from './RecordedExchanges.js';

interface Reply {
  status: number | undefined;
  type: string | undefined;
  body: string;
}

/** Sends a recorded request as it came, on a connection that stays open as the client's did. */
function replay(agent: Agent, port: number, line: string, body: string): Promise<Reply> {
  const [method = '', path = ''] = line.split(' ');
  const digest = createHash('md5').update(body).digest('base64');
  const headers = [...RECORDED_HEADERS, ['content-length', String(Buffer.byteLength(body))], ['content-md5', digest]];
  const sent = [...headers, ['host', `127.0.0.1:${port}`]].flat();
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: '127.0.0.1', port, method, path, headers: sent as never }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode, type: response.headers['content-type'], body: text });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

describe('What the published client of the older service sends', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let controller: SessionsController;
  let server: CommandableHttpServer;
  let sessionId = '';

  before(async () => {
    controller = await openController(await memoryStore().open(), {}, new FakeClock());
    server = await serveCommandableHttp(controller);
  });
  after(async () => {
    agent.destroy();
    await server.close();
    await controller.close(null);
  });

  const filledIn = (text: string): string => text.replaceAll('"ID"', JSON.stringify(sessionId));

  // In their order: together they are the life of a session.
  for (const exchange of RECORDED_EXCHANGES) {
    it(`${exchange.title} is answered ${exchange.status}`, async () => {
      const { status, type, body } = await replay(agent, server.port, exchange.request, filledIn(exchange.body));
      expect(status, body).to.equal(exchange.status);
      if (status === 204) {
        expect(body).to.equal('');
        return;
      }
      expect(type).to.match(/^application\/json\b/);
      const value: unknown = JSON.parse(body);
      if (exchange.request.includes('open_session') && status === 200) sessionId = (value as { id: string }).id;
      expectMembers(value, exchange);
    });
  }

  function expectMembers(value: unknown, { reply }: RecordedExchange): void {
    if (reply !== undefined) expect(value).to.deep.include(JSON.parse(filledIn(JSON.stringify(reply))));
    else expect(value).to.equal(0);
  }
});
