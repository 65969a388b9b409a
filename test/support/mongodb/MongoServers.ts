import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { freePort } from './LoopbackPorts.js';
import { type MongoCommand, MongoProcess } from './MongoProcess.js';

const HOW_TO = 'run the tests by npm test, which finds or builds one';
const START_ATTEMPTS = 3;

/** Why there is no server for tests, and how to get one; undefined when there is one. In CI it throws instead. */
export function mongoUnavailable(): string | undefined {
  return unlessSet('SESSIONS_TEST_MONGO_URI');
}

/** Why tests cannot start servers of their own; undefined when they can. In CI it throws instead. */
export function ownMongoUnavailable(): string | undefined {
  return unlessSet('SESSIONS_TEST_MONGO_SERVER');
}

/** The server that all tests share, each with databases of its own. The URI names none. */
export function sharedMongo(): { uri: string } {
  return { uri: setting('SESSIONS_TEST_MONGO_URI') };
}

/** The name of a database that nobody else has. */
export function freshDatabase(): string {
  return `sessions_test_${randomBytes(8).toString('hex')}`;
}

/** The URI of a server, leading to one of its databases. */
export function databaseUri(uri: string, database: string): string {
  const [, server = uri, options = ''] = /^([^?]*?:\/\/[^/?]*)\/?(\?.*)?$/.exec(uri) ?? [];
  return `${server}/${database}${options}`;
}

export async function dropDatabase(uri: string, database: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
}

/** A server that belongs to one test: it may be killed, paused and started again. */
export class MongoServer {
  private running: MongoProcess | undefined;

  private constructor(
    private readonly command: MongoCommand,
    private readonly folder: string,
    /** On the loopback. */
    readonly port: number,
  ) {
    process.once('exit', this.removeFolder);
  }

  /** Starts one with no data, on a free port. */
  static async start(): Promise<MongoServer> {
    const command = JSON.parse(setting('SESSIONS_TEST_MONGO_SERVER')) as MongoCommand;
    for (let attempt = 1; ; attempt++) {
      const server = new MongoServer(command, mkdtempSync(join(tmpdir(), 'sessions-mongo-')), await freePort());
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        // Somebody else may have taken the port meanwhile.
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  /** Names no database. */
  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/`;
  }

  /** As `kill -9` does; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.running?.end('SIGKILL');
    this.running = undefined;
  }

  /** On the same port with the same data, after a kill or instead of it; resolves when it accepts connections. */
  async restart(): Promise<void> {
    await this.kill();
    this.running = await MongoProcess.start(this.command, this.port, this.folder);
  }

  /** When this resolves it is frozen: connections and bytes still reach it, and it does nothing with them. */
  async pause(): Promise<void> {
    await this.running?.pause();
  }

  resume(): void {
    this.running?.signal('SIGCONT');
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    process.off('exit', this.removeFolder);
    this.removeFolder();
  }

  private readonly removeFolder = (): void => rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
}

function unlessSet(variable: string): string | undefined {
  if (process.env[variable]) return undefined;
  const reason = process.env['SESSIONS_TEST_MONGO_MISSING'] ?? `${variable} is not set: ${HOW_TO}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

function setting(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(unlessSet(variable));
  return value;
}
