import type { CrossWorld } from './CrossWorld.js';
import type { CrossSession } from './Openings.js';

/** Writes once, when it is called; answers whether that was stored, false where the session had ended. */
export type Write = () => Promise<boolean>;

/** Prepares a write: what it needs from the session is fetched while that is good. */
export type Writer = (world: CrossWorld, session: CrossSession) => Promise<Write>;

const BACK = { back: true };

/** The writes of the older systems. */
export const WRITERS: Record<string, Writer> = {
  '/sessman/update': (world, session) => updater(world, session, BACK),
  '/sessman/update without data': (world, session) => updater(world, session),
  'save of the storage over the controller': (world, session) => saver(world, session, 'controller'),
  'save of the storage over the client': (world, session) => saver(world, session, 'client'),
};

async function updater(world: CrossWorld, { id }: CrossSession, data?: object): Promise<Write> {
  return async () => {
    const { status } = await world.sessman.update(id, data);
    if (status !== 200 && status !== 404) throw new Error(`The update was answered ${status}`);
    return status === 200;
  };
}

async function saver(
  world: CrossWorld,
  { id, user_id }: CrossSession,
  kind: keyof CrossWorld['storages'],
): Promise<Write> {
  const storage = world.storages[kind];
  const held = await storage.get(id);
  held.set('sessionData', BACK).setUser({ _key: user_id, userData: BACK });
  return async () => {
    try {
      await held.save();
      return true;
    } catch (error) {
      if (error instanceof storage.errors.SessionNotFound) return false;
      throw error;
    }
  };
}
