import { type ClientHttp2Session, connect, type Settings } from 'node:http2';
import { expect } from 'chai';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import { UntakenReplies } from '../../../src/services/grpc/UntakenReplies.js';
import { memoryStore } from '../../support/ApiStores.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { requestBytes } from '../../support/GrpcCaller.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { ManualTimers } from '../../support/ManualTimers.js';
import { framed } from '../../support/RawGrpcCall.js';

const SERVICE = 'sessions_v1.Sessions';
const GET = 'get_session_by_id';
/** Characters of a session's data. */
const LENGTH = 50_000;
/** A client that lets nothing of any reply out. */
const TAKES_NOTHING = { initialWindowSize: 0 };

describe('Replies over gRPC that their clients do not take', () => {
  let controller: SessionsController;
  let server: GrpcTestServer;
  let id: string;
  let clock: FakeClock;
  let timers: ManualTimers;
  let replies: UntakenReplies;
  const clients: ClientHttp2Session[] = [];

  const start = async (most?: number): Promise<void> => {
    clock = new FakeClock();
    timers = new ManualTimers();
    replies = new UntakenReplies(most, clock, timers);
    controller = await openController(await memoryStore().open(), {}, clock);
    server = await GrpcTestServer.start(controller, {}, 5000, replies);
    ({ id } = await controller.openSession(null, { user_id: 'ann', data: 'x'.repeat(LENGTH) }));
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server.close();
    await controller.close(null);
  });

  const connected = (settings: Settings): Promise<ClientHttp2Session> =>
    new Promise((resolve, reject) => {
      const client = connect(`http://127.0.0.1:${server.port}`, { settings });
      clients.push(client);
      client.on('error', reject);
      client.once('remoteSettings', () => resolve(client));
    });

  /** Once the replies to what was asked before wait on the other side. */
  const answered = async (client: ClientHttp2Session): Promise<void> => {
    for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => client.ping(() => resolve()));
  };

  /** Asks for the session, and resolves with what came of it and the code that it ended with. */
  const ask = (client: ClientHttp2Session): Promise<{ bytes: number; code: number }> =>
    new Promise((resolve) => {
      const path = `/${SERVICE}/${GET}`;
      const stream = client.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      stream.on('error', () => {});
      stream.on('close', () => resolve({ bytes, code: stream.rstCode }));
      stream.end(framed(requestBytes(SERVICE, GET, { session_id: id })));
    });

  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise(setImmediate);
  };

  it('end with their calls after a minute, and with nothing else of the connection', async () => {
    await start();
    const client = await connected(TAKES_NOTHING);
    const waits = ask(client);
    await until(() => replies.size > LENGTH);
    clock.advance(59_999);
    timers.run();
    await answered(client);
    expect(replies.size).to.be.greaterThan(LENGTH);
    clock.advance(1);
    timers.run();
    expect(await waits).to.deep.equal({ bytes: 0, code: 8 });
    expect([replies.size, client.closed]).to.deep.equal([0, false]);
    await new Promise<void>((resolve) => client.settings({ initialWindowSize: 1_000_000 }, () => resolve()));
    const { bytes, code } = await ask(client);
    expect([bytes > LENGTH, code]).to.deep.equal([true, 0]);
  });

  it('are bounded: the connection goes for which most of them wait, and no other', async () => {
    await start(10 * LENGTH);
    const [slow, greedy] = [await connected(TAKES_NOTHING), await connected(TAKES_NOTHING)];
    const waits = ask(slow);
    await until(() => replies.size > LENGTH);
    const ended = new Promise<void>((resolve) => greedy.once('close', () => resolve()));
    for (let i = 0; i < 20; i++) ask(greedy);
    await ended;
    expect(slow.closed).to.equal(false);
    slow.settings({ initialWindowSize: 1_000_000 });
    const { bytes, code } = await waits;
    expect([bytes > LENGTH, code]).to.deep.equal([true, 0]);
  });

  it('count no more, and wait for nothing, once their calls are over', async () => {
    await start();
    const client = await connected(TAKES_NOTHING);
    for (const end of [() => client.settings({ initialWindowSize: 1_000_000 }), () => client.destroy()]) {
      ask(client);
      await until(() => replies.size > LENGTH);
      expect(timers.count).to.equal(1);
      end();
      await until(() => replies.size === 0);
      expect(timers.count).to.equal(0);
      if (!client.destroyed) client.settings(TAKES_NOTHING);
    }
  });

  it('leave to a connection what it may have, whatever was taken before', async () => {
    await start(10 * LENGTH);
    for (let i = 0; i < 3; i++) {
      const gone = await connected(TAKES_NOTHING);
      const waits = Array.from({ length: 7 }, () => ask(gone));
      await answered(gone);
      gone.destroy();
      await Promise.all(waits);
    }
    const late = await connected(TAKES_NOTHING);
    for (let i = 0; i < 5; i++) {
      const waits = Array.from({ length: 7 }, () => ask(late));
      await answered(late);
      late.settings({ initialWindowSize: 1_000_000 });
      for (const { bytes, code } of await Promise.all(waits)) expect([bytes > LENGTH, code]).to.deep.equal([true, 0]);
      await new Promise<void>((resolve) => late.settings(TAKES_NOTHING, () => resolve()));
    }
    expect(late.closed).to.equal(false);
  });
});
