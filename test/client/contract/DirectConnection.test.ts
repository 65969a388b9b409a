import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { Descriptor, References } from 'pip-services3-commons-nodex';
import { SessionsClientError, SessionsDirectClientV1 } from 'service-sessions-client';
import { memoryStore } from '../../support/ApiStores.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { fakeController } from './FakeController.js';

const CONTROLLER = new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0');
const never = (): Promise<never> => new Promise(() => undefined);

/** The error that a call ends with. */
async function errorOf(call: () => Promise<unknown>): Promise<SessionsClientError> {
  const error: unknown = await call().then(
    () => new Error('The call was to end with an error'),
    (caught: unknown) => caught,
  );
  if (error instanceof SessionsClientError) return error;
  throw error;
}

function faultOf(action: () => unknown): SessionsClientError {
  try {
    action();
  } catch (error) {
    if (error instanceof SessionsClientError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

describe('The connection of a direct client', () => {
  it('is the controller that it is made with', async () => {
    const client = new SessionsDirectClientV1(
      null,
      fakeController(async (method) => method),
    );
    await client.open('c-1');
    expect(client.isOpen()).to.equal(true);
    expect(await client.getSessionById('c-1', 'x')).to.equal('getSessionById');
  });

  it('is found among references, whatever its kind, name and version', async () => {
    const store = memoryStore();
    const controller = await openController(await store.open(), {}, new FakeClock());
    const client = new SessionsDirectClientV1();
    const logger = new Descriptor('pip-services', 'logger', 'console', 'default', '1.0');
    client.setReferences(References.fromTuples('a text', {}, logger, { log: true }, CONTROLLER, controller));
    await client.open(null);
    const session = await client.openSession('c-1', { user_id: 'ann' });
    expect(await controller.getSessionById(null, session.id)).to.deep.equal(session);
    await store.remove();
  });

  it('is the one that dependencies.controller names', async () => {
    const other = new Descriptor('service-sessions', 'controller', 'default', 'second', '1.0');
    const references = References.fromTuples(
      CONTROLLER,
      fakeController(async () => 'first'),
      other,
      fakeController(async () => 'second'),
    );
    for (const [pattern, answer] of [
      ['service-sessions:controller:*:*:*', 'first'],
      ['service-sessions:controller:*:second:*', 'second'],
      ['*:*:*:*:1.0', 'first'],
    ]) {
      const client = new SessionsDirectClientV1({ dependencies: { controller: pattern } });
      client.setReferences(references);
      expect(await client.getSessionById(null, 'x'), pattern).to.equal(answer);
    }
  });

  it('is no component that only bears the name of a controller', async () => {
    const client = new SessionsDirectClientV1();
    client.setReferences(References.fromTuples(CONTROLLER, { getSessions: () => null }));
    const error = await errorOf(() => client.open('c-1'));
    expect(error).to.include({ code: 'NOT_OPEN', correlationId: 'c-1' });
    expect(error.message).to.contain('service-sessions:controller:*:*:*');
    expect(await errorOf(() => client.getSessionById('c-2', 'x'))).to.include({ code: 'NOT_OPEN' });
    expect(client.isOpen()).to.equal(false);
  });

  it('cannot be configured wrongly', () => {
    for (const [config, key] of [
      [{ 'options.timeout': 0 }, 'options.timeout'],
      [{ options: { timeout: '1.5' } }, 'options.timeout'],
      [{ options: { time_out: 5 } }, 'options.time_out'],
      [{ dependencies: { controller: 'controller' } }, 'dependencies.controller'],
      [{ dependencies: { controller: 'a:b:c:d:' } }, 'dependencies.controller'],
    ] as const) {
      const error = faultOf(() => new SessionsDirectClientV1(config));
      expect(error).to.deep.include({ code: 'INVALID_CONFIG', details: { key } });
      expect(error.message).to.match(/^service-sessions:client:direct: .{20,}/);
    }
    expect(faultOf(() => new SessionsDirectClientV1({}, {} as never)).code).to.equal('INVALID_CONFIG');
  });
});

describe('A call of a direct client', () => {
  it('that the controller fails in an unknown way is UNKNOWN, with the cause', async () => {
    const thrown = Object.assign(new Error('at /srv/db'), { code: 'ECONNREFUSED' });
    for (const cause of [thrown, 'text', null, undefined]) {
      const client = new SessionsDirectClientV1(
        {},
        fakeController(() => Promise.reject(cause)),
      );
      const error = await errorOf(() => client.closeExpiredSessions('c-1'));
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
    expect(await errorOf(() => client.closeExpiredSessions(null))).to.include({ code: 'UNKNOWN', cause: thrown });
  });

  it('ends with TIMEOUT when it takes longer than it may, by the call or by the configuration', async () => {
    const patient = new SessionsDirectClientV1({}, fakeController(never));
    const error = await errorOf(() => patient.getSessionById('c-1', 'x', { timeout: 1 }));
    expect(error).to.deep.include({ code: 'TIMEOUT', correlationId: 'c-1', details: { timeout: 1 } });
    const hasty = new SessionsDirectClientV1({ options: { timeout: '1' } }, fakeController(never));
    expect(await errorOf(() => hasty.getSessionById(null, 'x'))).to.include({ code: 'TIMEOUT' });
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
      errorOf(() => client.getSessionById('c-1', 'x', { signal: abort.signal })),
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
    const hanging = errorOf(() => client.closeSession(null, 'x', { signal }));
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
    const calls = [1, 2].map(() => errorOf(() => client.getSessionById('c-1', 'x')));
    await client.close(null);
    for (const error of await Promise.all(calls)) {
      expect(error).to.include({ code: 'ABORTED', correlationId: 'c-1' });
    }
    hangs = false;
    expect(await errorOf(() => client.getSessionById('c-2', 'x'))).to.include({
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
    const call = errorOf(() => client.getSessionById(null, 'x', { signal: abort.signal }));
    abort.abort();
    await call;
    // An unhandled rejection would end the tests.
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

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
