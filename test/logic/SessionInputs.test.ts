import { expect } from 'chai';
import type { ApplicationException } from 'pip-services3-commons-nodex';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { SessionEvents } from '../../src/logic/SessionEvents.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../src/logic/SessionOperations.js';
import { CONTROLLER_OPTIONS, readSettings } from '../../src/logic/SessionsControllerOptions.js';
import { SessionsLogic } from '../../src/logic/SessionsLogic.js';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import { readOptions } from '../../src/toolkit/Options.js';
import { badArguments, NO_ARGUMENTS, OPERATIONS_WITH_BAD_ARGUMENTS } from '../contracts/BadArguments.js';
import { FakeClock } from '../support/FakeClock.js';

const UNTOUCHABLE = new Proxy({} as ISessionsPersistence, {
  get: (_, name) => () => expect.fail(`the store was asked: ${String(name)}`),
});
const settings = readSettings(readOptions('service-sessions:controller', CONTROLLER_OPTIONS, new ConfigParams()));
const logic = new SessionsLogic(UNTOUCHABLE, new FakeClock(), settings, new SessionEvents(() => {}));

async function refusal(operation: SessionOperation, args: unknown): Promise<ApplicationException> {
  try {
    await operation.run(logic, 'c1', operation.check('c1', args) as never);
  } catch (error) {
    return error as ApplicationException;
  }
  return expect.fail(`${operation.name} took ${JSON.stringify(args)?.slice(0, 200)}`);
}

const operationOf = (name: string): SessionOperation =>
  SESSION_OPERATIONS.find((operation) => operation.name === name) ?? expect.fail(name);

describe('The arguments of operations', () => {
  it('each have their bad ones in the corpus', () => {
    expect(OPERATIONS_WITH_BAD_ARGUMENTS).to.deep.equal(SESSION_OPERATIONS.map(({ name }) => name));
    for (const { name, input } of SESSION_OPERATIONS) {
      const tried = new Set(
        badArguments('s1')
          .filter(({ operation }) => operation === name)
          .map(({ field }) => field.replace(/\..*/, '')),
      );
      expect([...tried], name).to.deep.equal(Object.keys(input.properties));
    }
  });

  for (const name of OPERATIONS_WITH_BAD_ARGUMENTS) {
    it(`of ${name} are refused by name and before the store is asked, when they are bad`, async () => {
      for (const { title, json, code, field } of badArguments('s1').filter(({ operation }) => operation === name)) {
        // A merged patch is measured where the data it is merged into is known.
        if (name === 'patch_session_data' && code === 'PAYLOAD_TOO_LARGE') continue;
        const error = await refusal(operationOf(name), JSON.parse(json));
        expect(error.code, title).to.equal(code);
        expect({ ...error.details }, title).to.include({ field });
        expect(error.message, title).to.match(new RegExp(`^${field} must be .{5,}`));
        expect(error.message.length, title).to.be.lessThan(300);
        expect(error.correlation_id).to.equal('c1');
      }
    });
  }

  it('are a JSON object', async () => {
    for (const operation of SESSION_OPERATIONS) {
      for (const json of NO_ARGUMENTS) {
        const error = await refusal(operation, JSON.parse(json));
        expect(error.message, json).to.equal('arguments must be a JSON object');
        expect({ ...error.details }).to.deep.equal({ field: 'arguments' });
      }
    }
  });

  it('may be as long as allowed, counted in characters and not in bytes', () => {
    const check = (args: object) => operationOf('open_session').check(null, args);
    for (const letter of ['x', 'é', '€', '😀']) {
      const long = letter.repeat(256);
      check({
        user_id: long,
        user_name: long,
        service: long,
        name: long,
        address: letter.repeat(4096),
        client: letter.repeat(4096),
      });
    }
    check({ user_id: ' ', user_name: '', address: '', client: '' });
  });

  it('may be time-outs from 0 to a hundred years, and ask for all versions that count exactly', () => {
    const check = (name: string, args: object) => operationOf(name).check(null, args);
    for (const expire_timeout of [0, 1, 3_153_600_000_000]) {
      check('open_session', { user_id: 'ann', expire_timeout });
      check('store_session_data', { session_id: 's1', data: 1, expire_timeout, version: Number.MAX_SAFE_INTEGER });
    }
  });

  it('that are optional may be null', () => {
    for (const { check, input } of SESSION_OPERATIONS) {
      const required = new Set<string>(input.required ?? []);
      const args = Object.keys(input.properties).map((key) => [key, required.has(key) ? 'x' : null]);
      expect(() => check(null, Object.fromEntries(args))).not.to.throw();
    }
  });

  it('that the operation does not know are let through', () => {
    const args = JSON.parse('{"session_id":"s1","correlation_id":5,"__proto__":{"a":1},"x":[{}]}');
    expect(operationOf('get_session_by_id').check(null, args)).to.equal(args);
  });
});
