import { expect } from 'chai';
import { Descriptor, References } from 'pip-services3-commons-nodex';
import { SessionsClientError, SessionsDirectClientV1 } from 'service-sessions-client';
import { memoryStore } from '../../support/ApiStores.js';
import { openController } from '../../support/DirectApi.js';
import { clientError } from '../../support/EveryClient.js';
import { FakeClock } from '../../support/FakeClock.js';
import { fakeController } from './FakeController.js';

const CONTROLLER = new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0');

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

  it('is one whose descriptor is a pattern itself', async () => {
    const client = new SessionsDirectClientV1({ 'dependencies.controller': 'service-sessions:controller:a:b:1.0' });
    const pattern = new Descriptor('service-sessions', 'controller', '*', '*', '1.0');
    client.setReferences(
      References.fromTuples(
        pattern,
        fakeController(async () => 'found'),
      ),
    );
    expect(await client.getSessionById(null, 'x')).to.equal('found');
  });

  it('is no component that only bears the name of a controller', async () => {
    const client = new SessionsDirectClientV1();
    client.setReferences(References.fromTuples(CONTROLLER, { getSessions: () => null }));
    const error = await clientError(client.open('c-1'));
    expect(error).to.include({ code: 'NOT_OPEN', correlationId: 'c-1' });
    expect(error.message).to.contain('service-sessions:controller:*:*:*');
    expect(await clientError(client.getSessionById('c-2', 'x'))).to.include({ code: 'NOT_OPEN' });
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
