import { expect } from 'chai';
import type { ISessionsClientV1 } from 'service-sessions-client';
import {
  type ClientKind,
  type ClientOfATest,
  clientError,
  EVERY_CLIENT,
  EVERY_METHOD,
} from '../../support/EveryClient.js';

/** What a timeout is not. */
const NO_TIMEOUTS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', '', true, {}, [5], 5n, Symbol('5')];
const NO_SIGNALS = [5, 'abort', true, {}, [], () => undefined, { aborted: true }];
const NO_OPTIONS = [5, 'text', '', true, false, 0, [], [{ timeout: 5 }], () => undefined];
const LONGEST = { timeout: Number.MAX_SAFE_INTEGER };
const NO_CORRELATION_IDS = [5, true, {}, [], { user_id: 'ann' }, Symbol('c')];

/** A client, and a session that it has opened. */
type Given = () => { client: ISessionsClientV1; id: string };
type Calls = (method: (typeof EVERY_METHOD)[string], name: string) => Promise<void>;

for (const kind of EVERY_CLIENT) {
  describe(`The calls of the ${kind.name} client`, () => {
    let running: ClientOfATest;
    let id: string;

    beforeEach(async () => {
      running = await kind.start();
      await running.client.open(null);
      ({ id } = await running.client.openSession(null, { user_id: 'ann', user: 1, data: 2 }));
    });
    afterEach(() => running.stop());

    const given: Given = () => ({ client: running.client, id });
    refusedPromises(kind, given);
    takenPromises(given);
  });
}

/** Makes calls by every method, and checks that none of them did anything. */
async function expectNothingDone(kind: ClientKind, given: Given, calls: Calls): Promise<void> {
  const { client, id } = given();
  const before = await client.getSessionById(null, id);
  for (const [name, method] of Object.entries(EVERY_METHOD)) await calls(method, name);
  expect(await client.getSessionById(null, id)).to.deep.equal(before);
  const { total } = await client.getSessions(null, null, { total: true });
  expect(total).to.equal(kind.keepsSessions ? 1 : 0);
}

function refusedPromises(kind: ClientKind, given: Given): void {
  it('end with ABORTED and do nothing where the signal was aborted before', async () => {
    const reason = new Error('the page was left');
    const signal = AbortSignal.abort(reason);
    await expectNothingDone(kind, given, async (method, name) => {
      const error = await clientError(method(given().client, given().id, { signal }), name);
      expect(error, name).to.include({ code: 'ABORTED', correlationId: 'c-1', cause: reason });
    });
  });

  const wrong: [title: string, field: string, values: unknown[], options: (value: never) => object][] = [
    ['a timeout that is no number of milliseconds', 'timeout', NO_TIMEOUTS, (timeout) => ({ timeout })],
    ['a signal that is none', 'signal', NO_SIGNALS, (signal) => ({ signal })],
    ['options that are no object', 'options', NO_OPTIONS, (options) => options],
  ];
  for (const [title, field, values, options] of wrong) {
    it(`are refused with ${title}, and do nothing`, async () => {
      await expectNothingDone(kind, given, async (method, name) => {
        for (const value of values) {
          const error = await clientError(method(given().client, given().id, options(value as never)), name);
          const expected = { code: 'INVALID_DATA', correlationId: 'c-1', details: { field } };
          expect(error, `${name} ${String(value)}`).to.deep.include(expected);
        }
      });
    });
  }

  it('are refused with a correlation id that is no text, and do nothing', async () => {
    await expectNothingDone(kind, given, async (method, name) => {
      for (const correlationId of NO_CORRELATION_IDS) {
        const error = await clientError(method(given().client, given().id, {}, correlationId as string), name);
        expect(error, name).to.deep.include({ code: 'INVALID_DATA', details: { field: 'correlation_id' } });
      }
    });
  });
}

function takenPromises(given: Given): void {
  const { signal } = new AbortController();
  const taken: [title: string, options: unknown[]][] = [
    ['null and undefined for options that are absent', [null, undefined, {}, { signal: null, timeout: null }]],
    ['a signal that is never aborted', [{ signal }]],
    ['a timeout of seconds, and the longest that there is', [{ timeout: 5000 }, LONGEST]],
  ];
  for (const [title, values] of taken) {
    it(`take ${title}`, async () => {
      const { client } = given();
      for (const options of values) {
        for (const method of Object.values(EVERY_METHOD)) {
          const { id } = await client.openSession(null, { user_id: 'cat', data: {} });
          await method(client, id, options as object);
        }
      }
    });
  }
}
