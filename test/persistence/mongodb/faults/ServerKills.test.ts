import { expect } from 'chai';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { databaseUri, MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { FaultyNode } from './FaultyNode.js';
import { KilledLoad } from './KilledLoad.js';

const KILLS = Number(process.env['MONGO_KILLS'] ?? 20);
const OPERATION_TIMEOUT = 1500;
const RESUME_WITHIN = 2000;
/** Milliseconds: how long it is used before a kill, and how long there is no server. */
const LOAD = 500;
const DEAD = [0, 300, 700, 1700];

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describeOnMongo('A MongoDB that is killed under load', ownMongoUnavailable(), () => {
  let server: MongoServer;
  let node: FaultyNode;

  beforeEach(async () => {
    server = await MongoServer.start();
    node = await FaultyNode.open(databaseUri(server.uri, 'kills'), { 'options.operation_timeout': OPERATION_TIMEOUT });
  });
  afterEach(async () => {
    await node?.close();
    await server?.stop();
  });

  /** Milliseconds from now until a session can be read and written. */
  async function resumed(): Promise<number> {
    const startedAt = performance.now();
    for (;;) {
      const { code } = await node.call((controller) => controller.openSession(null, { user_id: 'resumed' }));
      if (code === undefined) return performance.now() - startedAt;
    }
  }

  it(`keeps what it acknowledged, answers in time and resumes, ${KILLS} times`, async () => {
    const load = new KilledLoad(node);
    let slowest = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const writing = load.run();
      await sleep(LOAD);
      await server.kill();
      await sleep(DEAD[kill % DEAD.length] as number);
      await server.restart();
      slowest = Math.max(slowest, await resumed());
      await sleep(50);
      load.stop();
      await writing;
      await load.expectKept();
    }
    const { acknowledged, unavailable, untold } = load;
    console.log(
      `      ${acknowledged} calls answered, ${unavailable} unavailable, longest ${Math.ceil(node.longest)} ms, ` +
        `slowest resume ${Math.ceil(slowest)} ms, ${untold} ends without an answer and an event`,
    );
    expect(node.longest).to.be.below(OPERATION_TIMEOUT + 100);
    expect(slowest).to.be.below(RESUME_WITHIN);
    expect(unavailable, 'calls that met the fault').to.be.above(0);
  }).timeout(30_000 + KILLS * 6000);
});
