import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadOrder } from './LoadGenerator.js';
import type { LoadReport } from './Tally.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The server that figures are ratios to, in a process of its own. */
export class BareServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<BareServer> {
    const child = fork(join(HERE, 'BareServer.js'));
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new BareServer(child, port);
  }

  /** Processor time used so far, in seconds. */
  cpu(): number {
    return cpuOf(this.child);
  }

  /** From now on answers texts of this length. */
  async answer(length: number): Promise<void> {
    this.child.send({ length });
    await once(this.child, 'message');
  }

  stop(): void {
    this.child.disconnect();
  }
}

/** The gRPC server that figures are ratios to, in a process of its own. */
export class BareGrpcServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<BareGrpcServer> {
    const child = fork(join(HERE, 'BareGrpcServer.js'));
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new BareGrpcServer(child, port);
  }

  /** As of BareServer. */
  cpu(): number {
    return cpuOf(this.child);
  }

  /** From now on answers calls of this path with this message. */
  async answer(path: string, message: Uint8Array): Promise<void> {
    this.child.send({ path, bytes: Buffer.from(message).toString('base64') });
    await once(this.child, 'message');
  }

  stop(): void {
    this.child.disconnect();
  }
}

/** The load, in a process of its own. */
export class Load<Order = LoadOrder, Report extends LoadReport = LoadReport> {
  private readonly child: ChildProcess;

  constructor(program = 'LoadGenerator.js') {
    this.child = fork(join(HERE, program), { serialization: 'advanced' });
  }

  async run(order: Order): Promise<Report> {
    this.child.send(order as object);
    const [report] = (await once(this.child, 'message')) as [Report];
    return report;
  }

  stop(): void {
    this.child.disconnect();
  }
}

/** The real service, as it is started by its users, on a data file. */
export class Service {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** From the start of the process to its ready line, in milliseconds. */
    readonly startTime: number,
  ) {}

  static async start(folder: string, options: ServiceOptions = {}): Promise<Service> {
    const config = join(folder, 'bench.yml');
    writeFileSync(config, configText(join(folder, 'sessions.json'), options));
    const startedAt = performance.now();
    const child = spawn(process.execPath, [join(ROOT, 'bin', 'main.js'), '-c', config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
        const address = /http:\/\/[^\s:]+:(\d+)/.exec(output);
        if (address) resolve(Number(address[1]));
      });
      child.once('exit', (code) => reject(new Error(`The service ended with ${code} before it was ready`)));
    });
    return new Service(child, port, performance.now() - startedAt);
  }

  async call(operation: string, args: object): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.port}/v1/sessions/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    return response.text();
  }

  /** Processor time used so far, in seconds. */
  cpu(): number {
    return cpuOf(this.child);
  }

  /** Resident memory in bytes, as the kernel counts it. */
  memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  /** Ends it by SIGTERM; answers how long that took in milliseconds. */
  async stop(): Promise<number> {
    const startedAt = performance.now();
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    return performance.now() - startedAt;
  }
}

export interface ServiceOptions {
  persistence?: Record<string, number>;
  controller?: Record<string, number | boolean>;
  endpoint?: Record<string, number>;
  /** Descriptors of further services. */
  services?: string[];
  /** Descriptors of what listens on a port of its own, and that port. */
  listeners?: Record<string, number>;
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Fills a data file; answers the ids that requests are to use. */
export function seedStore(folder: string, sessions: number, ids: number): string[] {
  const path = join(folder, 'sessions.json');
  const done = spawnSync(process.execPath, [join(HERE, 'SeedStore.js'), path, String(sessions), String(ids)], {
    stdio: 'inherit',
  });
  if (done.status !== 0) throw new Error('The data file could not be made');
  return JSON.parse(readFileSync(`${path}.ids`, 'utf8'));
}

/**
 * Processor time that a process has used so far, in seconds. The kernel counts in hundredths of a second, user and system
 * time being the 14th and 15th field of the line.
 */
export function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function configText(
  path: string,
  { persistence = {}, controller = {}, endpoint = {}, services = [], listeners = {} }: ServiceOptions,
): string {
  const options = (rows: Record<string, number | boolean>) =>
    Object.entries(rows).map(([key, value]) => `    ${key}: ${value}`);
  return [
    '- descriptor: "pip-services:logger:console:default:1.0"',
    '  level: "warn"',
    '- descriptor: "service-sessions:persistence:file:default:1.0"',
    `  path: "${path}"`,
    ...(Object.keys(persistence).length > 0 ? ['  options:', ...options(persistence)] : []),
    '- descriptor: "service-sessions:controller:default:default:1.0"',
    '  options:',
    // No access is to be due for storing while reads are measured.
    ...options({ touch_interval: 8_640_000, ...controller }),
    '- descriptor: "pip-services:endpoint:http:default:1.0"',
    '  connection:',
    '    protocol: "http"',
    '    host: "127.0.0.1"',
    '    port: 0',
    ...(Object.keys(endpoint).length > 0 ? ['  options:', ...options(endpoint)] : []),
    '- descriptor: "service-sessions:service:commandable-http:default:1.0"',
    '- descriptor: "pip-services:heartbeat-service:http:default:1.0"',
    ...Object.entries(listeners).flatMap(([descriptor, port]) => [
      `- descriptor: "${descriptor}"`,
      '  connection:',
      '    host: "127.0.0.1"',
      `    port: ${port}`,
    ]),
    ...services.map((descriptor) => `- descriptor: "${descriptor}"`),
    '',
  ].join('\n');
}
