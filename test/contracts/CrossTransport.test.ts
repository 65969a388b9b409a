import { expect } from 'chai';
import fc from 'fast-check';
import type { JsonValue } from '../../src/toolkit/JsonValue.js';
import { fileStore, memoryStore } from '../support/ApiStores.js';
import type { ApiCaller } from './ApiUnderTest.js';
import { CrossTransportWorld, TRANSPORTS } from './CrossTransportWorld.js';

const IDLE = 10_000;
const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

/** Values that are lost or changed where somebody is careless. */
const CORNERS: JsonValue[] = [
  ...[null, '', 0, -0, false, true, [], {}, '0', 'null', [null], [[]], { '': '' }, 'ключ 🔑\u2028\u0000'],
  ...[1e21, 5e-324, 1.7976931348623157e308, Number.MAX_SAFE_INTEGER, 2 ** 63, 0.1, -1e-7],
  ...[{ nested: { deep: [1, [2, { three: null }]] }, active: false, id: 'x', version: 9 }],
  ...[JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":null}')],
];
/** Seneca's client writes JSON as JavaScript does, and takes a member `entity$` for its own. */
const content = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/-0|entity\$/.test(JSON.stringify(value) ?? ''));

for (const [name, store] of [
  ['memory', memoryStore],
  ['a file', fileStore],
] as const) {
  describe(`One service over all transports, over ${name}`, function () {
    this.timeout(60_000);
    let world: CrossTransportWorld;
    beforeEach(async () => {
      world = await CrossTransportWorld.start(store(), { expire_timeout: IDLE, touch_interval: 0 });
    });
    afterEach(() => world.stop());

    /** Expects the same answer of all, and answers it. */
    const alike = async <T>(call: (caller: ApiCaller) => Promise<T>): Promise<T> => {
      const [[, first], ...others] = (await world.everywhere(call)) as [[string, T]];
      for (const [transport, answer] of others as [string, T][]) expect(answer, transport).to.deep.equal(first);
      return first;
    };

    it('shows a session that was opened over one alike over all', async () => {
      const everything = { user_name: 'Änn', address: '::1', client: 'B/1 (x)', service: 'shop', name: 'main' };
      for (const transport of TRANSPORTS) {
        const opened = await world.over(transport).open({
          ...everything,
          ...{ user_id: transport, expire_timeout: 5000, expire_basis: 'created', user: { roles: ['a'] }, data: [1] },
        });
        expect(await alike((caller) => caller.get(opened.id)), transport).to.deep.equal(opened);
        expect(await alike((caller) => caller.validate(opened.id, transport)), transport).to.deep.equal(opened);
        const page = await alike((caller) => caller.list({ user_id: transport, service: 'shop' }, { total: true }));
        expect(page.total).to.equal(1);
        const { user: _, data: __, ...head } = opened;
        expect(page.data).to.deep.equal([head]);
      }
    });

    it(`reads what was written over one alike over all (FC_SEED=${seed})`, async () => {
      const { id } = await world.over('REST').open();
      const property = fc.asyncProperty(fc.constantFrom(...TRANSPORTS), content, content, async (by, data, user) => {
        await world.over(by).store(id, data as JsonValue);
        await world.over(by).update(id, user as JsonValue);
        const read = await alike((caller) => caller.get(id));
        // Every sign and every key comes out, but for -0, which a client of Seneca writes as 0.
        const sent = <T>(value: T): T => (by === 'Seneca' ? JSON.parse(JSON.stringify(value)) : value);
        expect(read?.data).to.deep.equal(sent(data));
        expect(read?.user).to.deep.equal(sent(user));
      });
      await fc.assert(property, { seed, numRuns: name === 'memory' ? 100 : 20 });
    });

    it('keeps every corner of JSON from any writer to any reader', async () => {
      const { id } = await world.over('REST').open();
      for (const transport of TRANSPORTS) {
        for (const value of CORNERS) {
          // Its client writes it as 0.
          if (transport === 'Seneca' && Object.is(value, -0)) continue;
          await world.over(transport).store(id, value);
          const read = await alike((caller) => caller.get(id));
          expect(read?.data, `${transport} ${JSON.stringify(value)}`).to.deep.equal(value);
        }
      }
    });

    it('refuses a session over all that was ended over one, in whatever way', async () => {
      const ends: Record<string, (caller: ApiCaller, id: string, user: string) => Promise<unknown>> = {
        close: (caller, id) => caller.close(id),
        'close of many': (caller, _, user) => caller.closeAll({ user_id: user }),
        delete: (caller, id) => caller.delete(id),
      };
      for (const transport of TRANSPORTS) {
        for (const [title, end] of Object.entries(ends)) {
          const user = `${transport} ${title}`;
          const { id } = await world.over(transport).open({ user_id: user, data: 'secret' });
          await end(world.over(transport), id, user);
          expect(await alike((caller) => caller.validate(id)), user).to.equal(null);
          const last = await alike((caller) => caller.get(id));
          if (title === 'delete') {
            expect(await alike((caller) => caller.store(id, 1)), user).to.equal(null);
            continue;
          }
          expect(last, user).to.include({ active: false, close_reason: title === 'close' ? 'closed' : 'revoked' });
          expect(last).to.not.have.any.keys('user', 'data');
          for (const write of [(c: ApiCaller) => c.store(id, 1), (c: ApiCaller) => c.update(id, 1)]) {
            const codes = await alike(async (caller) => (await caller.refusal(write(caller))).code);
            expect(codes, user).to.equal('SESSION_CLOSED');
          }
        }
      }
    });

    it('lets a session expire over all in the same millisecond', async () => {
      for (const transport of TRANSPORTS) {
        const { id, expire_time } = await world.over(transport).open();
        world.clock.advance(IDLE - 1);
        expect(await alike((caller) => caller.get(id)), transport).to.include({ active: true, expire_time });
        world.clock.advance(1);
        const ended = await alike((caller) => caller.get(id));
        expect(ended, transport).to.include({ active: false, close_reason: 'expired', close_time: expire_time });
        expect(await alike((caller) => caller.validate(id)), transport).to.equal(null);
      }
    });

    it('writes from version to version, whoever writes', async () => {
      const { id } = await world.over('REST').open();
      let version = 0;
      for (const transport of [...TRANSPORTS, ...TRANSPORTS]) {
        const caller = world.over(transport);
        expect(await caller.patch(id, { [transport]: version }, { version })).to.include({ version: version + 1 });
        const stale = version++;
        const refused = await alike(async (other) => {
          const { code, details } = await other.refusal(other.store(id, 1, { version: stale }));
          return { code, details };
        });
        expect(refused).to.deep.equal({ code: 'SESSION_CONFLICT', details: { version } });
      }
    });
  });
}
