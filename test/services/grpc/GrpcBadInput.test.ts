import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import fc from 'fast-check';
import type { SessionsController } from '../../../src/logic/SessionsController.js';
import { memoryStore } from '../../support/ApiStores.js';
import { openController } from '../../support/DirectApi.js';
import { FakeClock } from '../../support/FakeClock.js';
import { requestBytes } from '../../support/GrpcCaller.js';
import { GrpcTestServer } from '../../support/GrpcTestServer.js';
import { RawConnection } from '../../support/HttpTestEndpoint.js';
import { framed, type RawEnd, rawCall } from '../../support/RawGrpcCall.js';

const OPEN = '/sessions_v1.Sessions/open_session';
const INVOKE = '/commandable.Commandable/invoke';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const ANN = requestBytes('sessions_v1.Sessions', 'open_session', { user_id: 'ann' });
/** Zeros, which compress well. */
const BOMB = Buffer.alloc(20_000_000);

/** Every word that an answer sends. */
const textOf = ({ message, body }: RawEnd): string => message + body.toString('latin1');

describe('The gRPC endpoint, given what is no call,', () => {
  let controller: SessionsController;
  let server: GrpcTestServer;
  let warned: unknown[][];
  const { error } = console;

  beforeEach(async () => {
    warned = [];
    console.error = (...words) => warned.push(words);
    controller = await openController(await memoryStore().open(), {}, new FakeClock());
    server = await GrpcTestServer.start(controller, { 'options.request_timeout': 250 });
  });

  afterEach(async () => {
    console.error = error;
    // It lives, serves, owes nothing, and has not written what callers say to the error stream.
    expect((await server.sessions().call('open_session', { user_id: 'last' })).session?.['user_id']).to.equal('last');
    expect(server.endpoint.callsInFlight).to.equal(0);
    expect(warned).to.deep.equal([]);
    await server.close();
    await controller.close(null);
  });

  const send = (bytes: Uint8Array, headers = {}, path = OPEN): Promise<RawEnd> =>
    rawCall(server.port, path, bytes, headers);

  for (const { what, bytes, headers = {}, expected } of [
    { what: 'a message that ends in its middle', bytes: framed(Buffer.from([0x12, 0x7f, 1])), expected: 3 },
    { what: 'a number without an end', bytes: framed(Buffer.alloc(20, 0xff)), expected: 3 },
    { what: 'a field of another type', bytes: framed(Buffer.from([0x10, 1])), expected: 3 },
    { what: 'a field without a number', bytes: framed(Buffer.from([0x02, 1, 0x61])), expected: 3 },
    { what: 'a group without an end', bytes: framed(Buffer.from([0xfb, 1, 0x08, 1])), expected: 3 },
    { what: 'a group with the end of another', bytes: framed(Buffer.from([0xfb, 1, 0x84, 2])), expected: 3 },
    { what: 'the end of a group', bytes: framed(Buffer.from([0xfc, 1])), expected: 3 },
    {
      what: 'a tag of more than 32 bits',
      bytes: framed(Buffer.from([0x92, 0x80, 0x80, 0x80, 0x10, 1, 0xff])),
      expected: 3,
    },
    { what: 'an unknown wire type', bytes: framed(Buffer.from([0x0f, 1])), expected: 3 },
    { what: 'groups in groups', bytes: framed(Buffer.alloc(200_000, 0x7b)), expected: 3 },
    { what: 'a length over the limit', bytes: Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1]), expected: 8 },
    { what: 'five million bytes', bytes: framed(Buffer.alloc(5_000_000)), expected: 8 },
    {
      what: 'zeros of 20 MB with gzip',
      bytes: framed(gzipSync(BOMB), 1),
      headers: { 'grpc-encoding': 'gzip' },
      expected: 8,
    },
    {
      what: 'zeros of 20 MB with deflate',
      bytes: framed(deflateSync(BOMB), 1),
      headers: { 'grpc-encoding': 'deflate' },
      expected: 8,
    },
    { what: 'no gzip', bytes: framed(ANN, 1), headers: { 'grpc-encoding': 'gzip' }, expected: 13 },
    { what: 'an unknown encoding', bytes: framed(ANN, 1), headers: { 'grpc-encoding': 'br' }, expected: 12 },
    { what: 'no message', bytes: Buffer.alloc(0), expected: 12 },
    { what: 'half a prefix', bytes: Buffer.from([0, 0]), expected: 12 },
    { what: 'half a message', bytes: framed(ANN).subarray(0, 7), expected: 12 },
    { what: 'two messages', bytes: Buffer.concat([framed(ANN), framed(ANN)]), expected: 12 },
    { what: '50,000 empty messages', bytes: Buffer.alloc(250_000), expected: 12 },
  ]) {
    it(`answers ${what} with ${status[expected]} and nothing internal`, async () => {
      const end = await send(bytes, headers);
      expect(end).to.include({ status: expected, httpStatus: 200 });
      expect(textOf(end)).to.not.match(/\.js|node_modules|file:|\bat \w|Error:|protobuf/);
      expect(await controller.countSessions(null)).to.equal(0);
    });
  }

  it('refuses text that is no UTF-8 with INVALID_DATA, naming the field', async () => {
    const end = await send(framed(Buffer.from([0x12, 3, 0x61, 0xff, 0x62])));
    expect(end.status).to.equal(0);
    expect(textOf(end)).to.contain('INVALID_DATA').and.to.contain('user_id must be text in UTF-8');
    const surrogate = Buffer.from([0x22, 3, 0xed, 0xa0, 0x80]);
    expect(textOf(await send(framed(surrogate), {}, INVOKE))).to.contain('args_json must be text in UTF-8');
    // A key and a value of the filter.
    const filter = Buffer.from([0x12, 6, 0x0a, 1, 0x61, 0x12, 1, 0xff]);
    expect(textOf(await send(framed(filter), {}, '/sessions_v1.Sessions/get_sessions'))).to.contain('filter must be');
    expect(await controller.countSessions(null)).to.equal(0);
  });

  it('takes fields that it does not know', async () => {
    const unknown = Buffer.from([
      0xf8, 1, 5, 0xf9, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0xfd, 1, 1, 2, 3, 4, 0xfa, 1, 2, 0xff, 0xff,
    ]);
    // A group that holds a number, a text that is no UTF-8, and a group.
    const group = Buffer.from([0xfb, 1, 0x08, 5, 0x12, 1, 0xff, 0x1b, 0x1c, 0xfc, 1]);
    for (const bytes of [unknown, group]) {
      expect(textOf(await send(framed(Buffer.concat([bytes, ANN]))))).to.contain('ann');
    }
  });

  it('answers any bytes as a message with a reply or a status', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(OPEN, INVOKE), async (bytes, path) => {
        const end = await send(framed(bytes), {}, path);
        expect([0, 3]).to.include(end.status);
        expect(textOf(end)).to.not.match(/UNKNOWN|\.js|node_modules/);
      }),
      { numRuns: 60 },
    );
  });

  it('answers methods and paths that do not exist with UNIMPLEMENTED', async () => {
    for (const path of ['/sessions_v1.Sessions/nope', '/', '/a/b/c', '/%', '/\u00e9\u00ff', '/constructor/__proto__']) {
      expect((await send(framed(ANN), {}, path)).status, path).to.equal(status.UNIMPLEMENTED);
    }
  });

  it('refuses another content type with 415', async () => {
    expect(await send(framed(ANN), { 'content-type': 'application/json' })).to.include({ httpStatus: 415 });
  });

  it('takes headers of a call that make no sense as absent', async () => {
    const headers = {
      'grpc-timeout': 'soon\u00e9',
      'grpc-encoding': 'br\u00e9',
      'some-bin': '!!!',
      correlation_id: '\u00e9',
    };
    expect(await send(framed(ANN), headers)).to.include({ status: 0 });
  });

  it('refuses a flood of headers and lives', async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`key-${i}`, 'v'.repeat(30)]));
    expect((await send(framed(ANN), many)).status).to.equal(undefined);
  });

  it('lives through streams that are cut in the middle of a message', async () => {
    for (const code of [0, 2, 8]) {
      await rawCall(server.port, OPEN, framed(ANN).subarray(0, 7), {}, code);
      await rawCall(server.port, OPEN, framed(ANN), {}, code);
    }
  });

  it('ends connections that do not speak HTTP/2', async () => {
    for (const bytes of [
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      '\x16\x03\x01\x00\xa5\x01'.repeat(20),
      `${PREFACE}${'\xff'.repeat(100)}`,
    ]) {
      const connection = await RawConnection.open(server.port);
      expect(await connection.exchange(bytes), bytes).to.not.match(/HTTP\/1|\.js/);
    }
  });

  it('lives through connections that are reset in the middle of a frame', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = connectSocket(server.port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(`${PREFACE}\0\0\x12\x04\0`);
      socket.resetAndDestroy();
    }
  });

  it('ends the connection of who pings without end', async () => {
    const connection = await RawConnection.open(server.port);
    const ping = '\0\0\x08\x06\0\0\0\0\0\0\0\0\0\0\0\0\0';
    await connection.exchange(`${PREFACE}\0\0\0\x04\0\0\0\0\0${ping.repeat(100_000)}`);
  });

  it('ends the connection of who opens and resets streams without end', async () => {
    const session = connect(`http://127.0.0.1:${server.port}`);
    session.on('error', () => {});
    const ended = new Promise((resolve) => session.once('close', resolve));
    const open = (): void => {
      for (let i = 0; i < 500 && !session.destroyed && !session.closed; i++) {
        const stream = session.request({ ':method': 'POST', ':path': OPEN, 'content-type': 'application/grpc' });
        stream.on('error', () => {});
        stream.close(8);
      }
      if (!session.destroyed) setImmediate(open);
    };
    open();
    await ended;
  });

  it('ends calls whose request does not come, however many', async () => {
    const session = connect(`http://127.0.0.1:${server.port}`);
    const ends = Array.from({ length: 1000 }, () => {
      const stream = session.request({ ':method': 'POST', ':path': OPEN, 'content-type': 'application/grpc' });
      stream.on('error', () => {});
      stream.resume().write(framed(ANN).subarray(0, 7));
      return new Promise((resolve) => stream.on('response', (headers) => resolve(headers['grpc-status'])));
    });
    expect(new Set(await Promise.all(ends))).to.deep.equal(new Set(['4']));
    session.destroy();
  });
});
