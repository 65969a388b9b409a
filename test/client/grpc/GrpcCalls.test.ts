import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ISessionsClientV1, SessionsClientError } from 'service-sessions-client';
import { failureOf, HastyTimers } from '../../support/ClientTests.js';
import { type FaultyGrpcAnswer, FaultyGrpcServer, faultyGrpcServer } from '../../support/FaultyGrpcServer.js';
import { GRPC_CLIENTS, type GrpcClientKind, grpcClients } from '../../support/GrpcClients.js';

/** Longer than a test waits: what ends sooner does not end by it. */
const TIMEOUT = 60_000;

const read = (client: ISessionsClientV1) => client.getSessionById('7', 's1');
const open = (client: ISessionsClientV1) => client.openSession('7', { user_id: 'ann' });
const store = (client: ISessionsClientV1) => client.storeSessionData('7', 's1', 1);

const failing =
  (code: status, details = 'no'): FaultyGrpcAnswer =>
  (x) =>
    x.fail(code, details);

type Outcome = [title: string, answer: FaultyGrpcAnswer, code: string, read: boolean, open: boolean, write: boolean];

/** A first failure, the error that it is, and which calls are made again after it. */
const failuresOf = (kind: GrpcClientKind): Outcome[] => [
  ['a broken connection', (x) => x.reset(), 'UNREACHABLE', true, false, false],
  ['UNAVAILABLE', failing(status.UNAVAILABLE), 'UNREACHABLE', true, false, false],
  ['words of a refused connection elsewhere', failing(14, 'ECONNREFUSED'), 'UNREACHABLE', true, false, false],
  ['a call that the service cancelled', failing(status.CANCELLED), 'UNREACHABLE', true, false, false],
  ['PERSISTENCE_UNAVAILABLE', kind.error('PERSISTENCE_UNAVAILABLE', 503), 'PERSISTENCE_UNAVAILABLE', true, true, false],
  ['OVERLOADED', kind.error('OVERLOADED', 503), 'OVERLOADED', true, true, true],
  ['an error of the service', kind.error('UNKNOWN', 500), 'UNKNOWN', false, false, false],
  ['a refusal', kind.error('SESSION_CLOSED', 409), 'SESSION_CLOSED', false, false, false],
  ['an unknown method', failing(status.UNIMPLEMENTED), 'BAD_REPLY', false, false, false],
  ['NOT_FOUND', failing(status.NOT_FOUND), 'BAD_REPLY', false, false, false],
  ['INTERNAL', failing(status.INTERNAL), 'BAD_REPLY', false, false, false],
  ['RESOURCE_EXHAUSTED', failing(status.RESOURCE_EXHAUSTED), 'BAD_REPLY', false, false, false],
];

for (const kind of GRPC_CLIENTS) {
  describe(`A call of the ${kind.name} client ends`, () => callEnds(kind));
  describe(`The ${kind.name} client makes a call again`, () => repetitions(kind));
  describe(`The ${kind.name} client opens`, () => openings(kind));
}

function callEnds(kind: GrpcClientKind): void {
  const server = faultyGrpcServer();
  const connect = grpcClients(kind);
  const silent = (options: object = {}): ISessionsClientV1 => {
    server().answer = () => {};
    return connect(server(), { timeout: TIMEOUT, ...options });
  };
  const asked = () => server().until(() => server().calls.length > 0);
  const cancelled = () => server().until(() => server().calls.every(({ isCancelled }) => isCancelled));

  it('with TIMEOUT when the service hangs, which is told', async () => {
    const error = await failureOf(silent({ timeout: 50 }).getSessionById('7', 's1'));
    expect(error).to.deep.include({ code: 'TIMEOUT', correlationId: '7', status: undefined, details: { timeout: 50 } });
    await cancelled();
  });

  it('with TIMEOUT after the time that the call was given, which travels with it', async () => {
    const client = silent();
    const call = failureOf(client.getSessionById(null, 's1', { timeout: 500 }));
    await asked();
    expect(server().calls[0]?.timeout).to.be.within(100, 500);
    expect(await call).to.deep.include({ code: 'TIMEOUT', details: { timeout: 500 } });
  });

  it('with TIMEOUT when the service says that it is too late', async () => {
    const client = silent();
    server().answer = failing(status.DEADLINE_EXCEEDED);
    expect(await failureOf(read(client))).to.deep.include({ code: 'TIMEOUT', details: { timeout: TIMEOUT } });
  });

  it('well within a time that is longer than timers take', async () => {
    server().answer = kind.session;
    const call = connect(server()).getSessionById(null, 's1', { timeout: Number.MAX_SAFE_INTEGER });
    expect(await call).to.include({ id: 's1' });
  });

  it('with ABORTED when its caller aborts, which the service is told', async () => {
    const controller = new AbortController();
    const call = failureOf(silent().getSessionById('7', 's1', { signal: controller.signal }));
    await asked();
    const reason = new Error('changed my mind');
    controller.abort(reason);
    expect(await call).to.include({ code: 'ABORTED', correlationId: '7', cause: reason });
    await cancelled();
  });

  it('with ABORTED when its client is closed, which the service is told', async () => {
    const client = silent();
    const call = failureOf(read(client));
    await asked();
    await client.close();
    expect(await call).to.include({ code: 'ABORTED' });
    await cancelled();
  });

  it('with INVALID_DATA, and sends nothing, with a correlation id that cannot travel', async () => {
    const error = await failureOf(connect(server()).getSessionById('\ud800', 's1'));
    expect(error).to.deep.include({ code: 'INVALID_DATA', details: { field: 'correlation_id' } });
    expect(server().connections).to.equal(0);
  });
}

function repetitions(kind: GrpcClientKind): void {
  const server = faultyGrpcServer();
  const connect = grpcClients(kind);

  for (const [title, answer, code, ...isRepeated] of failuresOf(kind)) {
    for (const [index, call] of [read, open, store].entries()) {
      const operation = ['a read', 'an opening', 'a write'][index];
      it(`${isRepeated[index] ? 'after' : 'never after'} ${title}, of ${operation}`, async () => {
        server().answer = (x) => (server().calls.length === 1 ? answer : kind.session)(x);
        const client = connect(server(), { timeout: TIMEOUT, retries: 1 }, { timers: new HastyTimers(TIMEOUT) });
        const result = call(client);
        if (isRepeated[index]) expect((await result)?.id).to.equal('s1');
        else expect(await failureOf(result)).to.include({ code, correlationId: '7' });
        expect(server().calls.length).to.equal(isRepeated[index] ? 2 : 1);
      });
    }
  }

  for (const [index, call] of [read, open, store].entries()) {
    it(`after a refused connection: ${['a read', 'an opening', 'a write'][index]}`, async () => {
      const { port } = server();
      await server().stop();
      let back: FaultyGrpcServer | undefined;
      const timers = new HastyTimers(TIMEOUT);
      const start = timers.once.bind(timers);
      timers.once = (milliseconds, run) => {
        if (milliseconds === TIMEOUT) return start(milliseconds, run);
        // The service comes back while the client waits.
        const starting = FaultyGrpcServer.start({ port }).then((started) => {
          back = started;
          back.answer = kind.session;
          run();
        });
        return () => starting;
      };
      try {
        expect((await call(connect({ port }, { timeout: TIMEOUT, retries: 1 }, { timers })))?.id).to.equal('s1');
      } finally {
        await back?.stop();
      }
    });
  }
}

function openings(kind: GrpcClientKind): void {
  const server = faultyGrpcServer();
  const older = faultyGrpcServer({ hasHealth: false });
  const connect = grpcClients(kind);
  const refused = async (answer: FaultyGrpcAnswer): Promise<SessionsClientError> => {
    server().health = answer;
    const client = connect(server());
    const error = await failureOf(client.open('7'));
    expect(client.isOpen()).to.equal(false);
    return error;
  };

  it('when the service says that it works', async () => {
    const services: unknown[] = [];
    server().health = (x) => {
      services.push(x.request['service']);
      x.reply({ status: 1 });
    };
    const client = connect(server());
    await client.open('7');
    expect(client.isOpen()).to.equal(true);
    expect(services).to.deep.equal([{ gRPC: 'sessions_v1.Sessions' }[kind.name] ?? 'commandable.Commandable']);
    expect(server().calls).to.deep.equal([]);
  });

  it('when the service knows no health, as the older one', async () => {
    const client = connect(older());
    await client.open('7');
    expect(client.isOpen()).to.equal(true);
  });

  it('not when the service stops, is none, or does not answer', async () => {
    expect(await refused((x) => x.reply({ status: 2 }))).to.include({ code: 'UNREACHABLE', correlationId: '7' });
    expect(await refused(failing(status.NOT_FOUND))).to.include({ code: 'BAD_REPLY', correlationId: '7' });
    expect(await refused(failing(status.UNAVAILABLE))).to.include({ code: 'UNREACHABLE' });
    expect(await refused(failing(status.INTERNAL))).to.include({ code: 'BAD_REPLY' });
  });
}
