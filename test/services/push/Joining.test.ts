import { expect } from 'chai';
import fc from 'fast-check';
import { PushWorld } from '../../support/PushWorld.js';

const NO_SESSION = 'There is no session of this key, or it is not of this user';

for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
  describe(`A client over ${transports.join(' and ')}`, () => {
    const world = PushWorld.forEachTest();
    const connect = () => world.connect({ transports });

    it('joins with session_key, with key, with its user by id or by name, and without', async () => {
      const { id } = await world.controller.openSession(null, { user_id: 'u1', user_name: 'Ann' });
      const messages = [
        { session_key: id },
        { key: id },
        { session_key: id, user: 'u1' },
        { session_key: id, user: 'Ann' },
        { session_key: id, user: null, more: [1] },
      ];
      for (const message of messages) {
        const client = await connect();
        expect(await client.say(message)).to.deep.equal({ joined: true });
        expect(await client.heard()).to.deep.equal([]);
      }
    });

    it('is told why an ended session can not be joined, before that is acknowledged', async () => {
      const { id } = await world.controller.openSession(null, { user_id: 'u1' });
      await world.controller.closeSessions(null, { user_id: 'u1' });
      const client = await connect();
      const order: string[] = [];
      client.socket.on('logout', () => order.push('logout'));
      expect(await client.say({ session_key: id, user: 'u1' }).finally(() => order.push('ack'))).to.deep.equal({
        joined: false,
      });
      expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'revoked' }]]);
      expect(order).to.deep.equal(['logout', 'ack']);
      expect(world.service.counts.sessions).to.equal(0);
    });

    it('is told the same of unknown sessions, of another user’s, and of another user’s ended ones', async () => {
      const { id } = await world.controller.openSession(null, { user_id: 'u1', user_name: 'Ann' });
      const { id: ended } = await world.controller.openSession(null, { user_id: 'u1' });
      await world.controller.closeSession(null, ended);
      const client = await connect();
      const messages = [
        { session_key: 'nobody', user: 'u1' },
        { session_key: 'nobody' },
        { session_key: id, user: 'u2' },
        { session_key: ended, user: 'ann' },
      ];
      for (const message of messages) expect(await client.say(message)).to.deep.equal({ joined: false });
      expect(await client.heard()).to.deep.equal(
        messages.map(({ session_key }) => [
          'session_rejected',
          { session_key, code: 'NOT_FOUND', message: NO_SESSION },
        ]),
      );
      expect(world.service.counts.sessions).to.equal(0);
    });

    it('need not be acknowledged', async () => {
      const { id } = await world.controller.openSession(null, { user_id: 'u1' });
      const client = await connect();
      client.socket.emit('session_key', { session_key: id });
      client.socket.emit('session_key', { session_key: 'nobody' });
      expect((await client.heard()).map(([event]) => event)).to.deep.equal(['session_rejected']);
      await world.controller.closeSession(null, id);
      expect((await client.heard()).map(([event]) => event)).to.deep.equal(['session_rejected', 'logout']);
    });
  });
}

describe('Joining a session', () => {
  const world = PushWorld.forEachTest({ controller: { expire_timeout: 10_000, touch_interval: 0 } });

  it('is no access', async () => {
    const { id, request_time } = await world.controller.openSession(null, { user_id: 'u1' });
    const client = await world.connect();
    await world.advance(5000);
    await client.say({ session_key: id });
    expect((await world.controller.getSessionById(null, id))?.request_time).to.deep.equal(request_time);
  });

  it('is refused with what was expected for anything that is no key, and shows nothing of it', async () => {
    const client = await world.connect();
    const wrong = [
      undefined,
      null,
      'a plain text',
      5,
      [],
      {},
      { session_key: '' },
      { session_key: 5 },
      { session_key: { toString: 'x' } },
      { session_key: ['s1'] },
      { session_key: 'x'.repeat(257) },
      { session_key: 'line\nend' },
      { session_key: '\u0000' },
      Buffer.from('s1'),
      { session_key: Buffer.from('s1') },
    ];
    for (const message of wrong) expect(await client.say(message), String(message)).to.deep.equal({ joined: false });
    const message = 'session_key must be a string of 1 to 256 characters without control characters';
    expect(client.told).to.deep.equal(
      wrong.map(() => ['session_rejected', { session_key: null, code: 'INVALID_DATA', message }]),
    );
  });

  it('is refused for a user that is none, and shows the key', async () => {
    const client = await world.connect();
    for (const user of [5, '', {}, ['u1'], 'x'.repeat(257), '\u0007']) await client.say({ session_key: 's1', user });
    const message = 'user must be a string of 1 to 256 characters without control characters';
    expect(client.told).to.deep.equal(
      Array.from({ length: 6 }, () => ['session_rejected', { session_key: 's1', code: 'INVALID_DATA', message }]),
    );
  });

  it('takes any message without harm', async () => {
    const client = await world.connect();
    const { id } = await world.controller.openSession(null, { user_id: 'u1' });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.json().map((text) => JSON.parse(text)),
            fc.anything(),
          ),
        ),
        async (args) => {
          client.socket.emit('session_key', ...args.map(sendable));
          client.socket.emit('anything', ...args.map(sendable));
        },
      ),
      { numRuns: 50 },
    );
    for (const name of ['__proto__', 'constructor', 'toString', client.socket.id]) {
      expect(await client.say({ session_key: name })).to.deep.equal({ joined: false });
      client.socket.emit(name as string, { session_key: id });
    }
    expect(await client.say({ session_key: id })).to.deep.equal({ joined: true });
  });

  it('may be done again: acknowledged again, joined once', async () => {
    const { id } = await world.controller.openSession(null, { user_id: 'u1' });
    const client = await world.connect();
    const again = await Promise.all([1, 2, 3].map(() => client.say({ session_key: id })));
    expect(again).to.deep.equal([1, 2, 3].map(() => ({ joined: true })));
    // What somebody else may not join changes nothing of what was joined.
    await client.say({ session_key: id, user: 'other' });
    client.told.length = 0;
    await world.controller.closeSession(null, id);
    expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'closed' }]]);
  });

  it('stays where the session becomes another user’s', async () => {
    const { id } = await world.controller.openSession(null, { user_id: 'anonymous' });
    const client = await world.connect();
    await client.say({ session_key: id, user: 'anonymous' });
    await world.controller.updateSessionUser(null, id, null, { user_id: 'u1' });
    expect(await client.say({ session_key: id, user: 'anonymous' })).to.deep.equal({ joined: false });
    expect(client.told.splice(0)).to.have.length(1);
    await world.controller.closeSessions(null, { user_id: 'u1' });
    expect(await client.heard()).to.deep.equal([['logout', { session_key: id, reason: 'revoked' }]]);
  });

  it('is possible for a hundred sessions of a connection, and for others once those have ended', async () => {
    const open = async (): Promise<string> => (await world.controller.openSession(null, { user_id: 'u1' })).id;
    const ids = await Promise.all(Array.from({ length: 101 }, open));
    const client = await world.connect();
    for (const id of ids) await client.say({ session_key: id });
    const message = 'A connection may join at most 100 sessions';
    expect(client.told).to.deep.equal([['session_rejected', { session_key: ids[100], code: 'OVERLOADED', message }]]);
    expect(await client.say({ session_key: ids[7] })).to.deep.equal({ joined: true });
    await world.controller.closeSession(null, ids[3] as string);
    expect(await client.say({ session_key: ids[100] })).to.deep.equal({ joined: true });
    expect(world.service.counts.sessions).to.equal(100);
  });

  it('is told to be impossible while the store does not answer', async () => {
    const { id } = await world.controller.openSession(null, { user_id: 'u1' });
    const client = await world.connect();
    const { sessionError } = await import('../../../src/data/version1/SessionErrorsV1.js');
    for (const [error, code] of [
      [sessionError(null, 'PERSISTENCE_UNAVAILABLE', { cause: new Error('secret') }), 'PERSISTENCE_UNAVAILABLE'],
      [new TypeError('secret'), 'UNKNOWN'],
    ] as const) {
      const { perform } = world.controller;
      world.controller.perform = () => Promise.reject(error);
      expect(await client.say({ session_key: id })).to.deep.equal({ joined: false });
      world.controller.perform = perform;
      const [[event, { session_key, code: seen, message }] = ['', {}]] = client.told.splice(0);
      expect([event, session_key, seen]).to.deep.equal(['session_rejected', id, code]);
      expect(message).to.be.a('string').that.does.not.contain('secret');
    }
    expect(world.http.log.lines.filter(({ message }) => message.includes(id))).to.deep.equal([]);
    expect(await client.say({ session_key: id })).to.deep.equal({ joined: true });
  });

  it('leaves nothing behind where the client goes while the store is asked', async () => {
    const { controller } = world;
    const { id } = await controller.openSession(null, { user_id: 'u1' });
    const client = await world.connect();
    const perform = controller.perform.bind(controller);
    const asked = new Promise<void>((resolve) => {
      controller.perform = async (...args) => {
        client.socket.disconnect();
        await world.until(0, 0);
        // Whatever follows the answer comes before the next turn of the event loop.
        setImmediate(resolve);
        return perform(...args);
      };
    });
    client.socket.emit('session_key', { session_key: id });
    await asked;
    controller.perform = perform;
    expect([world.service.counts.sessions, world.timers.count]).to.deep.equal([0, 0]);
  });

  it('leaves nothing behind when clients go, whenever they do', async () => {
    const { id } = await world.controller.openSession(null, { user_id: 'u1' });
    for (const transports of [['websocket'], ['polling']]) {
      const clients = await Promise.all([1, 2, 3].map(() => world.connect({ transports })));
      await Promise.all(clients.map((client) => client.say({ session_key: id })));
      clients[0]?.socket.disconnect();
      for (const { socket } of clients.slice(1)) {
        socket.emit('session_key', { session_key: id });
        socket.io.engine.close();
      }
      await world.until(0, 0);
      expect(world.timers.count).to.equal(0);
    }
  });
});

/** What JSON cannot carry as it is: the client would not send it. */
function sendable(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null;
  }
}
