import { fileURLToPath } from 'node:url';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { BareGrpcServer, type BareServer, freePort, Load, Service, seedStore } from './Children.js';
import type { GrpcLoadOrder, GrpcLoadReport } from './GrpcLoadGenerator.js';
import { type Effort, inTurn, type Measured, order, ratioRow, sideOf } from './HttpFigures.js';
import type { LoadOrder } from './LoadGenerator.js';
import type { Budget, Row } from './Table.js';

const PROTOS = ['sessions_v1', 'commandable'].map((name) =>
  fileURLToPath(new URL(`../../protos/${name}.proto`, import.meta.url)),
);
const REST = { atLeast: 0.6 };
const GRPC = { atLeast: 0.8 };
/** So many turns are made of one: the shorter a turn, the more alike is what the machine does meanwhile to both sides. */
const PARTS = 4;
/** It takes this many milliseconds of load until the hot functions of grpc-js are compiled. */
const WARM_UP = 1500;
/** Together as many calls at a time as the HTTP load has connections. */
const GRPC_LOAD = { connections: 4, streams: 16 };

/** The reads over each way in. Those over gRPC are of a process that has served no HTTP, as its opponent has served none. */
export async function transports(load: Load, bare: BareServer, folder: string, effort: Effort): Promise<Row[]> {
  const turns = { rounds: effort.rounds * PARTS, milliseconds: effort.milliseconds / PARTS };
  const ids = seedStore(folder, 1000, 1000);
  const [grpc, seneca] = [await freePort(), await freePort()];
  const grpcService = await Service.start(folder, {
    listeners: { 'pip-services:endpoint:grpc:default:1.0': grpc },
    services: ['grpc', 'commandable-grpc'].map((type) => `service-sessions:service:${type}:default:1.0`),
  });
  // Each turn opens connections: in shorter ones that would be much of what is measured.
  const longer = { rounds: effort.rounds * 2, milliseconds: Math.max(effort.milliseconds / 2, 500) };
  const overGrpc = await grpcAgainstBare(grpcService, grpc, ids, longer);
  await grpcService.stop();
  const service = await Service.start(folder, {
    listeners: { 'service-sessions:service:seneca:default:1.0': seneca },
    services: ['service-sessions:service:rest:default:1.0'],
  });
  const rest = await restAgainstBare(load, bare, service, ids, turns);
  const overSeneca = await senecaAgainstHttp(load, service, seneca, ids, turns);
  await service.stop();
  return [...rest, ...overGrpc, overSeneca];
}

/** The reads over REST against the bare HTTP server. */
async function restAgainstBare(
  load: Load,
  bare: BareServer,
  service: Service,
  ids: string[],
  effort: Effort,
): Promise<Row[]> {
  const plain = { ...order(service.port, '', [], effort.milliseconds), path: '/v1/sessions/' };
  const calls: Record<string, LoadOrder> = {
    'REST GET /v1/sessions/{id}': { ...plain, queries: ids },
    'REST POST /v1/sessions/{id}/validate': { ...plain, posts: ids.map((id) => `${id}/validate`) },
  };
  await bare.answer(Buffer.byteLength(await service.call('get_session_by_id', { session_id: ids[0] })));
  const rows: Row[] = [];
  for (const [name, call] of Object.entries(calls)) {
    const sides = [sideOf(service, call), sideOf(bare, { ...call, port: bare.port })];
    const [measured, base] = await inTurn(load, sides, effort);
    rows.push(ratioRow(`${name} / bare`, measured as Measured[], base as Measured[], REST));
  }
  return rows;
}

interface GrpcCall {
  name: string;
  service: string;
  method: string;
  budget: Budget;
  request(id: string): object;
}

const COMMANDABLE = { service: 'commandable.Commandable', method: 'invoke', budget: null };
const TYPED = { service: 'sessions_v1.Sessions', budget: GRPC, request: (session_id: string) => ({ session_id }) };

const GRPC_CALLS: GrpcCall[] = [
  { ...TYPED, name: 'gRPC get_session_by_id', method: 'get_session_by_id' },
  { ...TYPED, name: 'gRPC validate_session', method: 'validate_session' },
  { ...COMMANDABLE, name: 'commandable gRPC get_session_by_id', request: invocation('get_session_by_id') },
  { ...COMMANDABLE, name: 'commandable gRPC validate_session', request: invocation('validate_session') },
];

function invocation(operation: string): GrpcCall['request'] {
  return (session_id) => ({ method: `v1/sessions.${operation}`, args_json: JSON.stringify({ session_id }) });
}

/** The reads over both gRPC services against a bare one that answers the same messages. */
async function grpcAgainstBare(service: Service, port: number, ids: string[], effort: Effort): Promise<Row[]> {
  const load = new Load<GrpcLoadOrder, GrpcLoadReport>('GrpcLoadGenerator.js');
  const bare = await BareGrpcServer.start();
  const rows: Row[] = [];
  for (const { name, budget, ...call } of GRPC_CALLS) {
    const ours = grpcOrder(call, port, ids, effort.milliseconds);
    const { answer } = await load.run({ ...ours, milliseconds: 100 });
    if (answer.length === 0) throw new Error(`${name} has no good answer`);
    await bare.answer(ours.path, answer);
    const sides = [sideOf(service, ours), sideOf(bare, { ...ours, port: bare.port })];
    for (const side of sides) await load.run({ ...side.order, milliseconds: WARM_UP });
    const [measured, base] = await inTurn(load, sides, effort);
    rows.push(ratioRow(`${name} / bare grpc-js`, measured as Measured[], base as Measured[], budget));
  }
  load.stop();
  bare.stop();
  return rows;
}

function grpcOrder(
  { service, method, request }: Pick<GrpcCall, 'service' | 'method' | 'request'>,
  port: number,
  ids: string[],
  milliseconds: number,
): GrpcLoadOrder {
  const definition = (loadSync(PROTOS, { keepCase: true })[service] as ServiceDefinition)[method];
  if (definition === undefined) throw new Error(`${service} has no ${method}`);
  const messages = ids.map((id) => definition.requestSerialize(request(id)));
  return { port, path: definition.path, messages, ...GRPC_LOAD, milliseconds };
}

/** A read over Seneca's tcp against the same over commandable HTTP. */
async function senecaAgainstHttp(
  load: Load,
  service: Service,
  port: number,
  ids: string[],
  effort: Effort,
): Promise<Row> {
  const http = order(service.port, 'get_session_by_id', ids.map(sessionOf), effort.milliseconds);
  const seneca = { ...http, port, lines: ids.map(senecaMessage) };
  const [measured, base] = await inTurn(load, [sideOf(service, seneca), sideOf(service, http)], effort);
  return ratioRow('Seneca get_session_by_id / commandable HTTP', measured as Measured[], base as Measured[], null);
}

function sessionOf(id: string): string {
  return JSON.stringify({ session_id: id });
}

/** As Seneca's own client writes it. */
function senecaMessage(session_id: string, number: number): string {
  const act = { role: 'sessions', version: 1, cmd: 'get_session_by_id', session_id };
  return JSON.stringify({
    id: `m${number}/t1`,
    kind: 'act',
    origin: 'bench',
    time: { client_sent: 1 },
    act,
    sync: true,
  });
}
