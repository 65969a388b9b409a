import { expect } from 'chai';
import { SESSION_OPERATIONS } from '../../../../src/logic/SessionOperations.js';
import { message, type SenecaLines } from '../../../support/SenecaLines.js';
import { HeldController, senecaWorlds } from '../../../support/SenecaWorld.js';

describe('What clients of Seneca can reach from outside', () => {
  const worlds = senecaWorlds();
  let lines: SenecaLines;
  beforeEach(async () => {
    const world = await worlds.serveSessions();
    lines = await world.lines();
  });

  const opened = async () => String((await lines.ask(message('open_session', { user_id: 'ann' }))).res?.['id']);

  it('is every operation of the table', async () => {
    for (const { name } of SESSION_OPERATIONS) {
      const { res, error } = await lines.ask(message(name, { session_id: 'x', user_id: 'u', user: 1, data: 1 }));
      expect(error?.code, name).to.be.oneOf([undefined, 'INVALID_DATA']);
      expect(res === undefined, name).to.equal(error !== undefined);
    }
  });

  it('is answered to the sender as Seneca writes it, times as texts', async () => {
    const reply = await lines.ask(message('open_session', { user_id: 'ann' }), { id: 'a/b', origin: 'mine' });
    expect(reply).to.deep.include({ id: 'a/b', kind: 'res', origin: 'mine', sync: true });
    expect(reply.res).to.include({ user_id: 'ann', open_time: '2026-03-01T12:00:00.000Z' });
    expect((await lines.ask(message('get_session_by_id', { session_id: 'nobody' }))).res).to.equal(null);
    expect((await lines.ask(message('close_expired_sessions'))).res).to.deep.equal({ count: 0 });
    expect((await lines.ask(message('get_sessions'))).res).to.have.all.keys('total', 'data');
  });

  it('takes version 1 as a text too, as the patterns of Seneca do', async () => {
    expect((await lines.ask({ role: 'sessions', version: '1', cmd: 'get_sessions' })).res).to.not.equal(undefined);
  });

  for (const hostile of [
    { role: 'seneca', cmd: 'close' },
    { role: 'seneca', cmd: 'close', closing$: true },
    { role: 'seneca', get: 'options' },
    { role: 'seneca', cmd: 'stats', summary: false },
    { role: 'seneca', cmd: 'ping' },
    { role: 'seneca', info: 'fatal' },
    { role: 'options', cmd: 'get' },
    { sys: 'seneca', cmd: 'close' },
    { role: 'transport', cmd: 'listen', port: 0 },
    { init: 'sessions' },
    {},
    { role: 'sessions', cmd: 'get_sessions' },
    { role: 'sessions', version: 2, cmd: 'get_sessions' },
    { role: 'sessions', version: true, cmd: 'get_sessions' },
    { role: ['sessions'], version: 1, cmd: 'get_sessions' },
    message('no_operation', { default$: { forged: true } }),
    message('toString'),
    message('__proto__'),
    message('get_*'),
    { role: 'sessions', version: 1, cmd: { name: 'get_sessions' } },
    { role: 'sessions', version: 1 },
    { role: 'nobody', default$: { forged: true }, meta$: { dflt: { forged: true } } },
  ]) {
    it(`is not ${JSON.stringify(hostile)}: NOT_FOUND, and the service goes on`, async () => {
      const { res, error } = await lines.ask(hostile);
      expect(res).to.equal(undefined);
      expect(error).to.include({ code: 'NOT_FOUND', status: 404 });
      expect(JSON.stringify(error)).to.not.match(/seneca|node_modules|\.js\b|forged/i);
      expect(await opened()).to.have.length(32);
    });
  }

  it('are no directives of Seneca: keys with $ do nothing', async () => {
    const directives = {
      default$: { forged: true },
      fatal$: true,
      gate$: true,
      closing$: true,
      timeout$: 1,
      prior$: 'x',
      plugin$: { full: 'seneca' },
      parents$: Array.from({ length: 50 }, () => ['a', 'b']),
      custom$: { a: 1 },
      id$: 'fixed/id',
      actid$: 'fixed/id',
      tx$: 'x',
      sync$: false,
      explain$: [],
      meta$: { id: 'fixed/id', closing: true },
      transport$: { track: ['a'] },
      entity$: '-/-/x',
    };
    for (let i = 0; i < 2; i++) {
      const ok = await lines.ask(message('open_session', { user_id: 'ann', ...directives }), { msg$: { pat: 'x' } });
      expect(ok.res).to.include({ user_id: 'ann', active: true });
      const bad = await lines.ask(message('open_session', { user_id: '', ...directives }));
      expect(bad.error).to.include({ code: 'INVALID_DATA' });
    }
    expect((await lines.ask(message('get_sessions', { paging: { total: true } }))).res).to.include({ total: 2 });
  });

  it('are no answers of before: a message that comes again under its id is done again', async () => {
    const [one, other] = [await opened(), await opened()];
    expect(one).to.not.equal(other);
  });

  it('is what came and no more: arguments that the operation does not have are ignored', async () => {
    const { res } = await lines.ask(message('open_session', { user_id: 'ann', active: false, constructor: 1, x: {} }));
    expect(res).to.include({ active: true }).and.to.not.have.any.keys('x', 'constructor');
  });

  it('refuses a session in another version than session_version says, and names that argument in faults', async () => {
    const session_id = await opened();
    const conflict = await lines.ask(message('store_session_data', { session_id, data: 1, session_version: 7 }));
    expect(conflict.error).to.deep.include({ code: 'SESSION_CONFLICT', details: { version: 0 } });
    const stored = await lines.ask(message('store_session_data', { session_id, data: 1, session_version: 0 }));
    expect(stored.res).to.include({ version: 1 });
    const bad = await lines.ask(message('store_session_data', { session_id, data: 1, session_version: -1 }));
    expect(bad.error).to.deep.include({ code: 'INVALID_DATA', details: { field: 'session_version' } });
    expect(bad.error?.message).to.match(/^session_version must be/);
  });

  it('keeps -0, which other writers of JSON than that of JavaScript have', async () => {
    const args = '"role":"sessions","version":1,"cmd":"open_session","user_id":"ann","data":[-0,{"a":-0}]';
    lines.write(`{"id":"1","kind":"act","origin":"o","act":{${args}}}\n`);
    await lines.until(1);
    expect(lines.text).to.contain('"data":[-0,{"a":-0}]');
  });

  it('answers nothing where nobody waits, and does it', async () => {
    lines.send(message('open_session', { user_id: 'ann' }), { sync: false });
    lines.send(message('open_session', { user_id: '' }), { sync: false });
    const { res } = await lines.ask(message('get_sessions', { paging: { total: true } }));
    expect(res).to.include({ total: 1 });
    expect(lines.replies).to.have.length(1);
  });

  it('has the correlation id in errors, as one short line', async () => {
    const ask = (correlation_id: unknown) => lines.ask(message('open_session', { correlation_id }));
    expect((await ask('c-1')).error).to.include({ code: 'INVALID_DATA', correlation_id: 'c-1' });
    expect((await ask(`a\r\nb${'c'.repeat(300)}`)).error?.['correlation_id']).to.equal(`ab${'c'.repeat(252)}`);
    for (const none of [5, {}, '', null]) expect((await ask(none)).error).to.not.have.property('correlation_id');
  });

  for (const [what, line, field] of [
    ['no JSON', '{"id":', 'arguments'],
    ['an array', '[]', 'arguments'],
    ['null', 'null', 'arguments'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'arguments'],
    ['an answer', '{"id":"1","kind":"res","origin":"o","res":{}}', 'kind'],
    ['no kind', '{"id":"1","act":{}}', 'kind'],
    ['no id', '{"kind":"act","act":{}}', 'id'],
    ['an id that is no text', '{"kind":"act","id":5,"act":{}}', 'id'],
    ['a huge id', `{"kind":"act","id":"${'x'.repeat(513)}","act":{}}`, 'id'],
    ['no message', '{"kind":"act","id":"1","origin":"o"}', 'act'],
    ['a message that is no object', '{"kind":"act","id":"1","origin":"o","act":[{}]}', 'act'],
    ['nesting of 100,000', `${'['.repeat(100_000)}`, 'arguments'],
  ] as const) {
    it(`answers INVALID_DATA to a line with ${what}, and goes on`, async () => {
      lines.write(Buffer.concat([Buffer.from(line), Buffer.from('\n\r\n\n')]));
      lines.send(message('open_session', { user_id: 'ann' }));
      await lines.until(2);
      expect(lines.replies[0]?.error).to.deep.include({ code: 'INVALID_DATA', status: 400, details: { field } });
      expect(lines.replies[1]?.res).to.include({ user_id: 'ann' });
    });
  }

  it('tells UNKNOWN and no more of an error that was not expected, which is in the log', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller);
    const client = await world.lines();
    client.send(message('get_sessions', { correlation_id: 'c-9' }));
    while (controller.held.length === 0) await new Promise(setImmediate);
    controller.held[0]?.fail(new Error('secret /etc/path'));
    await client.until(1);
    expect(client.replies[0]?.error).to.include({ code: 'UNKNOWN', status: 500, correlation_id: 'c-9' });
    expect(client.text).to.not.match(/secret|stack|\/etc/);
    const logged = world.log.lines.find(({ correlationId }) => correlationId === 'c-9');
    expect(logged?.error?.message).to.equal('secret /etc/path');
  });
});
