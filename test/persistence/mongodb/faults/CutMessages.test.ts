import { expect } from 'chai';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { databaseUri, MongoServer, ownMongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import type { Direction, Passage } from '../../../support/mongodb/ProxyLink.js';
import { TcpProxy } from '../../../support/mongodb/TcpProxy.js';
import { CUT_CASES, type CutCase } from './CutCases.js';
import { FaultyNode } from './FaultyNode.js';

const OPERATION_TIMEOUT = 1500;
const HASTY_TIMEOUT = 400;
const LATE = 100;

/** What becomes of the message of that number in its direction. */
type Judge = (direction: Direction, index: number) => Passage;

/** Where a connection is cut: at a message of the operation, as it is on its way in this direction. */
const CUTS: { what: string; direction: Direction; passage: Passage }[] = [
  { what: 'in the middle of a reply', direction: 'reply', passage: 'half' },
  { what: "before a reply's first byte", direction: 'reply', passage: 'none' },
  { what: 'in the middle of a request', direction: 'request', passage: 'half' },
  { what: 'before a request', direction: 'request', passage: 'none' },
];

describeOnMongo('A connection that is cut', ownMongoUnavailable(), () => {
  let server: MongoServer;
  let proxy: TcpProxy;
  /** Through the proxy. */
  let node: FaultyNode;
  /** As this one, and soon out of patience. */
  let hasty: FaultyNode;
  /** Not through it. */
  let witness: FaultyNode;
  let sessions = 0;

  before(async () => {
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
    const options = { 'options.operation_timeout': OPERATION_TIMEOUT };
    node = await FaultyNode.open(proxy.uri, { ...options, 'connection.database': 'cuts' });
    const soon = { 'options.operation_timeout': HASTY_TIMEOUT, 'connection.database': 'cuts' };
    hasty = await FaultyNode.open(proxy.uri, soon, node.clock);
    witness = await FaultyNode.open(databaseUri(server.uri, 'cuts'), options, node.clock);
  });
  after(async () => {
    await node?.close();
    await hasty?.close();
    await witness?.close();
    await proxy?.stop();
    await server?.stop();
  });
  beforeEach(() => {
    proxy.cutNothing();
    // Of a test that failed nothing is left to the next.
    node.clock.advance(7 * 86_400_000);
    return witness.controller.closeExpiredSessions(null).then(() => witness.controller.closeExpiredSessions(null));
  });

  /** Does it while messages are judged; answers how many messages of that direction it had. */
  async function expectRight(cut: CutCase, judge: Judge, label: string, tested = node) {
    const id = `s${sessions++}`;
    await cut.prepare(witness.controller, id, (milliseconds) => node.clock.advance(milliseconds));
    const before = await witness.persistence.getOneById(null, id);
    const told = tested.events.length;
    const seen: Record<Direction, number> = { request: 0, reply: 0 };
    proxy.cutOn((command, direction) => {
      if (command === 'hello' || command === 'ping' || command === '' || command === 'endSessions') return 'pass';
      return judge(direction, seen[direction]++);
    });
    const { value, code, took } = await tested.call((controller) => cut.call(controller, id));
    proxy.cutNothing();
    const after = await witness.persistence.getOneById(null, id);
    const events = tested.events.slice(told).filter((event) => event.session_id === id);
    expect([undefined, 'PERSISTENCE_UNAVAILABLE'], label).to.include(code);
    expect(took, label).to.be.below(tested === hasty ? HASTY_TIMEOUT + LATE : OPERATION_TIMEOUT + LATE);
    cut.check({
      answer: value,
      isAnswered: code === undefined,
      before,
      after,
      events: (type) => events.filter((event) => event.type === type).length,
    });
    await witness.persistence.deleteById(null, id);
    return { messages: seen, isAnswered: code === undefined };
  }

  for (const cut of CUT_CASES) {
    it(`leaves ${cut.operation} right or unavailable, at every message, and never done twice`, async () => {
      const { messages } = await expectRight(cut, () => 'pass', 'without a cut');
      expect(messages.reply).to.be.above(0);
      for (const { what, direction, passage } of CUTS) {
        for (let at = 0; at < messages[direction]; at++) {
          const label = `${what} number ${at}`;
          const judge = (way: Direction, index: number) => (way === direction && index === at ? passage : 'pass');
          const { isAnswered } = await expectRight(cut, judge, label);
          if (cut.isAlwaysAnswered) expect(isAnswered, label).to.equal(true);
        }
      }
      await expectRight(cut, () => 'pass', 'afterwards');
    }).timeout(60_000);

    it(`leaves ${cut.operation} right or unavailable in time, when every reply is lost`, async () => {
      await expectRight(cut, (direction) => (direction === 'reply' ? 'none' : 'pass'), 'every reply', hasty);
      const { isAnswered } = await expectRight(cut, () => 'pass', 'afterwards');
      expect(isAnswered).to.equal(true);
    });
  }
});
