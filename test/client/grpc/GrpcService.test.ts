import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { SessionsClientError } from 'service-sessions-client';
import { failureOf } from '../../support/ClientTests.js';
import { GRPC_CLIENTS, type GrpcClientKind, grpcClients } from '../../support/GrpcClients.js';
import { ROOT, ServiceProcess } from '../../support/ServiceProcess.js';

/** What a message of a request may have, as the service says where nobody configures it. */
const MESSAGE_LIMIT = 262_144;

describe('Against a service process', function () {
  this.timeout(60_000);
  let folder: string;
  let service: ServiceProcess;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    const env = { MEMORY_ENABLED: 'true', HTTP_ENABLED: 'false', GRPC_ENABLED: 'true', GRPC_PORT: '0' };
    service = await ServiceProcess.start({ cwd: folder, env });
  });
  after(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true });
  });

  for (const kind of GRPC_CLIENTS) {
    describe(`the ${kind.name} client`, () => realCalls(kind, () => service.portOf('grpc')));
  }
});

function realCalls(kind: GrpcClientKind, port: () => number): void {
  const connect = grpcClients(kind);
  const connected = () => connect({ port: port() });

  it('opens, validates, writes, lists and ends sessions', async () => {
    const client = connected();
    await client.open('1');
    const user_id = `ann of ${kind.name}`;
    const opened = await client.openSession('1', { user_id, data: { a: [1, null, -0] }, user: null });
    expect(opened).to.include({ user_id, active: true, version: 0, user: null });
    expect(opened.open_time).to.be.instanceOf(Date);
    expect(opened.data).to.deep.equal({ a: [1, null, -0] });
    expect(await client.validateSession('1', opened.id, 'bob')).to.equal(null);
    const patched = await client.patchSessionData('1', opened.id, { b: 1 });
    expect(patched?.data).to.deep.equal({ a: [1, null, -0], b: 1 });
    expect(await client.getSessions('1', { user_id, active: true }, { total: true })).to.include({ total: 1 });
    expect(await client.closeSessions('1', { user_id })).to.equal(1);
    expect(await client.validateSession('1', opened.id)).to.equal(null);
    expect(await client.deleteSessionById('1', opened.id)).to.include({ active: false, close_reason: 'revoked' });
    expect(await client.closeExpiredSessions('1')).to.equal(0);
  });

  it('tells an error of the service by its code, status, details and correlation id', async () => {
    const client = connected();
    const { id } = await client.openSession(null, { user_id: 'ann' });
    const error = await failureOf(client.storeSessionData('request-7', id, 1, { version: 5 }));
    expect(error).to.be.instanceOf(SessionsClientError);
    const expected = { code: 'SESSION_CONFLICT', status: 409, category: 'Conflict', correlationId: 'request-7' };
    expect(error).to.include(expected);
    expect(error.details).to.deep.equal({ version: 0 });
  });

  it('tells of a request that is too large for the service, which goes on', async () => {
    const client = connected();
    const { id } = await client.openSession(null, { user_id: 'ann' });
    const error = await failureOf(client.storeSessionData('c-1', id, 'x'.repeat(MESSAGE_LIMIT)));
    expect(error).to.include({ code: 'PAYLOAD_TOO_LARGE', status: 413, category: 'BadRequest', correlationId: 'c-1' });
    expect(await client.validateSession(null, id)).to.include({ id });
  });

  it('keeps no process alive, be it closed or not, with a service or without', async () => {
    const name = kind.name === 'gRPC' ? 'SessionsGrpcClientV1' : 'SessionsCommandableGrpcClientV1';
    const text = `import { ${name} } from 'service-sessions-client/grpc';
      const ofPort = (port) => new ${name}({ connection: { host: '127.0.0.1', port }, options: { connect_timeout: 600000 } });
      const client = ofPort(${port()});
      await client.open();
      console.log((await client.openSession(null, 'ann')).user_id);
      const [closed, left] = [ofPort(9), ofPort(9)];
      for (const absent of [closed, left]) await absent.open().catch((error) => console.log(error.code));
      await closed.close();`;
    const command = [process.execPath, '--input-type=module', '-e', text];
    const { code, stdout, stderr } = await ServiceProcess.run({ command, cwd: ROOT });
    expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: 'ann\nUNREACHABLE\nUNREACHABLE\n', stderr: '' });
  });
}
