import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf, type Load, type Service } from './Children.js';
import { type Effort, type Measured, ratioRow } from './HttpFigures.js';
import { RedisServer } from './RedisServer.js';
import type { Row } from './Table.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CONNECTIONS = 64;
/** So many people are logged in. */
const LOGINS = 100;

/** Kind of application -> how it stands in the table. Each is a ratio to Express that has no sessions. */
const FIGURES: Record<string, string> = {
  middleware: 'Express with the middleware / Express alone',
  'near-cache': 'Express with the middleware and the near-cache / Express alone',
  'sessions-store': 'express-session with SessionsStore / Express alone',
  'connect-redis': 'express-session with connect-redis / Express alone',
};

/** A page of an application with and without sessions. Redis is left out where none is installed. */
export async function expressApplications(load: Load, service: Service, effort: Effort): Promise<Row[]> {
  const redis = await RedisServer.start();
  const kinds = Object.keys(FIGURES).filter((kind) => kind !== 'connect-redis' || redis !== null);
  const alone = await Application.start('alone', service.port, redis?.port);
  const rows: Row[] = [];
  try {
    for (const kind of kinds) rows.push(await againstAlone(load, alone, kind, [service.port, redis?.port], effort));
  } finally {
    alone.stop();
    await redis?.stop();
  }
  return rows;
}

async function againstAlone(
  load: Load,
  alone: Application,
  kind: string,
  [service, redis]: [number, number | undefined],
  effort: Effort,
): Promise<Row> {
  const app = await Application.start(kind, service, redis);
  try {
    await app.logIn(LOGINS);
    const [measured, base]: [Measured[], Measured[]] = [[], []];
    for (const side of [app, alone]) await side.measure(load, effort.milliseconds);
    for (let round = 0; round < effort.rounds; round++) {
      measured.push(await app.measure(load, effort.milliseconds));
      base.push(await alone.measure(load, effort.milliseconds));
    }
    return ratioRow(FIGURES[kind] ?? kind, measured, base, null);
  } finally {
    app.stop();
  }
}

/** An Express application in a process of its own. */
class Application {
  private cookies = [''];

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async start(kind: string, service: number, redis: number | undefined): Promise<Application> {
    const child = fork(join(HERE, 'ExpressApp.js'), [kind, String(service), String(redis)]);
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new Application(child, port);
  }

  /** From now on requests come with the cookies of so many sessions. */
  async logIn(times: number): Promise<void> {
    const cookies: string[] = [];
    for (let i = 0; i < times; i++) {
      const response = await fetch(`http://127.0.0.1:${this.port}/login`, { method: 'POST' });
      const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
      if (cookie === undefined) throw new Error(`A login was answered ${response.status}: ${await response.text()}`);
      cookies.push(cookie);
    }
    this.cookies = cookies;
  }

  async measure(load: Load, milliseconds: number): Promise<Measured> {
    const order = { port: this.port, path: '/', bodies: [], cookies: this.cookies, milliseconds, pause: 0 };
    const before = cpuOf(this.child);
    const report = await load.run({ ...order, connections: CONNECTIONS });
    const answers = (report.perSecond * milliseconds) / 1000;
    return { ...report, cost: ((cpuOf(this.child) - before) * 1e6) / answers };
  }

  stop(): void {
    this.child.disconnect();
  }
}
