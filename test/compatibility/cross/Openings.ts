import { callOperation } from '../../support/ServiceProcess.js';
import type { CrossWorld } from './CrossWorld.js';

/** A session as whoever opened it knows it. */
export interface CrossSession {
  id: string;
  user_id: string;
  /** For the scripts: of which application and which of several it is; null where it has no such binding. */
  binding: { service: string; session_name: string } | null;
  /** What was put into it. */
  data: object;
}

export interface Opening {
  /** Whether its sessions have a binding. */
  isBound: boolean;
  open(world: CrossWorld): Promise<CrossSession>;
}

const DATA = { cart: [1, 2], note: 'ünï' };
const BINDING = { service: 'wiki', session_name: 'tab' };

/** Every way to open a session. */
export const OPENINGS: Record<string, Opening> = {
  'open_session over commandable HTTP': { isBound: true, open: openedOverHttp },
  '/sessman/new': { isBound: false, open: openedBySessman },
  'add_session.cgi': { isBound: true, open: addedByScript },
  'the session storage over the controller': { isBound: false, open: (world) => openedInStorage(world, 'controller') },
  'the session storage over the client': { isBound: false, open: (world) => openedInStorage(world, 'client') },
};

async function openedOverHttp(world: CrossWorld): Promise<CrossSession> {
  const user_id = world.newUser();
  const args = { user_id, service: BINDING.service, name: BINDING.session_name, data: DATA };
  const { body } = await callOperation(world.url, 'open_session', args);
  return { id: String(body?.['id']), user_id, binding: BINDING, data: DATA };
}

async function openedBySessman(world: CrossWorld): Promise<CrossSession> {
  const user_id = world.newUser();
  const { body } = await world.sessman.open(user_id, DATA);
  return { id: String(body.session_id), user_id, binding: null, data: DATA };
}

async function addedByScript(world: CrossWorld): Promise<CrossSession> {
  const user_id = world.newUser();
  const id = await world.cgi.add({ user_id, ...BINDING });
  return { id, user_id, binding: BINDING, data: {} };
}

async function openedInStorage(world: CrossWorld, kind: keyof CrossWorld['storages']): Promise<CrossSession> {
  const user_id = world.newUser();
  const session = await world.storages[kind].create(DATA);
  await session.setUser({ _key: user_id, userData: { name: 'Ann' } }).save();
  return { id: session.get('_key'), user_id, binding: null, data: DATA };
}
