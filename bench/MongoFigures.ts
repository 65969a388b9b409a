import { MongoClient, type UpdateFilter } from 'mongodb';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import { OPERATIONS } from '../src/logic/SessionOperations.js';
import { SessionsController } from '../src/logic/SessionsController.js';
import type { AnyDocument } from '../src/persistence/mongodb/SessionDocument.js';
import { SessionsMongoDbPersistence } from '../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import type { Effort } from './HttpFigures.js';
import { inTurnRow, type Side } from './InTurn.js';
import { DATA } from './SampleData.js';
import type { Row } from './Table.js';

/** So many are asked at the same time, as that many callers do that wait for their answers. */
const AT_ONCE = 32;
/** Test servers walk what MongoDB finds by an index: more sessions would measure the walk. */
const SESSIONS = 200;
const POOL = { maxPoolSize: AT_ONCE, minPoolSize: AT_ONCE };

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

function ratio(figure: string, ours: Side, base: Side, atLeast: number, effort: Effort): Promise<Row> {
  return inTurnRow({ figure: `${figure}, MongoDB`, ours, base, atOnce: AT_ONCE, budget: { atLeast } }, effort);
}

async function controllerOver(persistence: SessionsMongoDbPersistence): Promise<SessionsController> {
  const controller = new SessionsController();
  controller.configure(ConfigParams.fromTuples('options.cleanup_interval', 0));
  const store = new Descriptor('service-sessions', 'persistence', 'mongodb', 'default', '1.0');
  controller.setReferences(References.fromTuples(store, persistence));
  await controller.open(null);
  return controller;
}
