import { OPERATIONS, type SessionOperation } from '../../src/logic/SessionOperations.js';
import { ApiFault } from '../contracts/ApiUnderTest.js';
import { GrpcCaller, type GrpcReply } from './GrpcCaller.js';
import { memberTexts } from './JsonMembers.js';
import type { ApiConnection } from './ServedApi.js';

/** A caller of the typed gRPC service at a port, by the protos alone. */
export function grpcConnection(port: number): ApiConnection {
  const caller = new GrpcCaller('sessions_v1.Sessions', port);
  return {
    async callText(name, json, correlationId) {
      const operation = OPERATIONS[name as keyof typeof OPERATIONS];
      return typedAnswer(operation, await caller.call(name, typedRequest(operation, json, correlationId)));
    },
    async close() {
      caller.close();
    },
  };
}

/** A caller of the commandable gRPC service at a port. */
export function commandableGrpcConnection(port: number): ApiConnection {
  const caller = new GrpcCaller('commandable.Commandable', port);
  return {
    async callText(name, json, correlationId) {
      const request = { method: `v1/sessions.${name}`, args_json: json, correlation_id: correlationId ?? '' };
      const reply = await caller.call('invoke', request);
      throwFault(reply);
      return reply.result_empty ? null : JSON.parse(reply.result_json ?? '');
    },
    async close() {
      caller.close();
    },
  };
}

/** Arguments are fields of the same name; content is the JSON text as it is written. */
function typedRequest(operation: SessionOperation, json: string, correlationId: string | null): object {
  const texts = memberTexts(json);
  const args = Object.entries<unknown>(JSON.parse(json)).filter(([, value]) => value !== null);
  const contents = operation.contents
    .filter((name) => texts[name] !== undefined)
    .map((name) => [name, texts[name]] as const);
  const maps = Object.fromEntries(args.map(([name, value]) => [name, MAPS[name]?.(value as object) ?? value]));
  return { ...maps, ...Object.fromEntries(contents), correlation_id: correlationId ?? '' };
}

/** What JSON says in more than one way: null for what is absent, and texts for numbers and booleans. */
const MAPS: Record<string, (map: object) => object> = {
  filter: (map) => Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null)),
  paging: ({ skip, take, total }: { skip?: unknown; take?: unknown; total?: unknown }) => {
    return { skip, take, total: [true, 'true', '1'].includes(total as string) };
  },
};

function typedAnswer({ answer }: SessionOperation, reply: GrpcReply): unknown {
  throwFault(reply);
  if (answer === 'count') return reply.count ?? 0;
  if (answer === 'session') return reply.session === undefined ? null : sessionOf(reply.session);
  return { total: reply.page?.total ?? null, data: (reply.page?.data ?? []).map(sessionOf) };
}

/** What is not set of fields without presence is empty, as proto3 has it. */
function sessionOf(message: Record<string, unknown>): object {
  const { user, data, ...head } = message;
  return {
    ...{ active: false, version: 0, ...head },
    ...(user !== undefined && { user: JSON.parse(user as string) }),
    ...(data !== undefined && { data: JSON.parse(data as string) }),
  };
}

function throwFault({ error }: GrpcReply): void {
  if (error === undefined) return;
  const details = error.details_json === undefined ? undefined : JSON.parse(error.details_json);
  throw new ApiFault({ ...error, name: error.code, status: Number(error.status), details });
}
