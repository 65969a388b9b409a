import { expect } from 'chai';
import type { CloseReasonV1 } from '../../../src/data/version1/SessionV1.js';
import { callOperation } from '../../support/ServiceProcess.js';
import type { CrossWorld } from './CrossWorld.js';
import type { CrossSession } from './Openings.js';

/** A way to end a session. */
export interface Ending {
  reason: CloseReasonV1;
  /** True: nothing is left of it. */
  deletes?: boolean;
  /** True: works for sessions with the binding of the scripts alone. */
  needsBinding?: boolean;
  end(world: CrossWorld, session: CrossSession): Promise<unknown>;
}

/** Every way to end one. */
export const ENDINGS: Record<string, Ending> = {
  close_session: {
    reason: 'closed',
    end: (world, { id }) => operation(world, 'close_session', { session_id: id }),
  },
  'close_sessions of its user': {
    reason: 'revoked',
    end: (world, { user_id }) => operation(world, 'close_sessions', { filter: { user_id } }),
  },
  delete_session_by_id: {
    reason: 'closed',
    deletes: true,
    end: (world, { id }) => operation(world, 'delete_session_by_id', { session_id: id }),
  },
  'add_session.cgi': {
    reason: 'replaced',
    needsBinding: true,
    end: (world, { user_id, binding }) => world.cgi.add({ user_id, ...binding }),
  },
  'expire_session.cgi': {
    reason: 'closed',
    needsBinding: true,
    end: (world, { user_id, binding }) => world.cgi.expire({ user_id, ...binding }),
  },
  'delete of the storage over the controller': {
    reason: 'closed',
    deletes: true,
    end: (world, { id }) => world.storages.controller.delete(id),
  },
  'delete of the storage over the client': {
    reason: 'closed',
    deletes: true,
    end: (world, { id }) => world.storages.client.delete(id),
  },
  'delete of the session object over the controller': {
    reason: 'closed',
    deletes: true,
    end: async (world, { id }) => (await world.storages.controller.get(id)).delete(),
  },
  'delete of the session object over the client': {
    reason: 'closed',
    deletes: true,
    end: async (world, { id }) => (await world.storages.client.get(id)).delete(),
  },
  'its deadline': {
    reason: 'expired',
    end: async (world, { id }) => {
      const session = await world.controller.getSessionById(null, id);
      world.advanceTo(session?.expire_time?.getTime() ?? Number.NaN);
    },
  },
};

async function operation(world: CrossWorld, name: string, args: object): Promise<void> {
  expect((await callOperation(world.url, name, args)).status).to.equal(200);
}
