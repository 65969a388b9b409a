import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { SessionsDirectClientV1 } from 'service-sessions-client';
import { clientError } from '../../support/EveryClient.js';
import { ROOT } from '../../support/ServiceProcess.js';
import { fakeController } from './FakeController.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('A call of a direct client', () => {
  it('that the controller fails in an unknown way is UNKNOWN, with the cause', async () => {
    const thrown = Object.assign(new Error('at /srv/db'), { code: 'ECONNREFUSED' });
    for (const cause of [thrown, 'text', null, undefined]) {
      const client = new SessionsDirectClientV1(
        {},
        fakeController(() => Promise.reject(cause)),
      );
      const error = await clientError(client.closeExpiredSessions('c-1'));
      expect(error).to.include({ code: 'UNKNOWN', status: 500, correlationId: 'c-1' });
      expect(error.cause).to.equal(cause);
      expect(error.message).not.to.contain('/srv/db');
    }
    const client = new SessionsDirectClientV1(
      {},
      fakeController(() => {
        throw thrown;
      }),
    );
    expect(await clientError(client.closeExpiredSessions(null))).to.include({ code: 'UNKNOWN', cause: thrown });
  });

  it('ends with TIMEOUT when it takes longer than it may, by the call or by the configuration', async () => {
    const patient = new SessionsDirectClientV1({}, fakeController(never));
    const error = await clientError(patient.getSessionById('c-1', 'x', { timeout: 1 }));
    expect(error).to.deep.include({ code: 'TIMEOUT', correlationId: 'c-1', details: { timeout: 1 } });
    const hasty = new SessionsDirectClientV1({ options: { timeout: '1' } }, fakeController(never));
    expect(await clientError(hasty.getSessionById(null, 'x'))).to.include({ code: 'TIMEOUT' });
  });

  it('waits for the longest time-outs that there are', async () => {
    let end: (answer: null) => void = () => undefined;
    const client = new SessionsDirectClientV1(
      {},
      fakeController(
        () =>
          new Promise((resolve) => {
            end = resolve;
          }),
      ),
    );
    const call = client.getSessionById(null, 'x', { timeout: Number.MAX_SAFE_INTEGER });
    const first = await Promise.race([call, new Promise((resolve) => setImmediate(() => resolve('waiting')))]);
    expect(first).to.equal('waiting');
    end(null);
    expect(await call).to.equal(null);
  });

  it('ends with ABORTED when its signal is aborted, also when many calls share the signal', async () => {
    const client = new SessionsDirectClientV1({}, fakeController(never));
    const abort = new AbortController();
    const calls = Array.from({ length: 20 }, () =>
      clientError(client.getSessionById('c-1', 'x', { signal: abort.signal })),
    );
    // Node.js warns of a leak from eleven on.
    expect(getEventListeners(abort.signal, 'abort')).to.have.length(1);
    abort.abort('enough');
    for (const error of await Promise.all(calls)) {
      expect(error).to.include({ code: 'ABORTED', correlationId: 'c-1', cause: 'enough' });
    }
    expect(getEventListeners(abort.signal, 'abort')).to.deep.equal([]);
  });

  it('that ends takes no notice of its signal any more, and leaves that of others alone', async () => {
    const { signal, abort } = abortable();
    const client = new SessionsDirectClientV1(
      {},
      fakeController((method) => (method === 'closeSession' ? never() : Promise.resolve(null))),
    );
    const hanging = clientError(client.closeSession(null, 'x', { signal }));
    await client.getSessionById(null, 'x', { signal });
    expect(getEventListeners(signal, 'abort')).to.have.length(1);
    abort();
    expect(await hanging).to.include({ code: 'ABORTED' });
    const later = abortable();
    await client.getSessionById(null, 'x', { signal: later.signal });
    expect(getEventListeners(later.signal, 'abort')).to.deep.equal([]);
  });

  it('ends with ABORTED when the client is closed; later ones with NOT_OPEN until it is opened again', async () => {
    let hangs = true;
    const client = new SessionsDirectClientV1(
      {},
      fakeController(() => (hangs ? never() : Promise.resolve(null))),
    );
    await client.open(null);
    const calls = [1, 2].map(() => clientError(client.getSessionById('c-1', 'x')));
    await client.close(null);
    for (const error of await Promise.all(calls)) {
      expect(error).to.include({ code: 'ABORTED', correlationId: 'c-1' });
    }
    hangs = false;
    expect(await clientError(client.getSessionById('c-2', 'x'))).to.include({
      code: 'NOT_OPEN',
      correlationId: 'c-2',
    });
    await client.open(null);
    expect(await client.getSessionById(null, 'x')).to.equal(null);
  });

  it('that fails after it was aborted fails unheard', async () => {
    let fail: (error: Error) => void = () => undefined;
    const client = new SessionsDirectClientV1(
      {},
      fakeController(
        () =>
          new Promise((_, reject) => {
            fail = reject;
          }),
      ),
    );
    const abort = new AbortController();
    const call = clientError(client.getSessionById(null, 'x', { signal: abort.signal }));
    abort.abort();
    await call;
    // An unhandled rejection would end the tests.
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('that is over leaves no timer behind, which would hold up the end of the process', () => {
    const script = `
      import { SessionsMockClientV1, SessionsDirectClientV1 } from 'service-sessions-client';
      const client = new SessionsDirectClientV1({}, new SessionsMockClientV1());
      await client.getSessionById(null, 'x', { timeout: 60_000 });
    `;
    const args = ['--input-type=module', '--eval', script];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, timeout: 30_000, encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
  }).timeout(40_000);

  it('leaves out of a page what a page has not', async () => {
    const client = new SessionsDirectClientV1(
      {},
      fakeController(async () => ({ data: [], total: undefined, other: 1 })),
    );
    expect(await client.getSessions(null)).to.deep.equal({ total: null, data: [] });
  });
});

function abortable(): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
