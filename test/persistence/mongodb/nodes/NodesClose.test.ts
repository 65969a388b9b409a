import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isSessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import type { SessionV1 } from '../../../../src/data/version1/SessionV1.js';
import type { SessionsController } from '../../../../src/logic/SessionsController.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { inParallel, MongoNodes } from './MongoNodes.js';

/** Of each kind; small collections, since test servers walk them. */
const RACES = 5000;
const ROUND = 250;
const TOGETHER = 24;

type Call = (controller: SessionsController, id: string) => Promise<SessionV1 | null>;
type Outcome = SessionV1 | 'closed' | null;

const AGAINST_CLOSE: Record<string, Call> = {
  store_session_data: (controller, id) => controller.storeSessionData(null, id, { stored: 1 }),
  patch_session_data: (controller, id) => controller.patchSessionData(null, id, { patched: 1 }),
  update_session_user: (controller, id) => controller.updateSessionUser(null, id, { updated: 1 }, { user_id: 'bob' }),
  validate_session: (controller, id) => controller.validateSession(null, id),
};

describeOnMongo(
  'A session that one node closes while another uses it',
  mongoUnavailable(),
  function (this: Mocha.Suite) {
    this.timeout(240_000);
    let nodes: MongoNodes;
    /** Milliseconds that a pair of calls takes: the spread of their starts follows it. */
    let pairTime = 10;

    beforeEach(async () => {
      nodes = await MongoNodes.start({ touch_interval: 0 });
    });
    afterEach(() => nodes.stop());

    for (const [kind, call] of Object.entries(AGAINST_CLOSE)) {
      it(`${RACES} times against ${kind}: closed is final, every answer true, one end told`, async () => {
        let first = 0;
        for (let done = 0; done < RACES; done += ROUND) {
          first += await round(call);
          await nodes.clear();
        }
        assert(first > RACES / 10 && first < RACES * 0.95, `${kind} came first ${first} times: that is no race`);
      });
    }

    /** Answers how many times the other call came first. */
    async function round(call: Call): Promise<number> {
      const outcomes = new Map<string, { other: Outcome; closed: SessionV1 | null }>();
      await inParallel(ROUND, TOGETHER, async (index) => {
        const opener = nodes.controller(index + 2);
        const { id } = await opener.openSession(null, { user_id: 'ann', user: { name: 'Ann' }, data: { cart: [] } });
        nodes.advance(1);
        outcomes.set(id, await raced(call, id, index));
      });
      const told = nodes.endings();
      let first = 0;
      for await (const document of nodes.documents.find()) {
        const { other, closed } = outcomes.get(document._id) ?? assert.fail('a session came from nowhere');
        assert.deepEqual(told.get(document._id), ['closed']);
        assert.deepEqual([document['active'], document['close_reason']], [false, 'closed']);
        assert.deepEqual(document['close_time'], closed?.close_time);
        for (const part of ['user', 'data', '_user_json', '_data_json']) assert(!(part in document), `it has ${part}`);
        const wasFirst = other !== 'closed' && other !== null;
        if (wasFirst) checkAnswer(other, document as unknown as SessionV1);
        else assert.equal(document['version'], 0, 'a refused write has been made');
        if (wasFirst) first++;
        outcomes.delete(document._id);
      }
      assert.equal(outcomes.size, 0, 'a session is gone');
      await checkReads([...told.keys()]);
      return first;
    }

    /** On different nodes: at once, or the one somewhat later than the other. */
    async function raced(call: Call, id: string, index: number): Promise<{ other: Outcome; closed: SessionV1 | null }> {
      const start = performance.now();
      const spread = () => pause(Math.random() * pairTime);
      const use = () => outcome(call(nodes.controller(index), id));
      const close = () => nodes.controller(index + 1).closeSession(null, id);
      const [other, closed] = await Promise.all([
        index % 4 === 1 ? spread().then(use) : use(),
        index % 4 === 0 ? close() : spread().then(close),
      ]);
      pairTime = Math.min(200, (pairTime * 7 + performance.now() - start) / 8);
      return { other, closed };
    }

    /** What the nodes answer of some of them, from then on. */
    async function checkReads(ids: string[]): Promise<void> {
      for (const [index, id] of ids.slice(0, 10).entries()) {
        const controller = nodes.controller(index);
        assert.equal((await controller.getSessionById(null, id))?.active, false);
        assert.equal(await controller.validateSession(null, id), null);
        assert.equal(await outcome(controller.storeSessionData(null, id, 1)), 'closed');
      }
    }
  },
);

/** The session as it was before it closed. */
function checkAnswer(other: SessionV1, last: SessionV1): void {
  assert.equal(other.active, true);
  assert.equal(other.version, last.version, 'a write that was acknowledged has been lost');
  assert.deepEqual([other.user_id, other.request_time], [last.user_id, last.request_time]);
}

async function outcome(call: Promise<SessionV1 | null>): Promise<Outcome> {
  try {
    return await call;
  } catch (error) {
    if (isSessionError(error, 'SESSION_CLOSED')) return 'closed';
    throw error;
  }
}
