import { type SessionData, Store } from 'express-session';
import { type ClientClock, systemClock } from '../config/Clock.js';
import type { SessionV1 } from '../version1/SessionV1.js';
import { StoredSessions } from './StoredSessions.js';
import { failureOf } from './StoreFailures.js';
import { readStoreOptions, type SessionsStoreOptions, type StoreSettings } from './StoreOptions.js';

/** Called once, with an error or with null and the answer. */
export type StoreCallback<T> = (error: unknown, answer?: T) => void;
/** As `all` answers it. */
export type ListedSession = SessionData & { id: string };

type CreateSession = Store['createSession'];

const PAGE = 100;
/** How many calls at once where all sessions are concerned. */
const PARALLEL = 16;

/**
 * Keeps the sessions of express-session at the sessions service. Every method also answers a promise, for callers that leave the
 * callback out. An outage of the service is an error with the status 503; a session that has ended is absent, and a write to
 * it is dropped. Within one process the writes to a session are done in the order in which they were asked for.
 *
 * - `set` also takes the time-out from the cookie, and whose session it is from the option `user`.
 * - `touch` is an access unless the session was accessed just now, and writes only where the age of the cookie has changed.
 * - `destroy` and `clear` close, and never delete.
 * - `all`, `length` and `clear` concern the active sessions of this store's `service` only; `all` is no access.
 */
export class SessionsStore extends Store {
  private readonly settings: StoreSettings;
  private readonly sessions: StoredSessions;
  /** Of each session with writes under way: when the last of them is over. */
  private readonly lines = new Map<string, Promise<void>>();

  /** `clock`: for tests. Throws INVALID_CONFIG. */
  constructor(options: SessionsStoreOptions, clock: ClientClock = systemClock) {
    super();
    this.settings = readStoreOptions(options);
    this.sessions = new StoredSessions(this.settings, clock);
  }

  override get(sid: string, callback?: StoreCallback<SessionData | null>): Promise<SessionData | null> {
    return answering(this.sessions.read(sid), callback);
  }

  override set(sid: string, session: SessionData, callback?: StoreCallback<void>): Promise<void> {
    const write = attempt(() => this.sessions.prepare(session));
    return answering(
      this.inLine(sid, async () => this.sessions.write(sid, session, await write)),
      callback,
    );
  }

  override destroy(sid: string, callback?: StoreCallback<void>): Promise<void> {
    return answering(
      this.inLine(sid, () => this.sessions.end(sid)),
      callback,
    );
  }

  override touch(sid: string, session: SessionData, callback?: StoreCallback<void>): Promise<void> {
    return answering(
      this.inLine(sid, () => this.sessions.touch(sid, session)),
      callback,
    );
  }

  override all(callback?: StoreCallback<ListedSession[]>): Promise<ListedSession[]> {
    return answering(this.list(), callback);
  }

  override length(callback?: StoreCallback<number>): Promise<number> {
    return answering(this.count(), callback);
  }

  override clear(callback?: StoreCallback<void>): Promise<void> {
    return answering(this.closeAll(), callback);
  }

  /** Called by express-session to make `req.session` of what `get` answered. */
  override createSession(req: Parameters<CreateSession>[0], data: SessionData): ReturnType<CreateSession> {
    const given = data.cookie === undefined ? { ...data, cookie: { originalMaxAge: null } } : data;
    const session = super.createSession(req, given as SessionData);
    this.sessions.hold(data, session);
    return session;
  }

  private inLine<T>(sid: string, job: () => Promise<T>): Promise<T> {
    const result = (this.lines.get(sid) ?? Promise.resolve()).then(job);
    const over = () => {
      if (this.lines.get(sid) === line) this.lines.delete(sid);
    };
    const line = result.then(over, over);
    this.lines.set(sid, line);
    return result;
  }

  private async list(): Promise<ListedSession[]> {
    const ids = new Set<string>();
    for (let skip = 0, size = PAGE; size === PAGE; skip += size) {
      const page = await this.page(skip);
      for (const session of page) if (this.sessions.isOurs(session)) ids.add(session.id);
      size = page.length;
    }
    const list: ListedSession[] = [];
    await eachOf([...ids], async (id) => {
      const data = await this.sessions.look(id);
      if (data !== null) list.push({ ...data, id });
    });
    return list;
  }

  private async count(): Promise<number> {
    const { client, service } = this.settings;
    const { total } = await client.getSessions(null, { service, active: true }, { take: 1, total: true });
    return total ?? 0;
  }

  private async closeAll(): Promise<void> {
    let foreign = 0;
    for (;;) {
      const page = await this.page(foreign);
      if (page.length === 0) return;
      const ours = page.filter((session) => this.sessions.isOurs(session));
      foreign += page.length - ours.length;
      await eachOf(ours, ({ id }) => this.inLine(id, () => this.sessions.end(id)));
    }
  }

  private async page(skip: number): Promise<SessionV1[]> {
    const { client, service } = this.settings;
    return (await client.getSessions(null, { service, active: true }, { skip, take: PAGE })).data;
  }
}

/** Tells the callback besides. A failure that nobody waits for ends no process; what a callback throws is not swallowed. */
function answering<T>(asked: Promise<T>, callback: StoreCallback<T> | undefined): Promise<T> {
  const answer = asked.catch((error: unknown) => {
    throw failureOf(error);
  });
  answer.then(
    (value) => callback && queueMicrotask(() => callback(null, value)),
    (error: unknown) => callback && queueMicrotask(() => callback(error)),
  );
  return answer;
}

/** What a step that runs now answers; nobody need wait for it for its failure to be no unhandled one. */
function attempt<T>(step: () => T): Promise<T> {
  const done = new Promise<T>((resolve) => resolve(step()));
  done.catch(() => undefined);
  return done;
}

async function eachOf<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
