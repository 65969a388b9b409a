import { expect } from 'chai';
import { callOperation } from '../../support/ServiceProcess.js';
import { refusal } from '../../support/StorageWorlds.js';
import type { CrossWorld } from './CrossWorld.js';
import type { Ending } from './Endings.js';
import type { CrossSession } from './Openings.js';
import { Watcher } from './Watcher.js';

/** What one of the systems says of a session. */
export interface Witness {
  /** Asserts that it is good. */
  seesGood(world: CrossWorld, session: CrossSession): Promise<void>;
  /** Asserts that it has ended in this way. */
  seesEnd(world: CrossWorld, session: CrossSession, ending: Ending): Promise<void>;
}

/** Everybody who can be asked. */
export const WITNESSES: Record<string, Witness> = {
  'commandable HTTP': {
    async seesGood(world, { id, user_id, data }) {
      const valid = await callOperation(world.url, 'validate_session', { session_id: id, user_id });
      expect(valid).to.nested.include({ status: 200, 'body.active': true });
      const { body } = await callOperation(world.url, 'get_session_by_id', { session_id: id });
      expect(body?.['data'] ?? {}).to.deep.equal(data);
    },
    async seesEnd(world, { id, user_id }, { reason, deletes }) {
      expect((await callOperation(world.url, 'validate_session', { session_id: id, user_id })).status).to.equal(204);
      const { status, body } = await callOperation(world.url, 'get_session_by_id', { session_id: id });
      if (deletes) expect(status).to.equal(204);
      else expect(body).to.include({ active: false, close_reason: reason }).and.to.not.have.any.keys('data', 'user');
      const write = await callOperation(world.url, 'store_session_data', { session_id: id, data: { back: true } });
      expect(write.status).to.equal(deletes ? 204 : 409);
    },
  },
  lists: {
    async seesGood(world, { id, user_id }) {
      expect(await listed(world, { user_id, active: 'true' })).to.include(id);
      expect(await listed(world, { user_id, active: 'false' })).to.not.include(id);
    },
    async seesEnd(world, { id, user_id }, { deletes }) {
      expect(await listed(world, { user_id, active: 'true' })).to.not.include(id);
      expect((await listed(world, { user_id, active: 'false' })).includes(id)).to.equal(!deletes);
    },
  },
  sessman: {
    async seesGood(world, { id, user_id, data }) {
      const { status, body } = await world.sessman.get(id, user_id);
      expect(status).to.equal(200);
      expect(body).to.deep.include({ session_id: id, user_id, data });
      expect((await world.sessman.get(id, 'somebody else')).status).to.equal(404);
    },
    async seesEnd(world, { id, user_id }) {
      const never = await world.sessman.get('nobody', user_id);
      expect(never.status).to.equal(404);
      expect(await world.sessman.get(id, user_id)).to.deep.equal(never);
      expect(await world.sessman.update(id)).to.deep.equal(never);
      expect(await world.sessman.update(id, { back: true })).to.deep.equal(never);
    },
  },
  'validate.cgi': {
    async seesGood(world, { id, user_id, binding }) {
      const answer = await world.cgi.validate(id, { user_id, ...(binding ?? { service: 'wiki' }) });
      expect(answer).to.match(binding === null ? /^invalid: / : /^ok$/);
    },
    async seesEnd(world, { id, user_id, binding }) {
      expect(await world.cgi.validate(id, { user_id, ...(binding ?? { service: 'wiki' }) })).to.match(/^invalid: /);
    },
  },
  'the storage over the controller': storageWitness('controller'),
  'the storage over the client': storageWitness('client'),
  push: {
    async seesGood(world, session) {
      expect((await world.watcherOf(session)).logouts).to.deep.equal([]);
    },
    async seesEnd(world, session, { reason, deletes }) {
      const { id, user_id } = session;
      const told = { session_key: id, reason };
      expect(await (await world.watcherOf(session)).told()).to.deep.equal([told]);
      const late = await Watcher.connect(world.url);
      expect(await late.join(id, user_id)).to.equal(false);
      expect(late.logouts).to.deep.equal(deletes ? [] : [told]);
      late.disconnect();
    },
  },
  events: {
    async seesGood(world, { id }) {
      expect(world.endingsOf(id)).to.deep.equal([]);
    },
    async seesEnd(world, { id }, { reason }) {
      // What nobody asks for is told of by the sweep.
      await callOperation(world.url, 'close_expired_sessions');
      expect(world.endingsOf(id)).to.deep.equal([reason]);
    },
  },
};

function storageWitness(kind: keyof CrossWorld['storages']): Witness {
  return {
    async seesGood(world, { id, user_id, data }) {
      const session = await world.storages[kind].get(id);
      expect(session.get('uid')).to.equal(user_id);
      expect(session.get('sessionData')).to.deep.equal(data);
      expect(session.hasExpired()).to.equal(false);
    },
    async seesEnd(world, { id }, { reason, deletes }) {
      const { errors } = world.storages[kind];
      const error = await refusal(world.storages[kind].get(id));
      expect(error).to.be.instanceOf(errors.SessionNotFound);
      expect(error instanceof errors.SessionExpired).to.equal(reason === 'expired' && !deletes);
    },
  };
}

async function listed(world: CrossWorld, filter: object): Promise<string[]> {
  const { body } = await callOperation(world.url, 'get_sessions', { filter });
  return ((body?.['data'] ?? []) as { id: string }[]).map(({ id }) => id);
}
