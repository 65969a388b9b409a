// A process of its own for the published client of the older service: it brings its own copies of everything, changes
// process-wide things, and keeps connections open. A line of JSON in is a call, a line out is what became of it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A call of a method; an argument `{filter}` or `{paging}` becomes what the older toolkit has for it. */
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
  };
}

interface OlderClient {
  open(correlationId: string | null): Promise<void>;
  close(correlationId: string | null): Promise<void>;
  [method: string]: (...args: never[]) => Promise<unknown>;
}

interface OlderPackages {
  SessionsCommandableHttpClientV1: new (config: object) => OlderClient;
  FilterParams: new (values: unknown) => unknown;
  PagingParams: new (skip?: number, take?: number, total?: boolean) => unknown;
}

const [folder = '', port = ''] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const packages: OlderPackages = { ...load('client-sessions-node'), ...load('pip-services3-commons-nodex') };
const client = new packages.SessionsCommandableHttpClientV1({
  connection: { protocol: 'http', host: '127.0.0.1', port: Number(port) },
});

await client.open(null);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await outcomeOf(JSON.parse(line) as OlderCall))}\n`);
}
await client.close(null);
process.exit(0);

async function outcomeOf({ method, args }: OlderCall): Promise<OlderOutcome> {
  try {
    const call = client[method]?.bind(client);
    return { answer: (await call?.(...(args.map(argumentOf) as never[]))) ?? null };
  } catch (error) {
    const { code, status, category, message, correlation_id } = error as Required<OlderOutcome>['error'];
    return {
      error: { type: (error as Error).constructor.name, ...{ code, status, category, message, correlation_id } },
    } as OlderOutcome;
  }
}

function argumentOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('filter' in value) return new packages.FilterParams(value.filter);
  if ('paging' in value) return new packages.PagingParams(...(value.paging as [number, number, boolean]));
  return value;
}
