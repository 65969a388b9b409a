import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { SessionsHttpClientV1 } from 'service-sessions-client';
import { failureOf, HastyTimers, httpClients, wireSession } from '../../support/ClientTests.js';
import { type FaultyAnswer, faultyHttpServer } from '../../support/FaultyHttpServer.js';

const TIMEOUT = 60_000;
const HANGS: [title: string, answer: FaultyAnswer][] = [
  ['before an answer', () => {}],
  ['within the headers', (x) => x.raw('HTTP/1.1 200 OK\r\ncontent-')],
  ['after the headers', (x) => x.raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n')],
  ['within the body', (x) => x.raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"id"')],
  ['between two chunks', (x) => x.raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n')],
];

describe('A call over HTTP ends', () => {
  const server = faultyHttpServer();
  const connect = httpClients();
  const asked = () => server().until(() => server().requests.length > 0);
  const gone = () => server().until(() => server().sockets.size === 0);

  for (const [title, answer] of HANGS) {
    it(`with TIMEOUT when the service hangs ${title}, and its connection with it`, async () => {
      server().answer = answer;
      const timers = new HastyTimers(TIMEOUT);
      const call = failureOf(connect(server(), { timeout: TIMEOUT }, { timers }).getSessionById('7', 's1'));
      await asked();
      timers.runHeld();
      const error = await call;
      expect(error).to.include({ code: 'TIMEOUT', correlationId: '7', category: 'NoResponse', status: undefined });
      expect(error.details).to.deep.equal({ timeout: TIMEOUT });
      await gone();
    });

    it(`with ABORTED when its caller aborts while the service hangs ${title}, and its connection with it`, async () => {
      server().answer = answer;
      const controller = new AbortController();
      const client = connect(server(), { timeout: TIMEOUT });
      const call = failureOf(client.getSessionById('7', 's1', { signal: controller.signal }));
      await asked();
      const reason = new Error('changed my mind');
      controller.abort(reason);
      expect(await call).to.include({ code: 'ABORTED', correlationId: '7', cause: reason });
      await gone();
    });

    it(`with ABORTED when the client is closed while the service hangs ${title}`, async () => {
      server().answer = answer;
      const client = connect(server(), { timeout: TIMEOUT });
      const call = failureOf(client.getSessionById('7', 's1'));
      await asked();
      await client.close();
      expect(await call).to.include({ code: 'ABORTED' });
      await gone();
    });
  }

  it('with TIMEOUT after the time that the call was given', async () => {
    server().answer = () => {};
    const client = connect(server(), { timeout: TIMEOUT });
    expect(await failureOf(client.getSessionById(null, 's1', { timeout: 20 }))).to.deep.include({
      code: 'TIMEOUT',
      details: { timeout: 20 },
    });
  });

  it('well within a time that is longer than timers take', async () => {
    server().answer = (x) => x.json(wireSession());
    const call = connect(server()).getSessionById(null, 's1', { timeout: Number.MAX_SAFE_INTEGER });
    expect(await call).to.include({ id: 's1' });
  });

  it('with TIMEOUT when it has waited for a connection only', async () => {
    server().answer = () => {};
    const client = connect(server(), { timeout: TIMEOUT, max_connections: 1 });
    const first = failureOf(client.getSessionById(null, 's1'));
    await asked();
    expect(await failureOf(client.getSessionById(null, 's2', { timeout: 20 }))).to.include({ code: 'TIMEOUT' });
    await client.close();
    await first;
    expect(server().requests.length).to.equal(1);
  });

  it('with TIMEOUT in the middle of waiting for another attempt, and tells the failure before as its cause', async () => {
    server().answer = (x) => x.answer(503, '');
    const waits: number[] = [];
    let runDeadline = () => {};
    const timers = {
      once(milliseconds: number, run: () => void) {
        if (milliseconds === TIMEOUT) runDeadline = run;
        else {
          waits.push(milliseconds);
          setImmediate(() => runDeadline());
        }
        return () => {};
      },
    };
    const client = connect(server(), { timeout: TIMEOUT, retries: 1 }, { timers });
    const error = await failureOf(client.getSessionById(null, 's1'));
    expect(error.code).to.equal('TIMEOUT');
    expect(error.cause).to.include({ code: 'BAD_REPLY', status: 503 });
    expect(waits.length).to.equal(1);
  });

  it('with ABORTED, and sends nothing, when its signal was aborted before', async () => {
    const client = connect(server());
    const call = client.getSessionById(null, 's1', { signal: AbortSignal.abort() });
    expect((await failureOf(call)).code).to.equal('ABORTED');
    expect(server().connections).to.equal(0);
  });

  it('with ABORTED, and sends nothing, when it is aborted while it waits for a connection', async () => {
    const held: (() => void)[] = [];
    server().answer = (x) => held.push(() => x.json(wireSession()));
    const client = connect(server(), { max_connections: 1 });
    const first = client.getSessionById(null, 's1');
    await asked();
    const controller = new AbortController();
    const second = failureOf(client.getSessionById(null, 's2', { signal: controller.signal }));
    controller.abort();
    expect((await second).code).to.equal('ABORTED');
    held.shift()?.();
    await first;
    const third = client.getSessionById(null, 's1');
    await server().until(() => server().requests.length === 2);
    held.shift()?.();
    await third;
    expect(server().requests.map(({ args }) => args['session_id'])).to.deep.equal(['s1', 's1']);
  });

  it('without leaving anything at its signal, however many calls share one', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    try {
      server().answer = (x) => x.json(wireSession());
      const client = connect(server());
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 100 }, () => client.getSessionById(null, 's1', { signal })));
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
      // Warnings are given at the next turn.
      await new Promise(setImmediate);
      expect(warnings).to.deep.equal([]);
    } finally {
      process.off('warning', warned);
    }
  });

  it('with NOT_OPEN after the client was closed, until it is opened again', async () => {
    server().answer = (x) => x.json(wireSession());
    const client = connect(server());
    expect(client.isOpen()).to.equal(false);
    expect((await client.getSessionById(null, 's1'))?.id).to.equal('s1');
    await client.close();
    expect((await failureOf(client.getSessionById(null, 's1'))).code).to.equal('NOT_OPEN');
    await client.open();
    expect(client.isOpen()).to.equal(true);
    expect((await client.getSessionById(null, 's1'))?.id).to.equal('s1');
    await client.close();
    await client.close();
    expect(client.isOpen()).to.equal(false);
  });

  it('with TIMEOUT or ABORTED while the client is being opened, as the opening was told', async () => {
    server().answer = () => {};
    const client = connect(server(), { timeout: TIMEOUT });
    expect(await failureOf(client.open('7', { timeout: 20 }))).to.include({ code: 'TIMEOUT', correlationId: '7' });
    const controller = new AbortController();
    const opening = failureOf(client.open(null, { signal: controller.signal }));
    controller.abort();
    expect((await opening).code).to.equal('ABORTED');
    expect(client.isOpen()).to.equal(false);
  });

  it('with ABORTED when the client is closed while it is being opened, which it then is not', async () => {
    server().answer = () => {};
    const client = connect(server());
    const opening = failureOf(client.open());
    await asked();
    await client.close();
    expect((await opening).code).to.equal('ABORTED');
    expect(client.isOpen()).to.equal(false);
  });

  it('with UNREACHABLE when nothing listens, its cause kept', async () => {
    const { port } = server();
    await server().stop();
    const error = await failureOf(connect({ port }).getSessionById('7', 's1'));
    expect(error).to.include({ code: 'UNREACHABLE', category: 'NoResponse', status: undefined, correlationId: '7' });
    expect(error.cause).to.include({ code: 'ECONNREFUSED' });
    expect(error.message).to.match(/^http:\/\/127\.0\.0\.1:\d+ does not answer: connect ECONNREFUSED/);
  });

  for (const [title, answer] of [
    ['is reset', (x) => x.reset()],
    ['is ended', (x) => x.end()],
    ['is ended within the headers', (x) => x.raw('HTTP/1.1 200 OK\r\ncontent-').end()],
  ] as [string, FaultyAnswer][]) {
    it(`with UNREACHABLE when the connection ${title} before an answer`, async () => {
      server().answer = answer;
      expect((await failureOf(connect(server()).getSessionById(null, 's1'))).code).to.equal('UNREACHABLE');
    });
  }

  it('with UNREACHABLE when the name of the service is unknown', async () => {
    const client = new SessionsHttpClientV1({ connection: { host: 'nobody.invalid' } });
    const error = await failureOf(client.getSessionById(null, 's1'));
    expect(error.code).to.equal('UNREACHABLE');
    expect(error.message).to.include('http://nobody.invalid:8080');
  });
});
