import { MongoClient, type UpdateFilter } from 'mongodb';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { OPERATIONS } from '../src/logic/SessionOperations.js';
import { SessionsController } from '../src/logic/SessionsController.js';
import type { AnyDocument } from '../src/persistence/mongodb/SessionDocument.js';
import { SessionsMongoDbPersistence } from '../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import type { Effort } from './HttpFigures.js';
import { DATA } from './SampleData.js';
import { median, type Row, row } from './Table.js';

/** So many are asked at the same time, as that many callers do that wait for their answers. */
const AT_ONCE = 32;
/** Test servers walk what MongoDB finds by an index: more sessions would measure the walk. */
const SESSIONS = 200;
const POOL = { maxPoolSize: AT_ONCE, minPoolSize: AT_ONCE };

/** One turn of one side: operations a second, and microseconds of processor for each. */
interface Turn {
  rate: number;
  cpu: number;
}

type Side = (index: number) => Promise<unknown>;

/** Operations of the controller over the MongoDB persistence as ratios to the bare driver that sends the same command. */
export async function againstDriver(uri: string, effort: Effort): Promise<Row[]> {
  const database = `sessions_bench_${process.pid}`;
  const client = new MongoClient(uri, { ...POOL, writeConcern: { w: 'majority', j: true }, retryWrites: false });
  const persistence = new SessionsMongoDbPersistence();
  persistence.configure(
    ConfigParams.fromTuples(
      ...['connection.uri', uri, 'connection.database', database, 'options.max_pool_size', AT_ONCE],
    ),
  );
  await persistence.open(null);
  try {
    const rows = await measure(client, database, await controllerOver(persistence), effort);
    return rows;
  } finally {
    await persistence.close(null);
    await client.db(database).dropDatabase();
    await client.close();
  }
}

async function measure(
  client: MongoClient,
  database: string,
  controller: SessionsController,
  effort: Effort,
): Promise<Row[]> {
  const sessions = client.db(database).collection<AnyDocument>('sessions');
  const open = () => controller.perform(OPERATIONS.open_session, null, { user_id: 'ann', data: DATA });
  const ids: string[] = [];
  for (let i = 0; i < SESSIONS; i++) ids.push(((await open()) as unknown as { id: string }).id);
  const id = (index: number) => ids[index % SESSIONS] as string;
  const find: Side = (index) => sessions.findOne({ _id: id(index) });
  const set = (index: number) =>
    sessions.findOneAndUpdate({ _id: id(index), active: true }, {
      $set: { data: DATA, request_time: new Date() },
      $inc: { version: 1 },
    } as unknown as UpdateFilter<AnyDocument>);
  const rows: Row[] = [];
  for (const name of ['get_session_by_id', 'validate_session'] as const) {
    const ours: Side = (index) => controller.perform(OPERATIONS[name], null, { session_id: id(index) });
    rows.push(await ratio(`${name} / findOne of the driver`, ours, find, 0.8, effort));
  }
  const store: Side = (index) =>
    controller.perform(OPERATIONS.store_session_data, null, { session_id: id(index), data: DATA });
  rows.push(await ratio('store_session_data / findOneAndUpdate of the driver', store, set, 0.8, effort));
  return rows;
}

/** Both sides in turn, so that what the machine does meanwhile meets both. */
async function ratio(figure: string, ours: Side, driver: Side, atLeast: number, effort: Effort): Promise<Row> {
  const [measured, base]: [Turn[], Turn[]] = [[], []];
  await turnOf(ours, effort.milliseconds / 2);
  await turnOf(driver, effort.milliseconds / 2);
  for (let round = 0; round < effort.rounds; round++) {
    measured.push(await turnOf(ours, effort.milliseconds));
    base.push(await turnOf(driver, effort.milliseconds));
  }
  const ratios = measured.map(({ rate }, round) => rate / (base[round] as Turn).rate);
  const of = (turns: Turn[], key: keyof Turn) => median(turns.map((turn) => turn[key]));
  const note =
    `${of(measured, 'rate').toFixed(0)} / ${of(base, 'rate').toFixed(0)} a second, ` +
    `${of(measured, 'cpu').toFixed(0)} / ${of(base, 'cpu').toFixed(0)} us of processor each`;
  return row(`${figure}, MongoDB`, 'ratio', ratios, { atLeast }, note);
}

async function turnOf(side: Side, milliseconds: number): Promise<Turn> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < milliseconds) await side(count++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (count / (performance.now() - startedAt)) * 1000, cpu: (user + system) / count };
}

async function controllerOver(persistence: SessionsMongoDbPersistence): Promise<SessionsController> {
  const controller = new SessionsController();
  controller.configure(ConfigParams.fromTuples('options.cleanup_interval', 0));
  const store = new Descriptor('service-sessions', 'persistence', 'mongodb', 'default', '1.0');
  controller.setReferences(References.fromTuples(store, persistence));
  await controller.open(null);
  return controller;
}
