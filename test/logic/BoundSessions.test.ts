import { expect } from 'chai';
import { isSessionError, type SessionErrorCode } from '../../src/data/version1/SessionErrorsV1.js';
import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { OpenSessionV1, SessionV1 } from '../../src/data/version1/SessionV1.js';
import { OPERATIONS } from '../../src/logic/SessionOperations.js';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { type ApiStore, fileStore, memoryStore } from '../support/ApiStores.js';
import { openController } from '../support/DirectApi.js';
import { FakeClock } from '../support/FakeClock.js';

const MANY = 50;
const cgi = { user_id: 'ann', service: 'cgi', name: 'tab' };

boundSessions('memory', memoryStore);
boundSessions('file', fileStore);

function boundSessions(name: string, stored: () => ApiStore): void {
  describe(`Sessions bound to user, service and name, ${name}`, () => {
    let store: ApiStore;
    let clock: FakeClock;
    let controller: SessionsController;
    let events: SessionEventV1[];

    beforeEach(async () => {
      store = stored();
      clock = new FakeClock();
      controller = await openController(await store.open(), {}, clock);
      events = [];
      controller.addListener((event) => events.push(event));
    });
    afterEach(async () => {
      await controller.close(null);
      await store.remove();
    });

    const told = () => events.map(({ type, reason, session_id }) => [type, reason, session_id]);
    const activeIds = async () => {
      const page = await controller.getSessions(null, { active: true }, null);
      return page.data.map(({ id }) => id);
    };
    const refusal = async (call: Promise<SessionV1>, code: SessionErrorCode) => {
      const error: unknown = await call.catch((reason: unknown) => reason);
      expect(isSessionError(error, code), String(error)).to.equal(true);
    };

    it('end for the next of the same binding, and for no other', async () => {
      const opened = (session: OpenSessionV1) => controller.openSession(null, session);
      const old = await opened({ ...cgi, data: { secret: 1 } });
      const others = [
        await opened({ user_id: 'ann' }),
        await opened({ user_id: 'ann', service: 'cgi' }),
        await opened({ user_id: 'bob', service: 'cgi', name: 'tab' }),
      ];
      events = [];
      clock.advance(5);
      const session = await controller.openBoundSession(null, { ...cgi, client: 'curl', user: { a: 1 }, data: null });
      expect(session).to.include({ ...cgi, client: 'curl', active: true, data: null });
      expect(session.open_time).to.deep.equal(new Date(clock.now()));
      expect(told()).to.deep.equal([
        ['session_closed', 'replaced', old.id],
        ['session_opened', undefined, session.id],
      ]);
      expect(events[0]?.time).to.deep.equal(new Date(clock.now()));
      const ended = await controller.getSessionById(null, old.id);
      expect(ended).to.include({ active: false, close_reason: 'replaced' });
      expect(ended).to.not.have.property('data');
      expect(await controller.validateSession(null, old.id)).to.equal(null);
      expect(await activeIds()).to.have.members([session.id, ...others.map(({ id }) => id)]);
    });

    it('end without a service or a name only for one without', async () => {
      const named = await controller.openBoundSession(null, cgi);
      const first = await controller.openBoundSession(null, { user_id: 'ann', service: 'cgi' });
      const second = await controller.openBoundSession(null, { user_id: 'ann', service: 'cgi', name: null });
      expect(await activeIds()).to.have.members([named.id, second.id]);
      expect(await controller.getSessionById(null, first.id)).to.include({ close_reason: 'replaced' });
    });

    it(`stay exactly one of ${MANY} opened at once, and each end is told once`, async () => {
      const opened = await Promise.all(
        Array.from({ length: MANY }, () => controller.openBoundSession(null, { ...cgi, data: {} })),
      );
      expect(opened.every(({ active }) => active)).to.equal(true);
      const [survivor, ...none] = await activeIds();
      expect(none).to.deep.equal([]);
      const ids = (type: string) => events.filter((event) => event.type === type).map(({ session_id }) => session_id);
      const all = opened.map(({ id }) => id).sort();
      expect(ids('session_opened').sort()).to.deep.equal(all);
      expect(ids('session_closed').sort()).to.deep.equal(all.filter((id) => id !== survivor));
      for (const { type, reason } of events)
        expect(reason).to.equal(type === 'session_closed' ? 'replaced' : undefined);
      expect(events).to.have.length(2 * MANY - 1);
    });

    it('leave the expired to the sweep', async () => {
      const old = await controller.openBoundSession(null, { ...cgi, expire_timeout: 1000 });
      clock.advance(1000);
      await controller.openBoundSession(null, cgi);
      expect(await controller.getSessionById(null, old.id)).to.include({ close_reason: 'expired' });
      expect(await controller.closeExpiredSessions(null)).to.equal(1);
      expect(events.map(({ type, reason }) => reason ?? type)).to.deep.equal([
        'session_opened',
        'session_opened',
        'expired',
      ]);
    });

    it('end for none that is refused', async () => {
      const old = await controller.openBoundSession(null, { ...cgi, session_id: 'mine' });
      events = [];
      await refusal(controller.openBoundSession(null, { ...cgi, session_id: 'mine' }), 'SESSION_EXISTS');
      await refusal(controller.openBoundSession(null, { ...cgi, user_id: '' }), 'INVALID_DATA');
      await refusal(controller.openBoundSession(null, { ...cgi, name: '' }), 'INVALID_DATA');
      await refusal(controller.openBoundSession(null, { ...cgi, data: 'x'.repeat(65_536) }), 'PAYLOAD_TOO_LARGE');
      expect(events).to.deep.equal([]);
      expect(await activeIds()).to.deep.equal([old.id]);
    });

    it('are for code in the process alone', () => {
      expect(Object.keys(OPERATIONS).filter((operation) => operation.includes('bound'))).to.deep.equal([]);
    });
  });
}
