import { writeFileSync } from 'node:fs';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { SessionsController } from '../src/logic/SessionsController.js';
import { SessionsFilePersistence } from '../src/persistence/file/SessionsFilePersistence.js';
import { DATA } from './SampleData.js';

/** So many sessions are opened at once, while a store is filled. */
const AT_ONCE = 2000;
const USERS = 50_000;

/**
 * Fills a data file with sessions of many users through the service's own store, and writes the ids of the first ones
 * beside it. Run as a process of its own: `node SeedStore.js FILE SESSIONS IDS`.
 */
async function seed(path: string, sessions: number, ids: number): Promise<void> {
  const persistence = new SessionsFilePersistence();
  persistence.configure(ConfigParams.fromTuples('path', path));
  const references = References.fromTuples(
    new Descriptor('service-sessions', 'persistence', 'file', 'default', '1.0'),
    persistence,
  );
  persistence.setReferences(references);
  const controller = new SessionsController();
  controller.setReferences(references);
  await persistence.open(null);
  await controller.open(null);
  const kept: string[] = [];
  for (let done = 0; done < sessions; done += AT_ONCE) {
    const opened = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, sessions - done) }, (_, i) =>
        controller.openSession(null, session(done + i)),
      ),
    );
    for (const { id } of opened) if (kept.length < ids) kept.push(id);
  }
  await controller.close(null);
  await persistence.close(null);
  writeFileSync(`${path}.ids`, JSON.stringify(kept));
}

/** Spread over the users, so that each has several sessions. */
function session(number: number) {
  const user = number % USERS;
  return { user_id: `user${user}`, user_name: `User ${user}`, address: '10.0.0.1', client: 'Browser/1.0', data: DATA };
}

const [, , path, sessions, ids] = process.argv;
if (path !== undefined) await seed(path, Number(sessions), Number(ids));
