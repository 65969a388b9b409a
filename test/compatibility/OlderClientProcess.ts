// A process of its own for the published client of the older service: it brings its own copies of everything, changes
// process-wide things, and keeps connections open. A line of JSON in is a call, a line out is what became of it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Which of the client's classes: what it speaks. */
export type OlderKind = 'http' | 'grpc' | 'commandable-grpc';

/** Where a client of a kind is to be made, in the place of the one before. */
export interface OlderConnection {
  kind: OlderKind;
  port: number;
}

/**
 * A call of a method; an argument `{filter}` or `{paging}` becomes what the older toolkit has for it, `{value}` what it holds,
 * and `{nothing}` undefined.
 */
export interface OlderCall {
  method: string;
  args: unknown[];
}

/** What became of it: the answer, or the error with the class that the older toolkit made of it. */
export interface OlderOutcome {
  answer?: unknown;
  error?: {
    type: string;
    code?: string;
    status?: number;
    category?: string;
    message?: string;
    correlation_id?: string;
    details?: Record<string, unknown>;
  };
}

interface OlderClient {
  configure(config: unknown): void;
  open(correlationId: string | null): Promise<void>;
  close(correlationId: string | null): Promise<void>;
  [method: string]: (...args: never[]) => unknown;
}

type ClientClass = new () => OlderClient;

interface OlderPackages {
  SessionsCommandableHttpClientV1: ClientClass;
  SessionsCommandableGrpcClientV1: ClientClass;
  SessionsGrpcClientV1: ClientClass;
  ConfigParams: { fromValue(values: object): unknown };
  FilterParams: new (values: unknown) => unknown;
  PagingParams: new (skip?: number, take?: number, total?: boolean) => unknown;
}

const [folder = ''] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const packages: OlderPackages = {
  ...load('client-sessions-node'),
  // Its index leaves this one out.
  ...load('client-sessions-node/obj/src/version1/SessionsGrpcClientV1'),
  ...load('pip-services3-commons-nodex'),
};
const CLASSES: Record<OlderKind, ClientClass> = {
  http: packages.SessionsCommandableHttpClientV1,
  grpc: packages.SessionsGrpcClientV1,
  'commandable-grpc': packages.SessionsCommandableGrpcClientV1,
};
let client: OlderClient | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as OlderCall | OlderConnection;
  const outcome = 'kind' in order ? await connect(order) : await outcomeOf(order);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
await client?.close(null);
process.exit(0);

async function connect({ kind, port }: OlderConnection): Promise<OlderOutcome> {
  await client?.close(null);
  client = new CLASSES[kind]();
  client.configure(packages.ConfigParams.fromValue({ connection: { protocol: 'http', host: '127.0.0.1', port } }));
  await client.open(null);
  return {};
}

async function outcomeOf({ method, args }: OlderCall): Promise<OlderOutcome> {
  try {
    const call = client?.[method]?.bind(client);
    return { answer: (await call?.(...(args.map(argumentOf) as never[]))) ?? null };
  } catch (error) {
    const { code, status, category, message, correlation_id, details } = error as Required<OlderOutcome>['error'];
    return {
      error: {
        type: (error as Error).constructor.name,
        ...{ code, status, category, message, correlation_id, details },
      },
    } as OlderOutcome;
  }
}

function argumentOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('value' in value) return value.value;
  if ('nothing' in value) return undefined;
  if ('filter' in value) return new packages.FilterParams(value.filter);
  if ('paging' in value) return new packages.PagingParams(...(value.paging as [number, number, boolean]));
  return value;
}
