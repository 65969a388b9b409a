import { createServer } from 'node:net';
import { expect } from 'chai';
import { act, closeSeneca, senecaClient } from '../../../support/SenecaApi.js';
import { message } from '../../../support/SenecaLines.js';
import { HeldController, senecaWorlds } from '../../../support/SenecaWorld.js';

describe('A stop of the Seneca service', () => {
  const worlds = senecaWorlds();

  it('answers what is under way, ends idle connections at once, and lets nobody in', async () => {
    const controller = new HeldController();
    const world = await worlds.serve(controller);
    const [busy, idle, half] = [await world.lines(), await world.lines(), await world.lines()];
    busy.send(message('get_sessions'));
    half.write('{"id":"1","kind"');
    while (controller.held.length === 0) await new Promise(setImmediate);
    const stopped = world.service.close(null);
    await Promise.all([idle.ended(), half.ended()]);
    busy.send(message('get_sessions'));
    controller.held[0]?.answer(null as never);
    await busy.until(1);
    await busy.ended();
    await stopped;
    expect([busy.replies.length, controller.held.length]).to.deep.equal([1, 1]);
    expect(world.service.isOpen()).to.equal(false);
    const refused = await world.lines().catch((error: NodeJS.ErrnoException) => error.code);
    expect(refused).to.equal('ECONNREFUSED');
  });

  it('may be asked for twice, and be followed by another start', async () => {
    const world = await worlds.serveSessions();
    await Promise.all([world.service.close(null), world.service.close(null)]);
    await world.service.close(null);
    await world.service.open(null);
    await world.service.open(null);
    const client = await senecaClient(Number(new URL(world.service.address()).port));
    worlds.atEnd(() => closeSeneca(client));
    expect(await act(client, message('get_session_by_id', { session_id: 'x' }))).to.equal(null);
  });

  it('comes from a start that found its port in use as one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    worlds.atEnd(() => other.close());
    const failed = await worlds.serve(new HeldController(), { 'connection.port': port }).catch((error: Error) => error);
    expect((failed as Error).message).to.equal(
      `service-sessions:service:seneca: cannot listen on 127.0.0.1:${port}: the port is in use by another program`,
    );
  });

  for (const [key, value, sentence] of [
    ['connection.type', 'http', /connection\.type is "http" but must be one of tcp$/],
    ['connection.port', 'x', /connection\.port is "x" but must be a whole number/],
    ['options.message_limt', '1', /unknown option "options\.message_limt"/],
  ] as const) {
    it(`is not needed where ${key} is wrong: there is no start`, async () => {
      const failed = await worlds.serve(new HeldController(), { [key]: value }).catch((error: Error) => error);
      expect((failed as Error).message)
        .to.match(sentence)
        .and.to.match(/^service-sessions:service:seneca: /);
    });
  }
});
