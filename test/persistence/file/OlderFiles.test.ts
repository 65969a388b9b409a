import { expect } from 'chai';
import fc from 'fast-check';
import { type SessionHead, SessionRecord } from '../../../src/persistence/SessionRecord.js';
import { Disk, type Files } from '../../support/Disk.js';
import { START } from '../../support/FakeClock.js';
import { at, iso } from '../../support/Sessions.js';
import { DATA, JOURNAL, type OpenedStore, openDisk, openFiles } from './FileStores.js';

const file = (text: string | Buffer): Files => ({ [DATA]: Buffer.from(text) });

/** As service-sessions-node 1.1.1 writes them: all fields of its model in their order, on one line. */
const OLDER = [
  {
    id: '5c2f1f2e8a7d4b0f9f0e1d2c3b4a5968',
    user_id: '1',
    user_name: 'Ünal "U" [x] {y}, \\ \n',
    active: true,
    open_time: iso(at(0)),
    request_time: iso(at(60)),
    address: 'localhost',
    client: 'test',
    user: { id: '1', roles: ['a', { b: ']' }] },
    data: 'plain',
  },
  {
    id: 'ended',
    user_id: '1',
    active: false,
    open_time: iso(at(0)),
    request_time: iso(at(90)),
    close_time: iso(at(90)),
    data: null,
    user: null,
  },
];

/** The session that is read from this one, and nothing else. */
async function read(session: object): Promise<SessionHead & { user?: unknown; data?: unknown }> {
  const contents = (await openFiles(file(JSON.stringify([session])))).contents();
  return JSON.parse(contents);
}

describe('The file of an older service', () => {
  const layouts: Record<string, string | Buffer> = {
    'on one line': JSON.stringify(OLDER),
    indented: JSON.stringify(OLDER, null, 2),
    'indented, with carriage returns': JSON.stringify(OLDER, null, '\t').replaceAll('\n', '\r\n'),
    'with a byte order mark and white space around': `\uFEFF \n${JSON.stringify(OLDER)}\n\n`,
    'one session a line': `[\n${OLDER.map((session) => JSON.stringify(session)).join(',\n')}\n]\n`,
  };
  for (const [layout, text] of Object.entries(layouts)) {
    it(`${layout} is read as it is, and stays as it is`, async () => {
      const disk = Disk.holding(file(text));
      const store = await openDisk(disk);
      const { user_name, user, data } = OLDER[0] ?? {};
      const [one, other] = await Promise.all(OLDER.map(({ id }) => store.getOneById(null, id)));
      expect(one?.toSession()).to.deep.include({ user_name, user, data, active: true, version: 0 });
      expect(one?.requestAt).to.equal(at(60));
      expect(other?.toSession()).to.not.have.any.keys('user', 'data');
      expect(other).to.include({ active: false, endAt: at(90) });
      expect(disk.files()[DATA]).to.deep.equal(Buffer.from(text));
    });
  }

  it('longer than what is read at once is cut into the same sessions', async () => {
    const sessions = Array.from({ length: 500 }, (_, index) => ({
      ...OLDER[0],
      id: `s${index}`,
      data: 'ü{"\\'.repeat((index * 37) % 3000),
    }));
    for (const indent of [0, 3]) {
      const store = await openFiles(file(JSON.stringify(sessions, null, indent)));
      for (const { id, data } of sessions) {
        expect((await store.getOneById(null, id))?.toSession().data).to.equal(data);
      }
    }
  });

  it('keeps what it holds through its first compaction and ever after', async () => {
    const disk = Disk.holding(file(JSON.stringify(OLDER)));
    const store = await openDisk(disk);
    const before = store.contents();
    await store.completeOlder(null, (session) => session.with({ expire_time: iso(at(5000)) }));
    const completed = store.contents();
    expect(completed).to.not.equal(before);
    expect(JSON.parse((disk.files()[DATA] as Buffer).toString())).to.have.length(2);
    const next = await openDisk(Disk.holding(disk.files()));
    expect(next.contents()).to.equal(completed);
    await next.close(null);
  });

  it('is taken over once: what had ended by then counts as ended then, whenever it is opened', async () => {
    const disk = Disk.holding(file(JSON.stringify(OLDER)));
    const store = await openDisk(disk);
    await store.completeOlder(null, (session) => session.with({ expire_time: iso(at(5000)) }));
    await store.close(null);
    const next = await openDisk(disk);
    expect(await next.deleteClosedBefore(null, START, 10)).to.deep.equal([]);
    expect(await next.deleteClosedBefore(null, START + 100_000, 10)).to.have.length(1);
  });

  it('of no sessions may be empty, blank, or an array of none', async () => {
    for (const text of ['', ' \n\t', '\uFEFF', '[]', '[\n]\n', '\uFEFF[ ]']) {
      const disk = Disk.holding(file(text));
      const store = await openDisk(disk);
      expect(await store.count(null)).to.equal(0);
      expect(await (await openDisk(Disk.holding(disk.files()))).count(null)).to.equal(0);
      await store.close(null);
    }
  });

  it('lacks fields, which derive from those that are there', async () => {
    const ids = { id: 'a', user_id: 'b' };
    const [early, late] = [iso(at(1)), iso(at(2))];
    expect(await read({ ...ids, open_time: early, request_time: late })).to.deep.equal({
      ...ids,
      active: true,
      open_time: early,
      request_time: late,
      update_time: late,
      version: 0,
    });
    expect(await read({ ...ids, open_time: early })).to.include({
      request_time: early,
      update_time: early,
      active: true,
    });
    expect(await read({ ...ids, request_time: late })).to.include({ open_time: late, update_time: late });
    expect(await read({ ...ids, close_time: late })).to.include({ active: false, open_time: late, request_time: late });
    expect(await read({ ...ids, active: false, request_time: late })).to.include({ close_time: late });
    expect(await read(ids)).to.include({ active: true, request_time: iso(0) });
  });

  it('has nulls where fields are absent, but a null for data is data', async () => {
    const nulls = { user_name: null, close_time: null, address: null, client: null, version: null, active: null };
    const session = await read({ id: 'a', user_id: 'b', request_time: iso(at(1)), ...nulls, user: null, data: null });
    expect(session).to.have.all.keys(
      'id',
      'user_id',
      'active',
      'open_time',
      'request_time',
      'update_time',
      'version',
      'user',
      'data',
    );
    expect(session).to.include({ active: true, user: null, data: null });
  });

  it('keeps what is not known here, and the names of odd keys', async () => {
    const text = `[{"id":"a","user_id":"b","request_time":"${iso(at(1))}","__proto__":{"x":1},"extra":[null,{}]}]`;
    const contents = (await openFiles(file(text))).contents();
    expect(contents).to.contain('"__proto__":{"x":1}').and.contain('"extra":[null,{}]');
  });

  it('has -0 in its contents, which stays -0 from the first opening on, in whatever form it was written', async () => {
    const times = ['open_time', 'request_time', 'update_time', 'expire_time'].map((key) => `"${key}":"${iso(at(1))}"`);
    const contents = ['-0', '[-0,{"a":-0,"b":"-0"}]', '{"a":[ -0, 0 ]}', '[-0.0,-0e5]', '-1e-400', '[-0.5,1e-7]'];
    const sessions = contents.flatMap((content, index) => [
      `{"id":"w${index}","user_id":"u","active":true,${times},"version":0,"user":${content},"data":${content}}`,
      `{"id":"l${index}","user":${content},"user_id":"u","data":${content}}`,
    ]);
    const disk = Disk.holding(file(`[${sessions.join(',')}]`));
    const expectAll = async (store: OpenedStore): Promise<void> => {
      for (const session of sessions) {
        const { id, user, data } = JSON.parse(session);
        const record = await store.getOneById(null, id);
        // Strict in chai: -0 and 0 differ.
        expect([record?.toSession().user, record?.toSession().data]).to.deep.equal([user, data]);
        expect(record).to.deep.equal(SessionRecord.parse(record?.text ?? ''));
      }
    };
    const store = await openDisk(disk);
    await expectAll(store);
    for (const session of sessions.slice(0, 8)) {
      await store.change(null, JSON.parse(session).id, (current) => current.with({ name: 'n' }));
      await store.access(null, JSON.parse(session).id, (current) => current.with({ request_time: iso(at(70)) }));
    }
    await expectAll(store);
    await expectAll(await openDisk(Disk.holding(disk.files())));
    await store.completeOlder(null, (session) => session.with({ expire_time: iso(at(5000)) }));
    await store.close(null);
    await expectAll(await openDisk(disk));
  });

  it('has times in other forms of ISO 8601', async () => {
    for (const [written, time] of [
      ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
      ['2026-03-01T13:00:00.5+01:00', '2026-03-01T12:00:00.500Z'],
      ['2026-03-01T12:00Z', '2026-03-01T12:00:00.000Z'],
    ]) {
      expect(await read({ id: 'a', user_id: 'b', request_time: written })).to.include({ request_time: time });
    }
  });

  it('is read as JSON.parse reads it, however its sessions are spaced and ordered', async () => {
    const whole = { id: 'a', user_id: 'b', active: true, version: 3, extra: { active: false, data: 1 }, other: 5 };
    const times = { open_time: iso(at(1)), request_time: iso(at(2)), update_time: iso(at(3)), expire_time: iso(at(4)) };
    const content = { user: { id: 'x', note: 'a, "b": c' }, data: [1, { data: 2 }] };
    const space = fc.constantFrom('', '', '', ' ', '\n', '\t ');
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(Object.entries({ ...whole, ...times, ...content })),
        fc.infiniteStream(space),
        async (fields, spaces) => {
          const needed = Object.entries({ id: 'a', user_id: 'b', request_time: iso(at(2)) }).filter(
            ([key]) => !fields.some(([name]) => name === key),
          );
          const blank = () => spaces.next().value ?? '';
          const members = [...needed, ...fields].map(
            ([key, value]) => `${blank()}"${key}"${blank()}:${blank()}${JSON.stringify(value)}${blank()}`,
          );
          const text = `{${members.join(',')}}`;
          const store = await openFiles(file(`[${text}]`));
          const record = await store.getOneById(null, 'a');
          expect(JSON.parse(record?.text ?? '')).to.include.keys(Object.keys(JSON.parse(text)));
          expect(JSON.parse(record?.text ?? '')).to.deep.include(JSON.parse(text));
          expect(record).to.deep.equal(SessionRecord.parse(record?.text ?? ''));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('journals accesses in a form that does not depend on how older sessions are completed', async () => {
    const disk = Disk.holding(file(JSON.stringify(OLDER)));
    const store = await openDisk(disk);
    await store.access(null, OLDER[0]?.id ?? '', (session) => session.with({ request_time: iso(at(70)) }));
    await store.change(null, 'ended', (session) => session.with({ name: 'n' }));
    expect((disk.files()[JOURNAL] as Buffer).toString())
      .to.contain('"put"')
      .and.not.contain('"cut"');
    expect((await openDisk(Disk.holding(disk.files()))).contents()).to.equal(store.contents());
  });
});
