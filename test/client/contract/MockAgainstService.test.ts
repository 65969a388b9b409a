import { expect } from 'chai';
import { SessionsClientError, SessionsMockClientV1 } from 'service-sessions-client';
import { SessionsController } from '../../../src/logic/SessionsController.js';
import type { OptionTable } from '../../../src/toolkit/Options.js';
import { ApiFault, type RunningApi } from '../../contracts/ApiUnderTest.js';
import { badArguments } from '../../contracts/BadArguments.js';
import { memoryStore } from '../../support/ApiStores.js';
import { mockClientApi } from '../../support/ClientApiKinds.js';
import { commandableHttpApi } from '../../support/CommandableHttpApi.js';
import { clientError } from '../../support/EveryClient.js';
import { FakeClock } from '../../support/FakeClock.js';

const BROUGHT = 'brought-id_0123456789ABCDEF';
const OPEN = JSON.stringify({ user_id: 'ann', session_id: BROUGHT });

/** What an error says, besides the names of classes. */
async function refusal(api: RunningApi, operation: string, json: string): Promise<unknown> {
  const error: unknown = await api.callText(operation, json, 'c-1').catch((caught: unknown) => caught);
  if (!(error instanceof ApiFault)) throw new Error(`${operation} ${json.slice(0, 100)} answered ${String(error)}`);
  const { name: _, ...description } = error.description;
  return { ...description, details: error.details };
}

describe('The mock client and the service', () => {
  let mock: RunningApi;
  let service: RunningApi;

  const start = async (options: Record<string, number | boolean>): Promise<void> => {
    mock = await mockClientApi().start(options, new FakeClock());
    service = await commandableHttpApi(memoryStore).start(options, new FakeClock());
  };
  const openBoth = async (): Promise<void> => {
    for (const api of [mock, service]) await api.callText('open_session', OPEN, null);
  };
  const expectSame = async (operation: string, json: string, title: string): Promise<void> => {
    expect(await refusal(mock, operation, json), title).to.deep.equal(await refusal(service, operation, json));
  };
  afterEach(async () => {
    await mock.stop();
    await service.stop();
  });

  it('refuse bad arguments in the same words', async () => {
    await start({ accept_ids: true });
    await openBoth();
    for (const { operation, json, title } of badArguments(BROUGHT)) await expectSame(operation, json, title);
  });

  it('refuse brought ids, ended sessions and other versions in the same words', async () => {
    await start({ accept_ids: true });
    const store = (version: number) => JSON.stringify({ session_id: BROUGHT, data: 1, version });
    await openBoth();
    await expectSame('open_session', OPEN, 'an id in use');
    await expectSame('open_session', OPEN.replace('brought-id_0123456789', 'short'), 'a short id');
    await expectSame('store_session_data', store(7), 'another version');
    for (const api of [mock, service]) await api.callText('close_session', `{"session_id":"${BROUGHT}"}`, null);
    await expectSame('store_session_data', store(0), 'an ended session');
  });

  it('refuse brought ids in the same words when they do not take any', async () => {
    await start({});
    await expectSame('open_session', OPEN, 'a brought id');
  });

  it('measure content alike, to the byte', async () => {
    await start({ max_data_size: 10 });
    for (const fits of ['[-0,-0,-0]', '"12345678"', '"1234€5"', '{"a":0.25}', '"\\u0001\\n"', '1234567890']) {
      const args = `{"user_id":"ann","data":${fits}}`;
      for (const api of [mock, service]) await api.callText('open_session', args, null);
    }
    for (const large of [
      '[-0,-0,-00]'.replace('-00', '-0.5'),
      '"123456789"',
      '"1234€56"',
      '[-0,0,-0,0]',
      '"\\u0001\\u0001"',
    ]) {
      await expectSame('open_session', `{"user_id":"ann","data":${large}}`, large);
    }
  });
});

describe('The configuration of the mock client', () => {
  const rows = Object.entries(SessionsController.OPTIONS).filter(([key]) => key.startsWith('options.'));

  for (const [key, row] of rows) {
    it(`takes ${key} as the controller of the service does`, () => {
      const { taken, refused } = valuesOf(row);
      for (const value of taken) new SessionsMockClientV1({ [key]: value });
      for (const value of refused) {
        expect(() => new SessionsMockClientV1({ [key]: value }), `${key} ${String(value)}`)
          .to.throw(SessionsClientError)
          .that.deep.includes({ code: 'INVALID_CONFIG', details: { key } });
      }
    });
  }

  it('names what is wrong with it', () => {
    const keys = rows.map(([key]) => key).join(', ');
    expect(() => new SessionsMockClientV1({ options: { timeout: 5 } }))
      .to.throw(SessionsClientError)
      .with.property('message')
      .that.matches(/^service-sessions:client:mock: unknown key "options.timeout"; known are: /)
      .and.includes(keys);
  });

  it('may change while sessions are open, and moves no deadline', async () => {
    let time = 1000;
    const client = new SessionsMockClientV1({ options: { expire_timeout: 500 } }, { now: () => time });
    const session = await client.openSession(null, { user_id: 'ann' });
    client.configure({ options: { expire_timeout: 5000 } });
    expect(await client.getSessionById(null, session.id)).to.deep.equal(session);
    time += 500;
    expect(await client.getSessionById(null, session.id)).to.include({ active: false, close_reason: 'expired' });
  });

  it('is by itself that of the service, by the wall clock', async () => {
    const client = new SessionsMockClientV1();
    const before = Date.now();
    const session = await client.openSession(null, { user_id: 'ann' });
    expect(session.open_time.getTime()).to.be.within(before, Date.now());
    expect(session.expire_time?.getTime()).to.equal(session.open_time.getTime() + 86_400_000);
    const brought = client.openSession(null, { user_id: 'ann', session_id: 'brought-id_0123456789' });
    expect(await clientError(brought)).to.include({ code: 'INVALID_DATA', status: 400 });
  });
});

function valuesOf(row: OptionTable[string]): { taken: unknown[]; refused: unknown[] } {
  switch (row.type) {
    case 'integer': {
      // The mock does not sweep by itself: how small its pause may be is nothing to it.
      const below = row.or === undefined ? row.min - 1 : -1;
      return { taken: [row.min, row.max, String(row.max), ''], refused: [row.max + 1, below, 0.5, 'much'] };
    }
    case 'boolean':
      return { taken: [true, 'false', null], refused: ['perhaps', 2] };
    case 'ignored':
      return { taken: [], refused: [] };
    case 'text':
      return { taken: [...(row.values ?? [])], refused: ['another', true] };
  }
}

describe('Mock clients', () => {
  it('each have sessions of their own, which stay while the client is closed', async () => {
    const [one, other] = [new SessionsMockClientV1(), SessionsMockClientV1()];
    const { id } = await one.openSession(null, { user_id: 'ann' });
    expect(await other.getSessionById(null, id)).to.equal(null);
    await one.close(null);
    await one.open(null);
    expect(await one.validateSession(null, id)).to.include({ id });
  });

  it('tell each listener in its own words, and only while it listens', async () => {
    const client = new SessionsMockClientV1();
    const told: string[] = [];
    const first = (event: { type: string; time: Date }): void => {
      told.push(`first ${event.type}`);
      event.type = 'changed';
      event.time.setTime(0);
    };
    const second = (event: { type: string; time: Date }): void => {
      told.push(`second ${event.type} ${event.time.getTime() > 0}`);
    };
    client.addListener(first);
    client.addListener(second);
    const { id } = await client.openSession(null, { user_id: 'ann' });
    client.removeListener(first);
    await client.closeSession(null, id);
    client.removeListener(second);
    await client.deleteSessionById(null, id);
    expect(told).to.deep.equal(['first session_opened', 'second session_opened true', 'second session_closed true']);
  });

  it('spare their callers the faults of listeners', async () => {
    const client = new SessionsMockClientV1();
    client.addListener(() => {
      throw new Error('a listener that throws');
    });
    client.addListener(async () => {
      throw new Error('a listener that rejects');
    });
    let told = 0;
    client.addListener(() => told++);
    expect(await client.openSession(null, { user_id: 'ann' })).to.include({ active: true });
    // An unhandled rejection would end the tests.
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).to.equal(1);
  });
});
