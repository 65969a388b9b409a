import { expect } from 'chai';
import fc from 'fast-check';
import { fileStore, memoryStore } from '../../../support/ApiStores.js';
import { START } from '../../../support/FakeClock.js';
import { sessmanService } from './SessmanService.js';

const DAY = 86_400_000;
const at = (time: number): string => new Date(time).toISOString();

for (const [kind, stored] of Object.entries({ memory: memoryStore, file: fileStore })) {
  describe(`The calls of sessman, sessions in ${kind}`, () => {
    const sessman = sessmanService(stored);

    it('new opens a session of this user with this data', async () => {
      const { status, headers, body } = await sessman.call('new?userid=ann', { body: '{"data":{"a":1}}' });
      expect(status).to.equal(200);
      expect(headers).to.include({ 'content-type': 'application/json', 'cache-control': 'no-store' });
      const { session_id, ...rest } = body;
      expect(rest).to.deep.equal({ user_id: 'ann', data: { a: 1 }, expires: at(START + DAY) });
      const session = await sessman.controller.getSessionById(null, String(session_id));
      expect(session).to.deep.include({ user_id: 'ann', active: true, data: { a: 1 }, expire_timeout: DAY });
      expect(session?.expire_basis).to.equal('last_update');
    });

    it('update replaces the data of a session and answers it', async () => {
      const id = await sessman.open('ann', { a: 1 });
      sessman.clock.advance(1000);
      const { status, body } = await sessman.call(`update?sessionid=${id}`, { body: '{"data":{"b":[2]}}' });
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        session_id: id,
        user_id: 'ann',
        data: { b: [2] },
        expires: at(START + 1000 + DAY),
      });
      expect((await sessman.controller.getSessionById(null, id))?.data).to.deep.equal({ b: [2] });
    });

    it('get answers the session of this user', async () => {
      const id = await sessman.open('ann', { a: 1 });
      const { status, headers, body } = await sessman.call(`get?sessionid=${id}&userid=ann`, { method: 'GET' });
      expect(status).to.equal(200);
      expect(headers['cache-control']).to.equal('no-store');
      expect(body).to.deep.equal({ session_id: id, user_id: 'ann', data: { a: 1 }, expires: at(START + DAY) });
    });

    it('expire session_ttl after the last new or update, which get does not move', async () => {
      const id = await sessman.open('ann', { a: 1 });
      const get = () => sessman.call(`get?sessionid=${id}&userid=ann`);
      sessman.clock.advance(DAY - 1);
      expect((await get()).body['expires']).to.equal(at(START + DAY));
      await sessman.call(`update?sessionid=${id}`, { body: '{"data":{"a":2}}' });
      sessman.clock.advance(DAY - 1);
      expect((await get()).body).to.deep.include({ data: { a: 2 }, expires: at(START + 2 * DAY - 1) });
      sessman.clock.advance(1);
      expect((await get()).status).to.equal(404);
      expect((await sessman.call(`update?sessionid=${id}`, { body: '{"data":{}}' })).status).to.equal(404);
      expect(await sessman.controller.getSessionById(null, id)).to.include({ active: false, close_reason: 'expired' });
    });

    it('are not extended by validations, which are accesses and no updates', async () => {
      const id = await sessman.open('ann');
      sessman.clock.advance(DAY - 1);
      await sessman.controller.validateSession(null, id);
      sessman.clock.advance(1);
      expect((await sessman.call(`get?sessionid=${id}&userid=ann`)).status).to.equal(404);
    });

    for (const body of ['', '{}', '{"data":null}', ' {"data" : null, "more": 1}']) {
      it(`take ${JSON.stringify(body)} for no data: new has {}, update extends and keeps`, async () => {
        const opened = await sessman.call('new?userid=ann', { body });
        expect(opened.body['data']).to.deep.equal({});
        const id = await sessman.open('ann', { kept: [1] });
        sessman.clock.advance(5000);
        const updated = await sessman.call(`update?sessionid=${id}`, { body });
        expect(updated.body).to.deep.equal({
          session_id: id,
          user_id: 'ann',
          data: { kept: [1] },
          expires: at(START + 5000 + DAY),
        });
      });
    }

    it('tell what happens as every other way of using a session does', async () => {
      const id = await sessman.open('ann', { a: 1 });
      await sessman.call(`update?sessionid=${id}`, { body: '{"data":{}}' });
      await sessman.call(`get?sessionid=${id}&userid=ann`);
      await sessman.controller.closeSessions(null, { user_id: 'ann' });
      const told = sessman.events.map(({ type, session_id }) => [type, session_id]);
      expect(told).to.deep.equal([
        ['session_opened', id],
        ['session_updated', id],
        ['session_closed', id],
      ]);
      expect((await sessman.call(`get?sessionid=${id}&userid=ann`)).status).to.equal(404);
    });
  });
}

describe('The calls of sessman', () => {
  const sessman = sessmanService(memoryStore, { service: { 'options.session_ttl': 60 } });

  for (const method of ['GET', 'POST']) {
    it(`are the same by ${method}, whatever the body calls itself`, async () => {
      for (const type of [undefined, 'application/json', 'text/javascript', 'text/plain', 'nonsense', 'image/png']) {
        const how = {
          method,
          body: '{"data":{"é":"😀"}}',
          headers: type === undefined ? {} : { 'content-type': type },
        };
        const { status, body } = await sessman.call('new?userid=ann', how);
        expect([status, body['data']], type).to.deep.equal([200, { é: '😀' }]);
        const updated = await sessman.call(`update?session_id=${body['session_id']}`, { ...how, body: '{"data":[]}' });
        expect([updated.status, updated.body['data']], type).to.deep.equal([200, []]);
        const got = await sessman.call(`get?userid=ann&sessionid=${body['session_id']}`, { ...how, body: '' });
        expect([got.status, got.body['data']], type).to.deep.equal([200, []]);
      }
    });
  }

  it('take the parameters under all names that the document has for them, and in any order', async () => {
    for (const user of ['userid', 'user']) {
      const { body } = await sessman.call(`new?${user}=J%C3%B6rg+M`);
      expect(body['user_id']).to.equal('Jörg M');
      for (const id of ['sessionid', 'session_id']) {
        expect((await sessman.call(`update?x=1&${id}=${body['session_id']}&x=2`)).status).to.equal(200);
        const reply = await sessman.call(`get?${id}=${body['session_id']}&${user}=J%c3%b6rg%20M`);
        expect(reply.body['user_id']).to.equal('Jörg M');
      }
    }
  });

  it('let configuration say how long sessions live', async () => {
    const { body } = await sessman.call('new?userid=ann');
    expect(body['expires']).to.equal(at(START + 60_000));
    sessman.clock.advance(60_000);
    expect((await sessman.call(`get?userid=ann&sessionid=${body['session_id']}`)).status).to.equal(404);
  });

  it('take sessions that were opened elsewhere, which keep their own time-outs', async () => {
    const data = { theirs: [1] };
    const opened = { user_id: 'ann', data, expire_timeout: 5000, expire_basis: 'last_access' } as const;
    const { id } = await sessman.controller.openSession(null, opened);
    const got = await sessman.call(`get?userid=ann&sessionid=${id}`);
    expect(got.body).to.deep.equal({ session_id: id, user_id: 'ann', data, expires: at(START + 5000) });
    sessman.clock.advance(1000);
    const updated = await sessman.call(`update?sessionid=${id}`, { body: '{"data":{"ours":2}}' });
    expect(updated.body).to.deep.include({ data: { ours: 2 }, expires: at(START + 6000) });
  });

  it('answer null for a session that never expires, {} for null, and any other data as it is', async () => {
    for (const [data, answered] of [[undefined, {}] as const, [null, {}] as const, ['text', 'text'], [0, 0]]) {
      const opened = { user_id: 'ann', expire_timeout: 0, ...(data !== undefined && { data }) };
      const { id } = await sessman.controller.openSession(null, { ...opened, user: { name: 'Ann' } });
      const { body } = await sessman.call(`get?userid=ann&sessionid=${id}`);
      expect(body).to.deep.equal({ session_id: id, user_id: 'ann', data: answered, expires: null });
    }
  });

  it('answer ids and users that have to be escaped in JSON', async () => {
    const [user_id, session_id] = ['a"nn\\', 'id "quoted" \u2028'];
    await sessman.controller.openSession(null, { user_id, session_id });
    const query = `userid=${encodeURIComponent(user_id)}&sessionid=${encodeURIComponent(session_id)}`;
    expect((await sessman.call(`get?${query}`)).body).to.include({ session_id, user_id });
  });

  it('keep every object and array as it is', async () => {
    const data = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(data, fc.boolean(), async (data, isNew) => {
        const text = JSON.stringify({ data });
        const id = await sessman.open('ann', isNew ? data : undefined);
        if (!isNew) await sessman.call(`update?sessionid=${id}`, { body: text });
        const { text: answered } = await sessman.call(`get?userid=ann&sessionid=${id}`);
        expect(answered).to.contain(`${text.slice(1, -1)},"expires":`);
      }),
      { numRuns: 50 },
    );
  });
});

describe('The calls of sessman under a longest life', () => {
  const sessman = sessmanService(memoryStore, { controller: { max_lifetime: 10_000 } });

  it('do not lead beyond it', async () => {
    const id = await sessman.open('ann');
    sessman.clock.advance(9000);
    const { body } = await sessman.call(`update?sessionid=${id}`);
    expect(body['expires']).to.equal(at(START + 10_000));
  });
});
