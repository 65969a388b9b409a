import { expect } from 'chai';
import { ConfigParams } from 'pip-services3-commons-nodex';
import { SessionsController } from '../../src/logic/SessionsController.js';
import { CONTROLLER_OPTIONS, readSettings } from '../../src/logic/SessionsControllerOptions.js';
import { readOptions } from '../../src/toolkit/Options.js';

/** As a configuration file makes them: flat, and all values strings. */
const configOf = (options: Record<string, unknown>): ConfigParams =>
  ConfigParams.fromTuples(...Object.entries(options).flatMap(([key, value]) => [`options.${key}`, value]));

const read = (options: Record<string, unknown>) =>
  readSettings(readOptions('service-sessions:controller', SessionsController.OPTIONS, configOf(options)));

function refusal(options: Record<string, unknown>): string {
  try {
    new SessionsController().configure(configOf(options));
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail(`was taken: ${JSON.stringify(options)}`);
}

const CENTURY = 3_153_600_000_000;

describe("The controller's options", () => {
  it('have the defaults of the design', () => {
    expect(read({})).to.deep.equal({
      expireTimeout: 86_400_000,
      expireBasis: 'last_access',
      maxLifetime: 0,
      touchInterval: null,
      cleanupInterval: 900_000,
      retention: 2_592_000_000,
      maxSize: 65_536,
      maxDepth: 32,
      idLength: 32,
      idTimestamp: false,
      acceptIds: false,
    });
  });

  it('are read from the strings that a configuration file makes of them', () => {
    const given = {
      expire_timeout: '60000',
      expire_basis: 'Last_Update',
      max_lifetime: String(CENTURY),
      touch_interval: '0',
      cleanup_interval: '100',
      retention: 0,
      max_data_size: '1000',
      max_data_depth: 8,
      id_length: '40',
      id_timestamp: 'true',
      accept_ids: true,
    };
    expect(read(given)).to.deep.equal({
      expireTimeout: 60_000,
      expireBasis: 'last_update',
      maxLifetime: CENTURY,
      touchInterval: 0,
      cleanupInterval: 100,
      retention: 0,
      maxSize: 1000,
      maxDepth: 8,
      idLength: 40,
      idTimestamp: true,
      acceptIds: true,
    });
    expect(read({ cleanup_interval: 0 }).cleanupInterval).to.equal(0);
  });

  it('that are out of range or unparsable stop the start with the key, the value and what is allowed', () => {
    const timeouts = ['expire_timeout', 'max_lifetime', 'touch_interval', 'retention'];
    const wrong: [string, unknown][] = [
      ...timeouts.flatMap((key): [string, unknown][] =>
        [-1, CENTURY + 1, 1.5, 'long', '1e3', '1 day', 'true'].map((value) => [key, value]),
      ),
      ...[1, 99, -1, 2_147_483_648, 'never'].map((value): [string, unknown] => ['cleanup_interval', value]),
      ...['used', '0', 'last access'].map((value): [string, unknown] => ['expire_basis', value]),
      ...[0, -1, 'big'].map((value): [string, unknown] => ['max_data_size', value]),
      ...[0, 1001].map((value): [string, unknown] => ['max_data_depth', value]),
      ...[0, 15, 129].map((value): [string, unknown] => ['id_length', value]),
      ['id_timestamp', 'maybe'],
      ['accept_ids', '2'],
    ];
    for (const [key, value] of wrong) {
      const message = refusal({ [key]: value });
      expect(message).to.include(`service-sessions:controller: options.${key} is "${value}" but must be `);
      expect(message).not.to.include('\n');
    }
  });

  it('that nobody knows stop the start with the known ones', () => {
    const message = refusal({ expire_timeuot: 1 });
    expect(message).to.include('unknown option "options.expire_timeuot"');
    for (const key of Object.keys(CONTROLLER_OPTIONS)) expect(message).to.include(key);
  });

  it('that are empty are absent', () => {
    expect(read({ expire_timeout: null, touch_interval: '', unknown_one: null })).to.deep.equal(read({}));
  });
});
