import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { nodeFileSystem } from '../../src/persistence/file/FileSystem.js';
import { storePaths } from '../../src/persistence/file/StorePaths.js';
import { readStore } from '../../src/persistence/file/StoreReader.js';
import { SessionTable } from '../../src/persistence/table/SessionTable.js';
import { ServiceProcess } from '../support/ServiceProcess.js';
import { type FoundSession, type Stage, TrackedSession } from './TrackedSession.js';

const WRITERS = 8;
/** Each process is killed after at most so many acknowledged writes. */
const MOST_WRITES = 300;

/** Small enough that the data file is written anew all the time, and some kills hit that. */
const CONFIG = (path: string): string => `
- descriptor: "service-sessions:persistence:file:default:1.0"
  path: ${JSON.stringify(path)}
  options:
    compact_after: 20000
- descriptor: "service-sessions:controller:default:default:1.0"
- descriptor: "service-sessions:service:commandable-http:default:1.0"
  connection:
    protocol: http
    host: 127.0.0.1
    port: 0
`;

/** A service on a data file of its own, that is used, killed and started again. */
export class CrashLane {
  private readonly tracked: TrackedSession[] = [];
  private readonly configPath: string;
  private service: ServiceProcess | null = null;
  private agent = new Agent({ keepAlive: true });

  constructor(
    private readonly path: string,
    private readonly random: () => number,
  ) {
    this.configPath = `${path}.yml`;
    writeFileSync(this.configPath, CONFIG(path));
  }

  /** Starts the service, uses it, kills it, and looks at what is left. */
  async cycle(): Promise<void> {
    const service = await this.start();
    await this.expectServed();
    let left = 1 + Math.floor(this.random() * MOST_WRITES);
    const wrote = (): void => {
      left -= 1;
      if (left === 0) service.kill('SIGKILL');
    };
    const writers = Array.from({ length: WRITERS }, () => this.writeUntilItEnds(wrote));
    await Promise.all(writers);
    expect((await service.exited).signal).to.equal('SIGKILL');
    await this.expectStored();
  }

  /** Starts the service and stops it in good order: then all is in the data file. */
  async end(): Promise<string> {
    const service = await this.start();
    await this.expectServed();
    expect((await service.stop()).code).to.equal(0);
    await this.expectStored();
    return this.path;
  }

  /** Ends what a failed test has left. */
  async remove(): Promise<void> {
    this.service?.kill('SIGKILL');
    await this.service?.exited;
    this.agent.destroy();
  }

  private async start(): Promise<ServiceProcess> {
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true });
    this.service = await ServiceProcess.start({ args: ['-c', this.configPath] });
    return this.service;
  }

  /** Opens sessions, writes to them, and ends or removes most of them. */
  private async writeUntilItEnds(wrote: () => void): Promise<void> {
    const step = async (session: TrackedSession, stage: Stage, operation: string, args: object): Promise<void> => {
      await session.step(stage, () => this.call(operation, { session_id: session.id, ...args }));
      wrote();
    };
    try {
      for (;;) {
        const session = new TrackedSession(`k${this.tracked.length}`);
        this.tracked.push(session);
        let writes = 0;
        const opened = { session_id: undefined, user_id: 'ann', data: session.data(0) };
        await step(session, { writes, state: 'active' }, 'open_session', opened);
        while (this.random() < 0.7) {
          writes += 1;
          await step(session, { writes, state: 'active' }, 'store_session_data', { data: session.data(writes) });
        }
        if (this.random() < 0.8) await step(session, { writes, state: 'closed' }, 'close_session', {});
        if (this.random() < 0.6) await step(session, { writes, state: 'absent' }, 'delete_session_by_id', {});
      }
    } catch (error) {
      // The connection of a process that was killed; anything else is a finding.
      if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }

  /** Everything in the files, by the key in the data, and for ended sessions by id. */
  private async expectStored(): Promise<void> {
    const table = new SessionTable();
    await readStore(nodeFileSystem, storePaths(this.path), table);
    const found = new Map<string, FoundSession>();
    for (const record of table.snapshot().flat()) {
      const session = JSON.parse(record.text) as FoundSession;
      found.set((session.data as { key: string } | undefined)?.key ?? session.id, session);
    }
    for (const session of this.tracked) {
      session.expectFound(found.get(session.key) ?? found.get(session.id ?? ''));
      found.delete(session.key);
      found.delete(session.id ?? '');
    }
    expect([...found.keys()], 'sessions that nobody opened').to.deep.equal([]);
  }

  /** The newest ones as the service answers them. */
  private async expectServed(): Promise<void> {
    for (const session of this.tracked.slice(-20)) {
      if (session.id === null) continue;
      session.expectFound((await this.call('get_session_by_id', { session_id: session.id })) ?? undefined);
    }
  }

  private call(operation: string, args: object): Promise<FoundSession | null> {
    const body = JSON.stringify(args);
    return new Promise((resolve, reject) => {
      const url = `${this.service?.url}/v1/sessions/${operation}`;
      const post = request(url, { method: 'POST', agent: this.agent, headers: { 'content-type': 'application/json' } });
      post.once('error', reject);
      post.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('error', reject);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          if (status === 204) resolve(null);
          else if (status === 200) resolve(JSON.parse(text) as FoundSession);
          else reject(new Error(`${operation}: ${status} ${text}`));
        });
      });
      post.end(body);
    });
  }
}
