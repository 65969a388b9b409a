import { expect } from 'chai';
import { sessionError } from '../../src/data/version1/SessionErrorsV1.js';
import type { ISessionsPersistence } from '../../src/persistence/ISessionsPersistence.js';
import { SessionRecord } from '../../src/persistence/SessionRecord.js';
import { aSession, at, someSessions } from '../support/Sessions.js';
import {
  countUp,
  createAll,
  type DeclarePromise,
  expectCode,
  idsOf,
  textsOf,
  touch,
} from './SessionsPersistenceContract.js';

/** The promises about one session being made, changed and removed. */
export function changePromises(promise: DeclarePromise): void {
  promise('P7', 'stores a new session and answers it', async ({ persistence }) => {
    for (const [index, data] of [
      null,
      0,
      false,
      '',
      [],
      {},
      { '': { __proto__: 1 } },
      '\u0000 ü 😀 \u2028',
    ].entries()) {
      const session = aSession({ id: `s${index}`, data, user: data });
      expect((await persistence.create(null, session)).text).to.equal(session.text);
      expect((await persistence.getOneById(null, session.id))?.text).to.equal(session.text);
    }
  });

  promise('P7', 'keeps keys such as __proto__ as plain data', async ({ persistence }) => {
    const data = '{"__proto__":{"active":true},"constructor":1,"toString":null}';
    await persistence.create(null, SessionRecord.of(aSession().head(), { data }));
    await persistence.change(null, 's1', countUp);
    expect((await persistence.getOneById(null, 's1'))?.content()).to.deep.equal({ data });
  });

  promise('P7', 'keeps numbers as they are, -0 too', async ({ persistence, store }) => {
    const texts = ['-0', '[-0,{"a":-0,"b":[0,{"c":-0}]}]', '["-0",-0.5,1e-7,9007199254740992]', '{"__proto__":-0}'];
    const contents = texts.map((user, index) => ({ user, data: texts.at(index - 1) as string }));
    const sessions = [...contents, { data: '{"a":-0}' }, { user: '[-0]' }].map((content, index) =>
      SessionRecord.of(aSession({ id: `s${index}` }).head(), content),
    );
    await createAll(persistence, sessions);
    const expectAll = async (from: ISessionsPersistence, version: number): Promise<void> => {
      for (const session of sessions) {
        const read = await from.getOneById(null, session.id);
        expect(read?.text).to.equal(session.with({ version }).text);
        expect(read?.content()).to.deep.equal(session.content());
        const { user, data } = session.content();
        if (user !== undefined) expect(read?.toSession().user).to.deep.equal(JSON.parse(user));
        if (data !== undefined) expect(read?.toSession().data).to.deep.equal(JSON.parse(data));
      }
    };
    await expectAll(persistence, 0);
    await Promise.all(sessions.map(({ id }) => persistence.access(null, id, countUp)));
    await expectAll(persistence, 1);
    await Promise.all(sessions.map(({ id }) => persistence.change(null, id, countUp)));
    await expectAll(persistence, 2);
    if (store.reopen !== undefined) await expectAll(await store.reopen(), 2);
  });

  promise('P8', 'refuses an id in use, and changes nothing', async ({ persistence }) => {
    await createAll(persistence, [
      aSession({ id: 'active', data: 1 }),
      aSession({ id: 'closed', closeAt: at(1) }),
      aSession({ id: 'expired', expireAt: at(1) }),
    ]);
    const before = await textsOf(persistence);
    for (const id of ['active', 'closed', 'expired']) {
      await expectCode(persistence.create('c1', aSession({ id, user_id: 'bob' })), 'SESSION_EXISTS');
    }
    expect(await textsOf(persistence)).to.deep.equal(before);
    expect(await idsOf(persistence, { user_id: 'bob' }, null, at(0))).to.deep.equal([]);
  });

  promise('P8', 'lets exactly one of those win who create the same id at once', async ({ persistence }) => {
    const attempts = Array.from({ length: 50 }, (_, index) => persistence.create(null, aSession({ version: index })));
    const outcomes = await Promise.allSettled(attempts);
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).to.have.length(1);
    expect((await persistence.getOneById(null, 's1'))?.version).to.equal(winners[0]?.value.version);
    expect(await persistence.count(null)).to.equal(1);
  });

  promise('P9', 'loses none of the changes that are made at once', async ({ persistence }) => {
    await createAll(persistence, someSessions(4));
    const changes = Array.from({ length: 1000 }, (_, index) => persistence.change(null, `s${index % 4}`, countUp));
    const versions = (await Promise.all(changes)).map((step) => `${step?.before.id} ${step?.after.version}`);
    expect(new Set(versions).size).to.equal(1000);
    for (let i = 0; i < 4; i++) expect((await persistence.getOneById(null, `s${i}`))?.version).to.equal(250);
  });

  promise('P9', 'lets exactly one of those win who close at once', async ({ persistence }) => {
    await persistence.create(null, aSession());
    const close = (index: number) =>
      persistence.change(null, 's1', (current) => (current.active ? current.closed('closed', at(index)) : current));
    const steps = await Promise.all(Array.from({ length: 50 }, (_, index) => close(index)));
    expect(steps.filter((step) => step?.before !== step?.after)).to.have.length(1);
    expect(new Set(steps.map((step) => step?.after.text)).size).to.equal(1);
  });

  promise('P9', 'answers the states before and after', async ({ persistence }) => {
    const session = aSession({ data: 1 });
    await persistence.create(null, session);
    const step = await persistence.change(null, 's1', countUp);
    expect(step?.before.text).to.equal(session.text);
    expect(step?.after.version).to.equal(1);
    expect((await persistence.getOneById(null, 's1'))?.text).to.equal(step?.after.text);
  });

  promise(
    'P10',
    'answers null for a session that is not there, asks nobody, and makes none',
    async ({ persistence }) => {
      const never = () => {
        throw new Error('There is nothing to decide');
      };
      expect(await persistence.change(null, 's1', never)).to.equal(null);
      expect(await persistence.access(null, 's1', never)).to.equal(null);
      expect(await persistence.count(null)).to.equal(0);
    },
  );

  promise('P10', 'never makes a session again that is removed at the same time', async ({ persistence }) => {
    await createAll(persistence, someSessions(300));
    const all: Promise<unknown>[] = [];
    for (let index = 0; index < 300; index++) {
      const remove = () => all.push(persistence.deleteById(null, `s${index}`));
      const use = () =>
        all.push(persistence.change(null, `s${index}`, countUp), persistence.access(null, `s${index}`, countUp));
      if (index % 2 === 0) remove();
      use();
      if (index % 2 === 1) remove();
    }
    await Promise.all(all);
    expect(await persistence.count(null)).to.equal(0);
    expect(await textsOf(persistence)).to.deep.equal([]);
  });

  promise('P11', 'stores nothing of a decision that throws, and throws the same on', async ({ persistence }) => {
    await createAll(persistence, [aSession({ data: 1 })]);
    for (const error of [sessionError('c1', 'SESSION_CONFLICT'), new Error('else'), 'text', null]) {
      const refuse = () => {
        throw error;
      };
      for (const attempt of [persistence.change(null, 's1', refuse), persistence.access(null, 's1', refuse)]) {
        expect(await attempt.catch((caught) => ({ caught }))).to.deep.equal({ caught: error });
      }
    }
    expect(await textsOf(persistence)).to.deep.equal([aSession({ data: 1 }).text]);
  });

  promise('P11', 'stores nothing of a decision that answers what it was given', async ({ persistence }) => {
    await createAll(persistence, [aSession({ closeAt: at(1) })]);
    for (const step of [
      await persistence.change(null, 's1', (current) => current),
      await persistence.access(null, 's1', (current) => current),
    ]) {
      expect(step?.after).to.equal(step?.before);
      expect(step?.after.text).to.equal(aSession({ closeAt: at(1) }).text);
    }
  });

  promise('P12', 'decides before it gives way to other work', async ({ persistence }) => {
    await persistence.create(null, aSession());
    for (const method of ['change', 'access'] as const) {
      let decided = 0;
      const first = persistence[method](null, 's1', (current) => {
        decided++;
        return countUp(current);
      });
      expect(decided).to.equal(1);
      const second = persistence.change(null, 's1', (current) => {
        decided++;
        return countUp(current);
      });
      expect(decided).to.be.greaterThan(1);
      const [, last] = await Promise.all([first, second]);
      expect(last?.before.version).to.equal((await first)?.after.version);
    }
  });

  promise('P13', 'answers an access as it was stored, and shows it to all who come after', async ({ persistence }) => {
    await createAll(persistence, someSessions(2));
    const step = await persistence.access(null, 's0', touch(at(10), at(20)));
    expect(step?.before.requestAt).to.equal(at(0));
    expect(step?.after.requestAt).to.equal(at(10));
    expect((await persistence.getOneById(null, 's0'))?.text).to.equal(step?.after.text);
    expect(await idsOf(persistence, null, null, at(10))).to.deep.equal(['s0', 's1']);
    expect(await persistence.closeExpired(null, at(19), 10)).to.deep.equal([]);
  });

  promise('P17', 'removes a session of any state and answers what it was', async ({ persistence }) => {
    const sessions = [
      aSession({ id: 'active', data: 1 }),
      aSession({ id: 'closed', closeAt: at(1) }),
      aSession({ id: 'rest' }),
    ];
    await createAll(persistence, sessions);
    for (const session of sessions.slice(0, 2)) {
      expect((await persistence.deleteById(null, session.id))?.text).to.equal(session.text);
      expect(await persistence.deleteById(null, session.id)).to.equal(null);
      expect(await persistence.getOneById(null, session.id)).to.equal(null);
    }
    expect(await persistence.deleteById(null, 'nobody')).to.equal(null);
    expect(await idsOf(persistence, { user_id: 'ann' }, null, at(0))).to.deep.equal(['rest']);
    expect(await persistence.deleteClosedBefore(null, at(9), 10)).to.deep.equal([]);
    expect(await persistence.closeExpired(null, at(9999), 10)).to.have.length(1);
  });

  promise('P17', 'answers a removed session to exactly one of those who remove it at once', async ({ persistence }) => {
    await persistence.create(null, aSession());
    const answers = await Promise.all(Array.from({ length: 20 }, () => persistence.deleteById(null, 's1')));
    expect(answers.filter((answer) => answer !== null)).to.have.length(1);
  });

  promise('P18', 'gives the id of a removed session away again', async ({ persistence }) => {
    await persistence.create(null, aSession({ closeAt: at(1) }));
    await persistence.deleteById(null, 's1');
    await persistence.create(null, aSession({ user_id: 'bob' }));
    expect((await persistence.getOneById(null, 's1'))?.userId).to.equal('bob');
    expect(await idsOf(persistence, { user_id: 'ann' }, null, at(0))).to.deep.equal([]);
    await persistence.change(null, 's1', (current) => current.closed('closed', at(2)));
    await persistence.deleteClosedBefore(null, at(3), 10);
    await persistence.create(null, aSession({ user_id: 'cid' }));
    expect(await idsOf(persistence, null, null, at(0))).to.deep.equal(['s1']);
  });
}
