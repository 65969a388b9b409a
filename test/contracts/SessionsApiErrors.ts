import { expect } from 'chai';
import { SessionErrorsV1 } from '../../src/data/version1/SessionErrorsV1.js';
import type { ApiCaller, ApiFault, ApiPromise, ApiUnderTest } from './ApiUnderTest.js';
import { badArguments, NO_ARGUMENTS, OPERATIONS_WITH_BAD_ARGUMENTS } from './BadArguments.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** Checks an error against the table, and that it tells nothing internal. */
function expectFault(fault: ApiFault, code: keyof typeof SessionErrorsV1, correlationId: string | null): void {
  const { category, http } = SessionErrorsV1[code];
  expect(fault.description).to.include({ code, status: http, category });
  if (correlationId !== null) expect(fault.description).to.include({ correlation_id: correlationId });
  expect(fault.description['name']).to.be.a('string');
  const text = JSON.stringify(fault.description);
  expect(fault.message).to.have.length.greaterThan(10);
  expect(text).not.to.match(/stack|node_modules|\.js\b|file:|at Object/);
}

function corpusPromises(promise: ApiPromise, { isInProcess, hasMethods, cannotSay }: ApiUnderTest): void {
  promise(
    'A70',
    'bad arguments are refused with the field and what was expected, and change nothing',
    async (caller) => {
      const session = await caller.open({ user: { u: 1 }, data: 'kept' });
      const published = caller.api.events.length;
      const corpus = badArguments(session.id);
      const sayable = corpus.filter((bad) => !cannotSay?.(bad));
      expect(sayable).to.have.length.greaterThan(corpus.length / 3);
      for (const { operation, title, json, code, field } of sayable) {
        const fault = await caller.refusal(caller.api.callText(operation, json, 'c-70'), title);
        expect(fault.code, title).to.equal(code);
        expectFault(fault, code, 'c-70');
        expect(fault.details, title).to.include({ field });
        expect(fault.message, title).to.match(new RegExp(`^${field} must be .{5,}`));
      }
      expect(await caller.get(session.id)).to.deep.equal(session);
      expect(await caller.ids()).to.deep.equal([session.id]);
      expect(caller.api.events).to.have.length(published);
    },
  );

  if (isInProcess || hasMethods) return;
  promise('A71', 'arguments that are no object are refused', async (caller) => {
    for (const operation of OPERATIONS_WITH_BAD_ARGUMENTS) {
      for (const json of NO_ARGUMENTS) {
        const fault = await caller.refusal(caller.api.callText(operation, json, null));
        expectFault(fault, 'INVALID_DATA', null);
      }
    }
    expect(await caller.ids()).to.deep.equal([]);
  });
}

function limitPromises(promise: ApiPromise): void {
  /** Checks that user and data take a value by every way in, or are refused by all with this code. */
  const expectEverywhere = async (
    caller: ApiCaller,
    value: never,
    code: 'INVALID_DATA' | 'PAYLOAD_TOO_LARGE' | null,
  ) => {
    const { id } = await caller.open();
    const calls: [string, () => Promise<unknown>][] = [
      ['user', () => caller.open({ user: value })],
      ['data', () => caller.open({ data: value })],
      ['data', () => caller.store(id, value)],
      ['data', () => caller.patch(id, value)],
      ['user', () => caller.update(id, value)],
    ];
    for (const [field, call] of calls) {
      if (code === null) {
        await call();
        continue;
      }
      const fault = await caller.refusal(call());
      expectFault(fault, code, null);
      expect(fault.details).to.include({ field });
    }
    if (code !== null) expect(await caller.get(id)).to.include({ version: 0 });
  };

  promise(
    'A72',
    'user and data may be 65,536 bytes of UTF-8 of compact JSON each, and not one more',
    async (caller) => {
      await expectEverywhere(caller, 'x'.repeat(65_534) as never, null);
      await expectEverywhere(caller, 'x'.repeat(65_535) as never, 'PAYLOAD_TOO_LARGE');
      await expectEverywhere(caller, 'ü'.repeat(32_767) as never, null);
      await expectEverywhere(caller, `${'ü'.repeat(32_767)}x` as never, 'PAYLOAD_TOO_LARGE');
      const both = await caller.open({ user: 'x'.repeat(65_534), data: 'y'.repeat(65_534) });
      expect((await caller.get(both.id))?.data).to.have.length(65_534);
    },
  );

  promise('A73', 'user and data may be nested 32 levels deep each, and not one more', async (caller) => {
    await expectEverywhere(caller, nested(32) as never, null);
    await expectEverywhere(caller, nested(33) as never, 'INVALID_DATA');
  });

  promise(
    'A74',
    'the limits of size and depth are configurable',
    async (caller) => {
      await expectEverywhere(caller, 'x'.repeat(98) as never, null);
      await expectEverywhere(caller, 'x'.repeat(99) as never, 'PAYLOAD_TOO_LARGE');
      await expectEverywhere(caller, [[]] as never, null);
      await expectEverywhere(caller, [[[]]] as never, 'INVALID_DATA');
    },
    { max_data_size: 100, max_data_depth: 2 },
  );

  promise(
    'A75',
    'a patch is measured by what it makes',
    async (caller) => {
      const { id } = await caller.open({ data: { a: 'x'.repeat(60) } });
      const fault = await caller.refusal(caller.patch(id, { b: 'y'.repeat(60) }));
      expectFault(fault, 'PAYLOAD_TOO_LARGE', null);
      expect(fault.details).to.include({ field: 'data', limit: 100 });
      expect(await caller.get(id)).to.deep.include({ data: { a: 'x'.repeat(60) }, version: 0 });
      const nulls = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`gone${i}`, null]));
      expect(await caller.patch(id, { ...nulls, a: null, b: 'y'.repeat(60) })).to.deep.include({
        data: { b: 'y'.repeat(60) },
      });
    },
    { max_data_size: 100 },
  );
}

function identifiersPromises(promise: ApiPromise): void {
  promise('A76', 'a session_id is opaque when looked up: one of any shape is only unknown', async (caller) => {
    const shapes = [
      'x',
      ' ',
      'A-B_C',
      'ключ/../?#%00&=',
      "'; DROP TABLE",
      '"]}',
      '$ne',
      '😀'.repeat(256),
      'toString',
      '__proto__',
    ];
    for (const id of shapes) {
      for (const call of [
        caller.get(id),
        caller.validate(id),
        caller.close(id),
        caller.delete(id),
        caller.store(id, 1),
      ]) {
        expect(await call, id).to.equal(null);
      }
      expect(await caller.ids({ id })).to.deep.equal([]);
    }
  });

  promise('A77', 'errors carry the correlation id of the call', async (caller) => {
    const { id } = await caller.open();
    await caller.close(id);
    const calls: [string, object, 'SESSION_CLOSED' | 'INVALID_DATA'][] = [
      ['store_session_data', { session_id: id, data: 1 }, 'SESSION_CLOSED'],
      ['open_session', { user_id: '' }, 'INVALID_DATA'],
    ];
    for (const [operation, args, code] of calls) {
      const fault = await caller.refusal(caller.api.callText(operation, JSON.stringify(args), 'c-77'));
      expectFault(fault, code, 'c-77');
    }
  });
}

export function errorPromises(promise: ApiPromise, api: ApiUnderTest): void {
  corpusPromises(promise, api);
  limitPromises(promise);
  identifiersPromises(promise);
}
