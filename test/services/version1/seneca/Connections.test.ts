import { expect } from 'chai';
import { message, SenecaLines } from '../../../support/SenecaLines.js';
import { HeldController, senecaWorlds } from '../../../support/SenecaWorld.js';

const turns = async (until: () => boolean): Promise<void> => {
  while (!until()) await new Promise(setImmediate);
};
const opening = (data: unknown) => message('open_session', { user_id: 'ann', data });

describe('Connections of Seneca clients', () => {
  const worlds = senecaWorlds();

  it('carry messages in pieces of any size, and many in one', async () => {
    const world = await worlds.serveSessions();
    const lines = await world.lines();
    const line = `${JSON.stringify({ id: '1', kind: 'act', origin: 'o', act: opening('€😀'), sync: true })}\n`;
    for (const byte of Buffer.from(line)) lines.write(Buffer.of(byte));
    await lines.until(1);
    lines.write(line.repeat(300));
    await lines.until(301);
    for (const { res } of lines.replies) expect(res?.['data']).to.equal('€😀');
  });

  it('end with PAYLOAD_TOO_LARGE, told to the message, where a line is over the limit', async () => {
    const world = await worlds.serveSessions({ 'options.message_limit': 1000 });
    const line = (length: number) => {
      const start = `{"id":"big/1","kind":"act","origin":"mine","act":{"role":"sessions","version":1,"cmd":"get_sessions","x":"`;
      return `${start}${'x'.repeat(length - start.length - 3)}"}}`;
    };
    const lines = await world.lines();
    lines.write(`${line(1000)}\n`);
    await lines.until(1);
    expect(lines.replies[0]?.res).to.not.equal(undefined);
    lines.write(`${line(1001)}\n`);
    await lines.until(2);
    expect(lines.replies[1]).to.deep.include({ id: 'big/1', origin: 'mine' });
    const { error } = lines.replies[1] ?? {};
    expect(error).to.deep.include({ code: 'PAYLOAD_TOO_LARGE', status: 413, details: { limit: 1000 } });
    await lines.ended();
  });

  it('answer a line without end while it comes, hold no more of it, and end', async () => {
    const world = await worlds.serveSessions();
    const lines = await world.lines();
    const before = process.memoryUsage().rss;
    const chunk = Buffer.alloc(1 << 20, 'x');
    let isOpen = true;
    for (let sent = 0; sent < 300 && isOpen; sent++) {
      isOpen = await new Promise((resolve) => lines.socket.write(chunk, (error) => resolve(!error)));
    }
    await turns(() => lines.socket.closed || lines.replies.length > 0);
    expect(lines.replies[0]?.error).to.include({ code: 'PAYLOAD_TOO_LARGE' });
    expect(process.memoryUsage().rss - before).to.be.lessThan(200 << 20);
    lines.close();
    expect((await (await world.lines()).ask(opening(1))).res).to.include({ data: 1 });
  });

  it('answer what came before a line that is too long', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller, { 'options.message_limit': 200 });
    const lines = await world.lines();
    lines.send(message('get_sessions'));
    await turns(() => controller.held.length === 1);
    lines.write('x'.repeat(300));
    await lines.until(1);
    controller.held[0]?.answer(null as never);
    await lines.until(2);
    await lines.ended();
    expect(lines.replies.map(({ error }) => error?.code)).to.deep.equal(['PAYLOAD_TOO_LARGE', undefined]);
  });

  it('end where a message does not come to its end in time, and not where none has begun', async () => {
    const world = await worlds.serveSessions({ 'options.message_timeout': 5000 });
    const [slow, idle, quick] = [await world.lines(), await world.lines(), await world.lines()];
    slow.write('{"id":');
    await turns(() => world.timers.count === 1);
    quick.write('{"id":');
    quick.write('1}\n{"id":');
    await quick.until(1);
    world.clock.advance(4999);
    quick.write('1}\n{"id":');
    await quick.until(2);
    world.clock.advance(1);
    world.timers.run();
    await slow.until(1);
    expect(slow.replies[0]?.error).to.include({ code: 'INVALID_DATA', message: 'A message must come within 5000 ms' });
    await slow.ended();
    // The second line of `quick` has begun later than that of `slow`.
    quick.write('1}\n');
    await quick.until(3);
    for (const { error } of quick.replies) expect(error?.['details']).to.deep.equal({ field: 'kind' });
    world.clock.advance(1e9);
    world.timers.run();
    expect((await idle.ask(opening(1))).res).to.include({ data: 1 });
  });

  it('have a hundred messages under way each, and read on as these are answered', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller);
    const [lines, other] = [await world.lines(), await world.lines()];
    for (let i = 0; i < 250; i++) lines.send(message('get_sessions'), { id: String(i) });
    await turns(() => controller.held.length === 100);
    other.send(message('get_sessions'));
    await turns(() => controller.held.length === 101);
    for (let answered = 0; answered < 251; answered++) {
      await turns(() => controller.held.length > answered);
      controller.held[answered]?.answer(null as never);
    }
    await lines.until(250);
    expect(new Set(lines.replies.map(({ id }) => id)).size).to.equal(250);
  });

  it('are told OVERLOADED where too many messages are under way together', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller, { 'options.max_in_flight': 2 });
    const [one, other] = [await world.lines(), await world.lines()];
    one.send(message('get_sessions'));
    other.send(message('get_sessions'));
    await turns(() => controller.held.length === 2);
    expect((await other.ask(message('get_sessions'))).error).to.include({ code: 'OVERLOADED', status: 503 });
    expect(world.log.lines.some(({ message }) => /Refusing requests: 2/.test(message))).to.equal(true);
    for (const { answer } of controller.held) answer(null as never);
    await one.until(1);
    one.send(message('get_sessions'));
    await turns(() => controller.held.length === 3);
    controller.held[2]?.answer(null as never);
  });

  it('are not read from while their answers are not taken, and end when that takes a minute', async () => {
    const world = await worlds.serveSessions();
    const lines = await world.lines();
    const { res } = await lines.ask(opening('x'.repeat(60_000)));
    lines.socket.pause();
    const get = message('get_session_by_id', { session_id: res?.['id'] });
    let sent = 0;
    const line = `${JSON.stringify({ id: '1', kind: 'act', origin: 'o', act: get, sync: true })}\n`;
    // Far more than the buffers of the operating system hold.
    while (sent < 20_000 && lines.socket.write(line.repeat(100))) sent += 100;
    await turns(() => world.timers.count === 1);
    const before = process.memoryUsage().rss;
    for (; sent < 20_000; sent += 100) lines.socket.write(line.repeat(100));
    for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate);
    expect(process.memoryUsage().rss - before).to.be.lessThan(100 << 20);
    world.clock.advance(60_000);
    world.timers.run();
    await turns(() => world.service.connections === 0);
  });

  it('may end without harm before, while and after their messages are answered', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller);
    const gone = await world.lines();
    for (let i = 0; i < 50; i++) gone.send(message('get_sessions'));
    await turns(() => controller.held.length === 50);
    gone.socket.resetAndDestroy();
    await turns(() => world.service.connections === 0);
    for (const { answer } of controller.held) answer(null as never);
    const next = await world.lines();
    next.send(message('get_sessions'));
    await turns(() => controller.held.length === 51);
    controller.held[50]?.answer(null as never);
    await next.until(1);
  });

  it('answer a client that ends its side after its last message, and then end', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller);
    const lines = await world.lines();
    lines.send(message('get_sessions'));
    lines.send(message('get_sessions'));
    lines.socket.end();
    await turns(() => controller.held.length === 2);
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    for (const { answer } of controller.held) answer(null as never);
    await lines.until(2);
    await lines.ended();
  });

  it('are at most as many as configured', async () => {
    const world = await worlds.serveSessions({ 'options.max_connections': 2 });
    const [one, other] = [await world.lines(), await world.lines()];
    expect((await one.ask(opening(1))).res).to.include({ data: 1 });
    expect((await other.ask(opening(1))).res).to.include({ data: 1 });
    const third = await SenecaLines.connect(world.port);
    await third.ended();
    one.close();
    await turns(() => world.service.connections === 1);
    expect((await (await world.lines()).ask(opening(1))).res).to.include({ data: 1 });
  });
});
