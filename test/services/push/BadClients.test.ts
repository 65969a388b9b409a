import { expect } from 'chai';
import { getText } from '../../support/EchoingTransport.js';
import { PushWorld } from '../../support/PushWorld.js';

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
const UPGRADE = `Connection: Upgrade\r\nUpgrade: websocket\r\n${KEY}`;
const HANDSHAKE = '/socket.io/?EIO=4&transport=';

describe('The push service', () => {
  const world = PushWorld.forEachTest();

  const REFUSED: [title: string, address: string, status: number, word: string][] = [
    ['another version of the protocol', '/socket.io/?EIO=3&transport=polling', 400, 'Unsupported protocol version'],
    ['no version', '/socket.io/?transport=polling', 400, 'Unsupported protocol version'],
    ['an unknown transport', `${HANDSHAKE}constructor`, 400, 'Transport unknown'],
    ['a prototype’s name as its id', `${HANDSHAKE}polling&sid=__proto__`, 400, 'Session ID unknown'],
    ['an unknown id', `${HANDSHAKE}polling&sid=x`, 400, 'Session ID unknown'],
    ['WebSocket without an upgrade', `${HANDSHAKE}websocket`, 400, 'Bad request'],
    ['nothing', '/socket.io/', 400, 'Transport unknown'],
    ['a path below', '/socket.io/other.js', 404, 'NOT_FOUND'],
  ];
  for (const [title, address, status, word] of REFUSED) {
    it(`refuses ${title}`, async () => {
      const response = await world.http.fetch(address);
      expect([response.status, (await response.text()).includes(word)]).to.deep.equal([status, true]);
      expect(response.headers.get('access-control-allow-origin')).to.equal('*');
      expect(world.service.counts.clients).to.equal(0);
    });
  }

  it('answers no JSONP, which pages of any origin could read', async () => {
    const response = await world.http.fetch(`${HANDSHAKE}polling&j=0`);
    expect(await response.text()).to.match(/^0\{"sid":/);
    expect(response.headers.get('content-type')).to.match(/^text\/plain/);
    expect(response.headers.get('set-cookie')).to.equal(null);
  });

  it('bears addresses and handshakes of any form', async () => {
    const requests = [
      getText('http://[/socket.io/?EIO=4&transport=websocket', UPGRADE),
      getText('/socket.io/?EIO=4&transport=websocket&sid=%', UPGRADE),
      getText('/socket.io/?%ff=%00&EIO=4&transport=websocket', UPGRADE.replace(KEY, '')),
      getText('/socket.io/?EIO=4&transport=websocket', UPGRADE.replace('13', '99')),
      getText('/socket.io/?EIO=4&EIO=5&transport=polling', UPGRADE),
      getText('/socket.io/?EIO=4&transport=websocket', `Origin: \u00ff\r\n${UPGRADE}`),
      getText('/socket.io/', UPGRADE),
      getText('//socket.io/?EIO=4&transport=websocket', UPGRADE),
    ];
    for (const request of requests) {
      const client = await world.http.connect();
      await client.send(request).until(/HTTP\/1.1 (101|4\d\d) /);
      client.socket.destroy();
    }
    await world.until(0, 0);
  });

  it('ends a connection whose client sends too much, binary data or nonsense, and serves the others', async () => {
    const { id } = await world.controller.openSession(null, { user_id: 'ann' });
    const good = await world.connect();
    await good.say({ session_key: id });
    const faults: ((engine: { send(data: unknown): void }) => void)[] = [
      (engine) => engine.send('x'.repeat(20_000)),
      (engine) => engine.send(Buffer.alloc(10)),
      (engine) => engine.send('2["session_key"'),
      (engine) => engine.send('999999999'),
      (engine) => engine.send('2["disconnect"]'),
      (engine) => engine.send('511-["session_key",{"_placeholder":true,"num":0}]'),
      (engine) => engine.send('2/admin,["session_key",{}]'),
    ];
    for (const fault of faults) {
      const { socket } = await world.connect();
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      fault(socket.io.engine as never);
      await gone;
    }
    await world.until(1, 1);
    await world.controller.closeSession(null, id);
    expect(await good.heard()).to.have.length(1);
  });

  it('tells a client that a binary key is none, and ends the connection of one that announces too much binary data', async () => {
    const client = await world.connect();
    for (const session_key of [Buffer.alloc(10), new Uint8Array(3), new ArrayBuffer(8)]) {
      expect(await client.say({ session_key })).to.deep.equal({ joined: false });
      expect(client.told.splice(0)).to.have.nested.property('[0][1].code', 'INVALID_DATA');
    }
    const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
    client.socket.emit('session_key', { session_key: Array.from({ length: 11 }, () => Buffer.alloc(1)) });
    await gone;
  });

  it('refuses too large a body of a client that polls', async () => {
    const handshake = await (await world.http.fetch(`${HANDSHAKE}polling`)).text();
    const { sid } = JSON.parse(handshake.slice(1)) as { sid: string };
    const body = `4${'x'.repeat(20_000)}`;
    const response = await world.http.fetch(`${HANDSHAKE}polling&sid=${sid}`, { method: 'POST', body });
    expect(response.status).to.equal(413);
  });

  it('takes events of any name, those with a meaning here too, and passes none on', async () => {
    const { id } = await world.controller.openSession(null, { user_id: 'ann' });
    const [one, two] = await Promise.all([world.connect(), world.connect()]);
    for (const client of [one, two]) await client.say({ session_key: id });
    for (const name of ['error', 'logout', 'session_rejected', 'join', id, `session:${id}`, '__proto__']) {
      one.socket.emit(name, { session_key: id, reason: 'closed' });
    }
    expect(await one.heard()).to.deep.equal([]);
    expect(await two.heard()).to.deep.equal([]);
  });

  it('has no other namespaces', async () => {
    const socket = world.client();
    const other = socket.io.socket('/admin');
    const refused = await new Promise<Error>((resolve) => other.once('connect_error', resolve));
    expect(refused.message).to.equal('Invalid namespace');
  });

  it('reaches nobody by a session whose id is a connection’s', async () => {
    const [victim, attacker] = await Promise.all([world.connect(), world.connect()]);
    const id = victim.socket.id as string;
    await world.controller.openSession(null, { user_id: 'attacker', session_id: id });
    await attacker.say({ session_key: id });
    await world.controller.closeSession(null, id);
    expect(await attacker.heard()).to.have.length(1);
    expect(await victim.heard()).to.deep.equal([]);
  });

  it('answers each of a flood of messages, and asks the store for one at a time', async () => {
    const client = await world.connect();
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => client.say({ session_key: `s${n}` })));
    expect(answers).to.deep.equal(answers.map(() => ({ joined: false })));
    expect(new Set(client.told.map(([, { code }]) => code))).to.deep.equal(new Set(['NOT_FOUND', 'OVERLOADED']));
  });

  it('gives up a client that sends and takes nothing', async () => {
    const client = await world.http.connect();
    await client.send(getText(`${HANDSHAKE}websocket`, UPGRADE)).until('"sid"');
    const frame = (text: string): Buffer => {
      const length = Buffer.from([0x81, 0xfe, text.length >> 8, text.length & 255, 0, 0, 0, 0]);
      return Buffer.concat([length, Buffer.from(text)]);
    };
    client.socket.write(Buffer.concat([Buffer.from([0x81, 0x82, 0, 0, 0, 0]), Buffer.from('40')]));
    await client.until('40{');
    client.socket.pause();
    const message = frame(`42["session_key",{"session_key":"${'k'.repeat(200)}"}]`);
    const many = Buffer.concat(Array.from({ length: 500 }, () => message));
    while (world.service.counts.clients > 0 && !client.socket.destroyed) {
      if (!client.socket.write(many)) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await world.until(0, 0);
  });
});

describe('The push service of a small site', () => {
  const world = PushWorld.forEachTest({
    service: { 'options.max_sockets': 2, route: 'live' },
    endpoint: { cors_origins: 'https://a.example' },
  });
  const path = '/live';

  it('refuses clients beyond its limit with 503 over both transports, and takes them when others have gone', async () => {
    const [one] = await Promise.all([world.connect({ path }), world.connect({ path, transports: ['polling'] })]);
    const response = await world.http.fetch('/live/?EIO=4&transport=polling');
    expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '1']);
    expect(await response.json()).to.deep.include({ code: 'OVERLOADED', details: { limit: 2 } });
    const client = await world.http.connect();
    await client.send(getText('/live/?EIO=4&transport=websocket', UPGRADE)).until('OVERLOADED');
    expect(client.statuses).to.deep.equal([503]);
    one.socket.disconnect();
    await world.until(1, 0);
    await world.connect({ path });
  });

  it('lets clients go on to WebSocket although it is full', async () => {
    const clients = await Promise.all([1, 2].map(() => world.connect({ path, transports: ['polling', 'websocket'] })));
    for (const { socket } of clients) {
      const { engine } = socket.io;
      if (engine.transport.name !== 'websocket') await new Promise((resolve) => engine.once('upgrade', resolve));
    }
    expect(world.service.counts.clients).to.equal(2);
  });

  it('is for the pages that may call', async () => {
    const extraHeaders = (origin: string) => ({ path, extraHeaders: { origin } });
    const failed = await world.connect(extraHeaders('https://b.example')).catch((error) => error.message);
    expect(failed).to.equal('websocket error');
    await world.connect(extraHeaders('https://a.example'));
    const allowed = async (origin: string, method = 'GET'): Promise<string | null> => {
      const response = await world.http.fetch('/live/?EIO=4&transport=polling', { method, headers: { origin } });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://a.example')).to.equal('https://a.example');
    expect(await allowed('https://a.example', 'OPTIONS')).to.equal('https://a.example');
    expect(await allowed('https://b.example')).to.equal(null);
  });

  it('serves the client’s script', async () => {
    for (const name of ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js', 'socket.io.js.map']) {
      const response = await world.http.fetch(`/live/${name}`);
      expect(response.status, name).to.equal(200);
      expect(response.headers.get('content-type')).to.match(name.endsWith('map') ? /json/ : /javascript/);
      expect((await response.text()).length).to.be.greaterThan(10_000);
    }
    for (const name of ['package.json', '..%2fpackage.json', 'socket.io.JS']) {
      expect((await world.http.fetch(`/live/${name}`)).status, name).to.equal(404);
    }
  });
});
