import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { describeOnMongo } from '../../support/mongodb/DescribeOnMongo.js';
import { MongoServer, ownMongoUnavailable } from '../../support/mongodb/MongoServers.js';
import { TcpProxy } from '../../support/mongodb/TcpProxy.js';

/** Longer than a message takes on the loopback, by far. */
const LONG_ENOUGH = 100;

/** A request: a header, and the document of a command with one empty key more. */
function request(id: number, command: string): Buffer {
  const document = Buffer.from(`....\x08${command}\0\x01\0`, 'latin1');
  document.writeInt32LE(document.length);
  const message = Buffer.alloc(16 + 4 + 1 + document.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(id, 4);
  message.writeInt32LE(2013, 12);
  document.copy(message, 21);
  return message;
}

/** Answers each request with 40 bytes that name it. */
function answering(): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
        const reply = Buffer.alloc(40);
        reply.writeInt32LE(reply.length, 0);
        reply.writeInt32LE(bytes.readInt32LE(at + 4), 8);
        socket.write(reply);
      }
    });
  });
}

describe('The proxy of the tests', () => {
  let server: Server;
  let requests = 0;
  let proxy: TcpProxy;
  let clients: Socket[] = [];

  beforeEach(async () => {
    requests = 0;
    server = answering().listen(0, '127.0.0.1');
    server.on('connection', (socket) => socket.on('data', () => requests++));
    await once(server, 'listening');
    proxy = await TcpProxy.start((server.address() as AddressInfo).port);
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    clients = [];
    await proxy.stop();
    server.close();
  });

  async function client(): Promise<{ socket: Socket; heard: () => number; closed: Promise<unknown> }> {
    const socket = connect(proxy.port, '127.0.0.1');
    clients.push(socket);
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    return { socket, heard: () => bytes, closed };
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(1);
  }

  it('passes requests and replies, however they are cut into pieces', async () => {
    const { socket, heard } = await client();
    const bytes = Buffer.concat([request(1, 'find'), request(2, 'insert')]);
    socket.write(bytes.subarray(0, 10));
    await sleep(5);
    socket.write(bytes.subarray(10));
    await until(() => heard() === 80);
  });

  it('passes nothing while it is frozen, not to new connections either, and all when it thaws', async () => {
    const old = await client();
    proxy.freeze();
    const fresh = await client();
    old.socket.write(request(1, 'find'));
    fresh.socket.write(request(1, 'find'));
    await sleep(LONG_ENOUGH);
    expect([requests, old.heard(), fresh.heard()]).to.deep.equal([0, 0, 0]);
    proxy.thaw();
    await until(() => old.heard() === 40 && fresh.heard() === 40);
  });

  it('cuts all connections, and accepts new ones', async () => {
    const [one, other] = [await client(), await client()];
    proxy.cutAll();
    await Promise.all([one.closed, other.closed]);
    const { socket, heard } = await client();
    socket.write(request(1, 'find'));
    await until(() => heard() === 40);
  });

  it('refuses new connections, keeps old ones, and accepts again', async () => {
    const { socket, heard } = await client();
    await proxy.refuse();
    const [error] = await once(connect(proxy.port, '127.0.0.1'), 'error');
    expect(error.code).to.equal('ECONNREFUSED');
    socket.write(request(1, 'find'));
    await until(() => heard() === 40);
    await proxy.accept();
    await client();
  });

  it('cuts in the middle of the reply it is told to, not counting heartbeats', async () => {
    proxy.cutReplyAfter(2);
    const monitor = await client();
    monitor.socket.write(Buffer.concat([request(1, 'hello'), request(2, 'ismaster'), request(3, 'hello')]));
    await until(() => monitor.heard() === 120);
    const { socket, heard, closed } = await client();
    for (const id of [1, 2, 3, 4]) socket.write(request(id, 'find'));
    await closed;
    expect(heard()).to.equal(100);
    monitor.socket.write(request(4, 'hello'));
    await until(() => monitor.heard() === 160);
  });

  it('cuts before a reply when its request has reached the server', async () => {
    proxy.cutOn((command, direction) => (command === 'insert' && direction === 'reply' ? 'none' : 'pass'));
    const { socket, heard, closed } = await client();
    socket.write(request(1, 'insert'));
    await closed;
    expect([requests, heard()]).to.deep.equal([1, 0]);
  });

  it('cuts before a request reaches the server', async () => {
    proxy.cutOn((command, direction) => (command === 'insert' && direction === 'request' ? 'none' : 'pass'));
    const { socket, heard, closed } = await client();
    socket.write(request(1, 'insert'));
    await closed;
    expect([requests, heard()]).to.deep.equal([0, 0]);
  });

  it('tells the rule what passes', async () => {
    const seen: string[] = [];
    proxy.cutOn((command, direction, index) => {
      seen.push(`${direction} ${index} ${command}`);
      return 'pass';
    });
    const { socket, heard } = await client();
    for (const [id, command] of ['hello', 'find', 'insert'].entries()) {
      socket.write(request(id + 1, command));
      await until(() => heard() === 40 * (id + 1));
    }
    expect(seen.filter((line) => line.startsWith('request'))).to.deep.equal([
      'request 0 hello',
      'request 0 find',
      'request 1 insert',
    ]);
    expect(seen.filter((line) => line.startsWith('reply'))).to.deep.equal([
      'reply 0 hello',
      'reply 0 find',
      'reply 1 insert',
    ]);
  });
});

describeOnMongo('The proxy before a MongoDB', ownMongoUnavailable(), () => {
  let server: MongoServer;
  let proxy: TcpProxy;
  let client: MongoClient;

  beforeEach(async () => {
    server = await MongoServer.start();
    proxy = await TcpProxy.start(server.port);
    client = new MongoClient(proxy.uri, { retryReads: false, retryWrites: false });
  });

  afterEach(async () => {
    await client.close();
    await proxy.stop();
    await server.stop();
  });

  it('lets a write be done whose reply is lost', async () => {
    const things = client.db('test').collection('things');
    await things.insertOne({ name: 'first' });
    proxy.cutReplyAfter(0);
    const error = await things.insertOne({ name: 'second' }).catch((reason: Error) => reason);
    expect((error as Error).name).to.match(/^MongoNetwork/);
    expect(await things.countDocuments({ name: 'second' })).to.equal(1);
  });
});
