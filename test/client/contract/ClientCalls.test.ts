import { expect } from 'chai';
import type { ISessionsClientV1 } from 'service-sessions-client';
import { type ClientOfATest, clientError, EVERY_CLIENT, EVERY_METHOD } from '../../support/EveryClient.js';

/** What a timeout is not. */
const NO_TIMEOUTS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', '', true, {}, [5], 5n, Symbol('5')];
const NO_SIGNALS = [5, 'abort', true, {}, [], () => undefined, { aborted: true }];
const NO_OPTIONS = [5, 'text', '', true, false, 0, [], [{ timeout: 5 }], () => undefined];
const NO_CORRELATION_IDS = [5, true, {}, [], { user_id: 'ann' }, Symbol('c')];

for (const kind of EVERY_CLIENT) {
  describe(`The calls of the ${kind.name} client`, () => {
    let running: ClientOfATest;
    let client: ISessionsClientV1;
    let id: string;

    beforeEach(async () => {
      running = await kind.start();
      client = running.client;
      await client.open(null);
      ({ id } = await client.openSession(null, { user_id: 'ann', user: 1, data: 2 }));
    });
    afterEach(() => running.stop());

    /** Checks that calls end with this error, by every method, and that none of them did anything. */
    const expectRefused = async (
      calls: (method: (typeof EVERY_METHOD)[string], name: string) => Promise<void>,
    ): Promise<void> => {
      const before = await client.getSessionById(null, id);
      for (const [name, method] of Object.entries(EVERY_METHOD)) await calls(method, name);
      expect(await client.getSessionById(null, id)).to.deep.equal(before);
      const { total } = await client.getSessions(null, null, { total: true });
      expect(total).to.equal(kind.keepsSessions ? 1 : 0);
    };

    it('end with ABORTED and do nothing where the signal was aborted before', async () => {
      const reason = new Error('the page was left');
      const signal = AbortSignal.abort(reason);
      await expectRefused(async (method, name) => {
        const error = await clientError(method(client, id, { signal }), name);
        expect(error, name).to.include({ code: 'ABORTED', correlationId: 'c-1', cause: reason });
      });
    });

    it('are refused with a timeout that is no number of milliseconds', async () => {
      await expectRefused(async (method, name) => {
        for (const timeout of NO_TIMEOUTS) {
          const error = await clientError(method(client, id, { timeout: timeout as number }), name);
          expect(error, `${name} ${String(timeout)}`).to.deep.include({
            code: 'INVALID_DATA',
            correlationId: 'c-1',
            details: { field: 'timeout' },
          });
        }
      });
    });

    it('are refused with a signal that is none', async () => {
      await expectRefused(async (method, name) => {
        for (const signal of NO_SIGNALS) {
          const error = await clientError(method(client, id, { signal: signal as unknown as AbortSignal }), name);
          expect(error, name).to.deep.include({ code: 'INVALID_DATA', details: { field: 'signal' } });
        }
      });
    });

    it('are refused with options that are no object', async () => {
      await expectRefused(async (method, name) => {
        for (const options of NO_OPTIONS) {
          const error = await clientError(method(client, id, options as object), name);
          expect(error, name).to.deep.include({ code: 'INVALID_DATA', details: { field: 'options' } });
        }
      });
    });

    it('are refused with a correlation id that is no text', async () => {
      await expectRefused(async (method, name) => {
        for (const correlationId of NO_CORRELATION_IDS) {
          const error = await clientError(method(client, id, {}, correlationId as string), name);
          expect(error, name).to.deep.include({ code: 'INVALID_DATA', details: { field: 'correlation_id' } });
        }
      });
    });

    it('take null and undefined for options that are absent', async () => {
      for (const [name, method] of Object.entries(EVERY_METHOD)) {
        const { id: other } = await client.openSession(null, { user_id: 'cat', data: {} });
        for (const options of [null, undefined, {}, { signal: null, timeout: null }, { signal: undefined }]) {
          await method(client, other, options as object);
          if (name.startsWith('close') || name.startsWith('delete')) break;
        }
      }
    });

    it('take a signal that is never aborted and the longest timeout', async () => {
      const options = { signal: new AbortController().signal, timeout: Number.MAX_SAFE_INTEGER };
      for (const method of Object.values(EVERY_METHOD)) {
        const { id: other } = await client.openSession(null, { user_id: 'cat', data: {} });
        await method(client, other, options);
      }
    });
  });
}
