import { expect } from 'chai';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { OpenSessionV1 } from '../../src/data/version1/SessionV1.js';
import { IN_PROCESS } from '../../src/logic/InProcessOperations.js';
import { answerValue } from '../../src/logic/SessionAnswer.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../src/logic/SessionOperations.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import { type ApiStore, fileStore, memoryStore } from '../support/ApiStores.js';
import { openController } from '../support/DirectApi.js';
import { FakeClock } from '../support/FakeClock.js';

const tab = { user_id: 'ann', service: 'wiki', name: 'tab' };
const untitled = { user_id: 'ann', service: 'wiki' };

inProcessOperations('memory', memoryStore);
inProcessOperations('file', fileStore);

function inProcessOperations(name: string, stored: () => ApiStore): void {
  describe(`Operations for code in the process, ${name}`, () => {
    let store: ApiStore;
    let persistence: ISessionsPersistence;
    let clock: FakeClock;
    let controller: SessionsController;
    let events: SessionEventV1[];

    beforeEach(async () => {
      store = stored();
      clock = new FakeClock();
      persistence = await store.open();
      controller = await openController(persistence, { touch_interval: 0 }, clock);
      events = [];
      controller.addListener((event) => events.push(event));
    });
    afterEach(async () => {
      await controller.close(null);
      await store.remove();
    });

    const call = async (operation: SessionOperation, args: object) =>
      answerValue(await controller.perform(operation, 'c1', args));
    const open = async (session: OpenSessionV1) => (await controller.openSession(null, session)).id;
    const codeOf = async (promise: Promise<unknown>) =>
      promise.then(
        () => null,
        ({ code }) => code,
      );

    it('have names that no transport serves', () => {
      const served = SESSION_OPERATIONS.map((operation) => operation.name);
      expect(Object.keys(IN_PROCESS).filter((one) => served.includes(one))).to.deep.equal([]);
      for (const [key, operation] of Object.entries(IN_PROCESS)) expect(operation.name).to.equal(key);
    });

    it('find_session answers an active session of this user, and is no access', async () => {
      const id = await open({ ...tab, expire_timeout: 1000, data: { a: 1 } });
      const find = (session_id: string, user_id: string) => call(IN_PROCESS.find_session, { session_id, user_id });
      clock.advance(999);
      expect(await find(id, 'ann')).to.deep.include({ id, user_id: 'ann', active: true, data: { a: 1 } });
      expect(await find(id, 'bob')).to.equal(null);
      expect(await find('none', 'ann')).to.equal(null);
      clock.advance(1);
      expect(await find(id, 'ann')).to.equal(null);
      const closed = await open(tab);
      await controller.closeSession(null, closed);
      expect(await find(closed, 'ann')).to.equal(null);
      expect(await codeOf(call(IN_PROCESS.find_session, { session_id: id }))).to.equal('INVALID_DATA');
    });

    it('validate_bound_session answers a session of just this binding, and is an access of no other', async () => {
      const id = await open({ ...tab, expire_timeout: 1000 });
      const bare = await open({ ...untitled, expire_timeout: 1000 });
      const validate = (session_id: string, binding: object) =>
        call(IN_PROCESS.validate_bound_session, { session_id, ...binding });
      clock.advance(600);
      const wrong = [{ ...tab, user_id: 'bob' }, { ...tab, service: 'wik' }, { ...tab, name: 'tab2' }, untitled];
      for (const binding of wrong) expect(await validate(id, binding), JSON.stringify(binding)).to.equal(null);
      expect(await validate(bare, tab)).to.equal(null);
      expect(await validate('unknown', tab)).to.equal(null);
      expect((await controller.getSessionById(null, id))?.request_time.getTime()).to.equal(clock.now() - 600);
      expect(await validate(id, tab)).to.deep.include({ id, request_time: new Date(clock.now()) });
      expect(await validate(bare, { ...untitled, name: null })).to.include({ id: bare });
      clock.advance(1000);
      expect(await validate(id, tab)).to.equal(null);
    });

    it('close_bound_sessions ends those of a binding as closed, whoever opened them, and no others', async () => {
      const ended = [await open(tab), await open(tab)];
      const kept = [
        await open(untitled),
        await open({ ...tab, service: 'app' }),
        await open({ ...tab, user_id: 'bob' }),
      ];
      events = [];
      expect(await call(IN_PROCESS.close_bound_sessions, tab)).to.equal(2);
      expect(events.map(({ type, reason }) => [type, reason])).to.deep.equal(
        ended.map(() => ['session_closed', 'closed']),
      );
      for (const id of ended) expect(await controller.getSessionById(null, id)).to.include({ close_reason: 'closed' });
      for (const id of kept) expect(await controller.getSessionById(null, id)).to.include({ active: true });
      expect(await call(IN_PROCESS.close_bound_sessions, tab)).to.equal(0);
      expect(await call(IN_PROCESS.close_bound_sessions, { ...untitled, name: null })).to.equal(1);
    });

    it('renew_session moves the deadline and keeps what is stored', async () => {
      const policy = { expire_timeout: 1000, expire_basis: 'last_update' } as const;
      const id = await open({ user_id: 'ann', user: { a: 1 }, data: [1, { b: null }], ...policy });
      clock.advance(999);
      const renewed = await call(IN_PROCESS.renew_session, { session_id: id });
      expect(renewed).to.deep.include({ user: { a: 1 }, data: [1, { b: null }], version: 1 });
      expect(renewed).to.deep.include({
        update_time: new Date(clock.now()),
        expire_time: new Date(clock.now() + 1000),
      });
      expect(await controller.getSessionById(null, id)).to.deep.equal(renewed);
      expect(events.at(-1)).to.include({ type: 'session_updated', session_id: id });
      clock.advance(1000);
      for (const session_id of [id, 'unknown']) {
        expect(await call(IN_PROCESS.renew_session, { session_id })).to.equal(null);
        expect(await call(IN_PROCESS.renew_session, { session_id, data: 1 })).to.equal(null);
      }
      expect(events.filter(({ type }) => type === 'session_updated')).to.have.length(1);
    });

    it('renew_session stores the data that is given, null too, and refuses data over the limits', async () => {
      const id = await open({ user_id: 'ann', user: { a: 1 }, data: [1] });
      for (const [version, data] of [{ b: 2 }, null, 0].entries()) {
        const renewed = await call(IN_PROCESS.renew_session, { session_id: id, data });
        expect(renewed).to.deep.include({ user: { a: 1 }, data, version: version + 1 });
      }
      const data = 'x'.repeat(65_536);
      expect(await codeOf(call(IN_PROCESS.renew_session, { session_id: id, data }))).to.equal('PAYLOAD_TOO_LARGE');
      expect(await codeOf(call(IN_PROCESS.renew_session, { session_id: 'no', data }))).to.equal('PAYLOAD_TOO_LARGE');
    });

    it('renew_session answers none whose life the write finds to be over: the service lets them live shorter by now', async () => {
      const id = await open({ user_id: 'ann', data: 1 });
      clock.advance(900);
      const restarted = await openController(persistence, { max_lifetime: 500 }, clock);
      expect(await restarted.perform(IN_PROCESS.renew_session, null, { session_id: id })).to.equal(null);
      expect(await restarted.getSessionById(null, id)).to.include({ active: false, close_reason: 'expired' });
      await restarted.close(null);
    });

    it('refuse arguments that do not fit, and name them', async () => {
      const bad: [SessionOperation, object, string][] = [
        [IN_PROCESS.validate_bound_session, { session_id: 's' }, 'user_id'],
        [IN_PROCESS.validate_bound_session, { ...tab, session_id: '' }, 'session_id'],
        [IN_PROCESS.close_bound_sessions, { service: 'wiki' }, 'user_id'],
        [IN_PROCESS.close_bound_sessions, { ...tab, name: '' }, 'name'],
        [IN_PROCESS.open_bound_session, { ...tab, service: 5 }, 'service'],
        [IN_PROCESS.renew_session, {}, 'session_id'],
      ];
      for (const [operation, args, field] of bad) {
        const error = await call(operation, args).catch((reason: unknown) => reason);
        expect(error, operation.name).to.deep.include({ code: 'INVALID_DATA', details: { field } });
      }
    });
  });
}
