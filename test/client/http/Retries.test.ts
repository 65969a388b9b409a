import { expect } from 'chai';
import fc from 'fast-check';
import type { SessionsHttpClientV1 } from 'service-sessions-client';
import { failureOf, HastyTimers, httpClients, StandingClock, wireSession } from '../../support/ClientTests.js';
import {
  type FaultyAnswer,
  type FaultyExchange,
  FaultyHttpServer,
  faultyHttpServer,
} from '../../support/FaultyHttpServer.js';

const TIMEOUT = 60_000;

const read = (client: SessionsHttpClientV1) => client.getSessionById(null, 's1');
const open = (client: SessionsHttpClientV1) => client.openSession(null, { user_id: 'ann' });
const store = (client: SessionsHttpClientV1) => client.storeSessionData(null, 's1', 1);

const error =
  (status: number, code: string): FaultyAnswer =>
  (x) =>
    x.json({ code, message: 'm', category: 'NoResponse', status }, status);

const reset: FaultyAnswer = (x) => x.reset();
const cut: FaultyAnswer = (x) => x.raw('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{').end();
const html =
  (status: number): FaultyAnswer =>
  (x) =>
    x.answer(status, '<html>');
const redirect: FaultyAnswer = (x) => x.answer(302, '', { location: '/' });

/** A first failure, and which calls are made again after it. */
const FAILURES: [title: string, answer: FaultyAnswer, read: boolean, open: boolean, write: boolean][] = [
  ['a broken connection', reset, true, false, false],
  ['an answer that is cut off', cut, true, false, false],
  ['a 502 of a proxy', html(502), true, false, false],
  ['a 503 of a proxy', html(503), true, true, false],
  ['a 504 of a proxy', html(504), true, false, false],
  ['PERSISTENCE_UNAVAILABLE', error(503, 'PERSISTENCE_UNAVAILABLE'), true, true, false],
  ['OVERLOADED', error(503, 'OVERLOADED'), true, true, true],
  ['an error of the service', error(500, 'UNKNOWN'), false, false, false],
  ['a refusal', error(409, 'SESSION_CLOSED'), false, false, false],
  ['a redirect', redirect, false, false, false],
  ['text that is no JSON', html(200), false, false, false],
  ['text that is no UTF-8', (x) => x.answer(200, Buffer.from([255])), false, false, false],
  ['what is no HTTP', (x) => x.raw('hello\r\n\r\n').end(), false, false, false],
];

describe('The HTTP client makes a call again', () => {
  const server = faultyHttpServer();
  const connect = httpClients();
  const connected = (options: object = {}, timers = new HastyTimers(TIMEOUT), clock = new StandingClock()) =>
    connect(server(), { timeout: TIMEOUT, retries: 1, ...options }, { timers, clock, random: () => 0.5 });

  for (const [title, answer, ...isRepeated] of FAILURES) {
    for (const [index, call] of [read, open, store].entries()) {
      const operation = ['a read', 'an opening', 'a write'][index];
      it(`${isRepeated[index] ? 'after' : 'never after'} ${title}, of ${operation}`, async () => {
        server().answer = firstThen(answer, (x) => x.json(wireSession()));
        const result = call(connected());
        if (isRepeated[index]) expect((await result)?.id).to.equal('s1');
        else await failureOf(result);
        expect(server().requests.length).to.equal(isRepeated[index] ? 2 : 1);
      });
    }
  }

  for (const [index, call] of [read, open, store].entries()) {
    it(`after a refused connection: ${['a read', 'an opening', 'a write'][index]}`, async () => {
      const { port } = server();
      await server().stop();
      let back: FaultyHttpServer | undefined;
      const timers = new HastyTimers(TIMEOUT);
      const start = timers.once.bind(timers);
      timers.once = (milliseconds, run) => {
        if (milliseconds === TIMEOUT) return start(milliseconds, run);
        // The service comes back while the client waits.
        const starting = FaultyHttpServer.start({ port }).then((started) => {
          back = started;
          back.answer = (x) => x.json(wireSession());
          run();
        });
        return () => starting;
      };
      const client = connect({ port }, { timeout: TIMEOUT, retries: 1 }, { timers });
      try {
        expect((await call(client))?.id).to.equal('s1');
      } finally {
        await back?.stop();
      }
    });
  }

  it('as often as it may, and waits longer each time', async () => {
    const timers = new HastyTimers(TIMEOUT);
    const client = connected({ retries: 4 }, timers);
    server().answer = (x) => x.json(wireSession());
    for (let call = 0; call < 10; call++) await read(client);
    server().answer = html(503);
    expect((await failureOf(read(client))).status).to.equal(503);
    expect(timers.waits).to.deep.equal([25, 50, 100, 200]);
  });

  it('never when it may not', async () => {
    server().answer = html(503);
    await failureOf(read(connected({ retries: 0 })));
    expect(server().requests.length).to.equal(1);
  });

  it('not before the time that Retry-After asks for, in seconds', async () => {
    server().answer = firstThen(
      (x) => x.answer(503, '', { 'retry-after': '1' }),
      (x) => x.json(wireSession()),
    );
    const timers = new HastyTimers(TIMEOUT);
    await read(connected({}, timers));
    expect(timers.waits).to.deep.equal([1025]);
  });

  it('not before the time that Retry-After asks for, as a date', async () => {
    const now = Date.UTC(2026, 2, 1);
    const date = new Date(now + 7000).toUTCString();
    server().answer = firstThen(
      (x) => x.answer(503, '', { 'retry-after': date }),
      (x) => x.json(wireSession()),
    );
    const timers = new HastyTimers(TIMEOUT);
    await read(connected({}, timers, new StandingClock(now)));
    expect(timers.waits).to.deep.equal([7025]);
  });

  for (const header of ['0', 'soon', '-5', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
    it(`after a moment when Retry-After is "${header}"`, async () => {
      server().answer = firstThen(
        (x) => x.answer(503, '', { 'retry-after': header }),
        (x) => x.json(wireSession()),
      );
      const timers = new HastyTimers(TIMEOUT);
      await read(connected({}, timers));
      expect(timers.waits).to.deep.equal([25]);
    });
  }

  for (const header of ['60', '100', '99999999999999999999', 'Fri, 31 Dec 2100 23:59:59 GMT']) {
    it(`not at all, and fails at once, when Retry-After is "${header}" and the time-out sooner`, async () => {
      server().answer = (x) => x.answer(503, '', { 'retry-after': header });
      const timers = new HastyTimers(TIMEOUT);
      expect((await failureOf(read(connected({}, timers)))).status).to.equal(503);
      expect(timers.waits).to.deep.equal([]);
    });
  }

  it('at most once for each two failing calls, when the service goes on failing', async () => {
    server().answer = html(503);
    const client = connected({ retries: 1 });
    for (let call = 0; call < 20; call++) await failureOf(read(client));
    expect(server().requests.length).to.equal(30);
  });

  it('at most once for each two failing calls, and once more, when very many fail together', async () => {
    server().answer = html(503);
    const client = connected({ retries: 3 });
    await Promise.all(Array.from({ length: 500 }, () => failureOf(read(client))));
    expect(server().requests.length).to.be.within(501, 753);
  });

  it('so that retries are at most half of the calls, or of the failed ones in a row, and as many as one call may have', async () => {
    const outcomes = fc.array(fc.constantFrom('well', 'once', 'ill'), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 0, max: 10 }), async (series, retries) => {
        const client = connected({ retries });
        let [retried, failedInRow, retriedInRow] = [0, 0, 0];
        for (const outcome of series) {
          const before = server().requests.length;
          const well: FaultyAnswer = (x) => x.json(wireSession());
          server().answer = outcome === 'well' ? well : outcome === 'ill' ? html(503) : firstThen(html(503), well);
          await read(client).catch(() => null);
          const again = server().requests.length - before - 1;
          retried += again;
          [failedInRow, retriedInRow] = outcome === 'well' ? [0, 0] : [failedInRow + 1, retriedInRow + again];
          expect(retriedInRow).to.be.at.most(Math.max(1, retries) + failedInRow / 2);
        }
        expect(retried).to.be.at.most(1 + series.length / 2);
        await client.close();
      }),
      { numRuns: 60 },
    );
  });

  it('never after it was aborted while it waited', async () => {
    const controller = new AbortController();
    const waits = new Set<() => void>();
    const timers = {
      once(milliseconds: number, run: () => void) {
        waits.add(run);
        if (milliseconds !== TIMEOUT) setImmediate(() => controller.abort());
        return () => waits.delete(run);
      },
    };
    server().answer = html(503);
    const client = connect(server(), { timeout: TIMEOUT, retries: 1 }, { timers });
    const error = await failureOf(client.getSessionById(null, 's1', { signal: controller.signal }));
    expect([error.code, waits.size, server().requests.length]).to.deep.equal(['ABORTED', 0, 1]);
  });

  it('with the very same request', async () => {
    server().answer = firstThen(reset, (x) => x.json(wireSession()));
    const timers = new HastyTimers(TIMEOUT);
    await connected({}, timers).validateSession('request-7', 's1', 'ann');
    expect(timers.heldCount).to.equal(0);
    const [first, second] = server().requests.map(({ method, path, body }) => ({ method, path, body }));
    expect(second).to.deep.equal(first);
    expect(first).to.include({ method: 'POST', path: '/v1/sessions/validate_session?correlation_id=request-7' });
  });
});

function firstThen(first: FaultyAnswer, then: FaultyAnswer): FaultyAnswer {
  let isFirst = true;
  return (exchange: FaultyExchange) => {
    const answer = isFirst ? first : then;
    isFirst = false;
    answer(exchange);
  };
}
