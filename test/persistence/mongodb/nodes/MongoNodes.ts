import { type Collection, MongoClient } from 'mongodb';
import { ConfigParams } from 'pip-services3-commons-nodex';
import type { SessionEventV1 } from '../../../../src/data/version1/SessionEventV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import type { AnyDocument } from '../../../../src/persistence/mongodb/SessionDocument.js';
import { SessionsMongoDbPersistence } from '../../../../src/persistence/mongodb/SessionsMongoDbPersistence.js';
import type { ControllerOptions } from '../../../contracts/ApiUnderTest.js';
import { openController } from '../../../support/DirectApi.js';
import { FakeClock } from '../../../support/FakeClock.js';
import { databaseUri, dropDatabase, freshDatabase, sharedMongo } from '../../../support/mongodb/MongoServers.js';

/** Test servers may be slow: nothing is to time out or be refused. */
export const PATIENT = { 'options.operation_timeout': 120_000, 'options.max_waiting': 1_000_000 };

/** One node of the service in this process: a controller over a persistence of its own. */
export interface MongoNode {
  controller: SessionsController;
  persistence: SessionsMongoDbPersistence;
  clock: FakeClock;
}

/** Several nodes on one database. */
export class MongoNodes {
  /** What all of them have published, in the order it came. */
  readonly events: SessionEventV1[] = [];
  readonly all: MongoNode[] = [];
  private readonly database = freshDatabase();
  private readonly client = new MongoClient(sharedMongo().uri);

  /** Of the driver: what really stands in the database. */
  readonly documents: Collection<AnyDocument> = this.client.db(this.database).collection<AnyDocument>('sessions');

  /** As many as there are clocks; all have the same options. */
  static async start(options: ControllerOptions = {}, clocks = someClocks(3)): Promise<MongoNodes> {
    const nodes = new MongoNodes();
    for (const clock of clocks) await nodes.add(options, clock);
    return nodes;
  }

  get uri(): string {
    return databaseUri(sharedMongo().uri, this.database);
  }

  /** One node more. */
  async add(options: ControllerOptions = {}, clock = new FakeClock(), uri = this.uri): Promise<MongoNode> {
    const persistence = new SessionsMongoDbPersistence();
    persistence.configure(ConfigParams.fromValue({ 'connection.uri': uri, ...PATIENT }));
    await persistence.open(null);
    const controller = await openController(persistence, options, clock);
    controller.addListener((event) => this.events.push(event));
    const node = { controller, persistence, clock };
    this.all.push(node);
    return node;
  }

  /** The nodes in turn, for ever. */
  node(index: number): MongoNode {
    return this.all[index % this.all.length] as MongoNode;
  }

  controller(index: number): SessionsController {
    return this.node(index).controller;
  }

  advance(milliseconds: number): void {
    for (const { clock } of this.all) clock.advance(milliseconds);
  }

  /** Why each session has ended, by id, as often as it was told. */
  endings(): Map<string, string[]> {
    const told = new Map<string, string[]>();
    for (const { type, session_id, reason = '' } of this.events) {
      if (type === 'session_closed') told.set(session_id, [...(told.get(session_id) ?? []), reason]);
    }
    return told;
  }

  /** Of nodes that go on: nothing stored, nothing told. */
  async clear(): Promise<void> {
    this.events.length = 0;
    await this.documents.deleteMany({});
  }

  async stop(): Promise<void> {
    for (const { controller, persistence } of this.all.splice(0)) {
      await controller.close(null);
      await persistence.close(null);
    }
    await this.client.close();
    await dropDatabase(sharedMongo().uri, this.database);
  }
}

export function someClocks(count: number): FakeClock[] {
  return Array.from({ length: count }, () => new FakeClock());
}

/** Calls so many times, at most `together` at once. */
export async function inParallel(
  count: number,
  together: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: together }, worker));
}
