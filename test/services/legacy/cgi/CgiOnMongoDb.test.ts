import { expect } from 'chai';
import { SessionsCgiHttpService } from '../../../../src/services/legacy/cgi/SessionsCgiHttpService.js';
import { MongoNodes } from '../../../persistence/mongodb/nodes/MongoNodes.js';
import { CgiCaller } from '../../../support/CgiCaller.js';
import { describeOnMongo } from '../../../support/mongodb/DescribeOnMongo.js';
import { mongoUnavailable } from '../../../support/mongodb/MongoServers.js';
import { ServedController } from '../../../support/ServedController.js';

const MANY = 50;
const wiki = { user_id: 'ann', service: 'wiki' };

describeOnMongo('The CGI calls of two nodes on MongoDB', mongoUnavailable(), () => {
  let nodes: MongoNodes;
  let served: ServedController[];
  const callers = [0, 1].map((index) => new CgiCaller(() => served[index] as ServedController));
  const caller = (index: number) => callers[index % 2] as CgiCaller;
  const addMany = () => Promise.all(Array.from({ length: MANY }, (_, index) => caller(index).add(wiki)));

  beforeEach(async () => {
    nodes = await MongoNodes.start();
    served = [];
    for (const index of [0, 1]) {
      served.push(await ServedController.start(nodes.controller(index), [[new SessionsCgiHttpService()]]));
    }
  });
  afterEach(async () => {
    for (const node of served) await node.close();
    await nodes.stop();
  });

  it(`add of ${MANY} callers at once leaves exactly one active, the others replaced, each told once`, async () => {
    const ids = await addMany();
    const states = await Promise.all(ids.map((id, index) => caller(index + 1).validate(id, wiki)));
    const [survivor, ...none] = ids.filter((_, index) => states[index] === 'ok');
    expect(none).to.deep.equal([]);
    const active = await nodes.controller(2).getSessions(null, { active: true }, null);
    expect(active.data.map(({ id }) => id)).to.deep.equal([survivor]);
    const endings = nodes.endings();
    expect([...endings.keys()].sort()).to.deep.equal(ids.filter((id) => id !== survivor).sort());
    for (const reasons of endings.values()) expect(reasons).to.deep.equal(['replaced']);
  });

  it('expire of one ends what the other has added, also while it adds', async () => {
    const id = await caller(0).add(wiki);
    expect(await caller(1).validate(id, wiki)).to.equal('ok');
    await Promise.all([caller(1).expire(wiki), addMany()]);
    expect(await caller(1).expire(wiki)).to.equal('ok');
    expect(await caller(0).validate(id, wiki)).to.match(/^invalid: /);
    expect((await nodes.controller(0).getSessions(null, { active: true }, null)).data).to.deep.equal([]);
    for (const reasons of nodes.endings().values()) expect(reasons).to.have.length(1);
  });
});
