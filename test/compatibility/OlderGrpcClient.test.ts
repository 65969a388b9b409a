import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { WirePage, WireSession } from '../contracts/ApiUnderTest.js';
import { ServiceProcess } from '../support/ServiceProcess.js';
import { OlderClient } from './OlderClient.js';
import type { OlderGrpcKind } from './OlderGrpcCalls.js';
import { installedPackage, orSkip } from './OlderPackage.js';

const OWN_ID = 'x'.repeat(32);

describe('The published client client-sessions-node 1.1.3 at the gRPC port of a service', function () {
  this.timeout(60_000);
  let folder: string | undefined;
  let service: ServiceProcess | undefined;
  let client: OlderClient;

  before(async function () {
    this.timeout(180_000);
    const installed = await orSkip(installedPackage('client-sessions-node', '1.1.3'), this.test?.parent);
    if (installed === null) return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    const env = { HTTP_ENABLED: 'false', GRPC_ENABLED: 'true', GRPC_PORT: '0' };
    service = await ServiceProcess.start({ cwd: folder, env });
    client = new OlderClient(installed);
  });
  after(async () => {
    await client?.close();
    const exit = await service?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
    if (exit !== undefined) expect(exit.code).to.equal(0);
  });

  const connect = (kind: OlderGrpcKind) => client.connect(kind, service?.portOf('grpc') as number);
  const open = (user_id: string, ...rest: unknown[]) => client.call<WireSession>('openSession', null, user_id, ...rest);
  const get = (id: string) => client.call<WireSession | null>('getSessionById', null, id);

  for (const kind of ['grpc', 'commandable-grpc'] as const) {
    describe(kind === 'grpc' ? 'SessionsGrpcClientV1' : 'SessionsCommandableGrpcClientV1', () => {
      beforeEach(() => connect(kind));

      it('opens sessions and reads them', async () => {
        const session = await open('1', 'User 1', 'localhost', 'test', { roles: ['admin'] }, 'abc');
        expect(session).to.deep.include({ user_id: '1', user_name: 'User 1', address: 'localhost', client: 'test' });
        expect(session).to.deep.include({ active: true, user: { roles: ['admin'] }, data: 'abc' });
        expect(Math.abs(Date.parse(session.open_time) - Date.now())).to.be.lessThan(30_000);
        const { close_time: _, ...read } = (await get(session.id)) as WireSession;
        expect(session).to.deep.include(read);
        expect(await get('unknown')).to.equal(null);
      });

      it('stores data and updates the user', async () => {
        const { id } = await open('1', 'User 1', 'localhost', 'test', null, 'abc');
        for (const data of [{ key1: 'value', list: [1, null] }, 'ключ 🔑', 5, true, null]) {
          const stored = await client.call<WireSession>('storeSessionData', 'c1', id, data);
          expect(stored.data).to.deep.equal(data);
          expect((await get(id))?.data).to.deep.equal(data);
        }
        const updated = await client.call<WireSession>('updateSessionUser', null, id, { name: 'Ann' });
        expect(updated).to.deep.include({ user: { name: 'Ann' }, user_id: '1' });
        expect(await client.call('storeSessionData', null, 'unknown', 1)).to.equal(null);
        expect(await client.call('updateSessionUser', null, 'unknown', 1)).to.equal(null);
      });

      it('closes, closes expired ones and deletes', async () => {
        const { id } = await open('1', 'User 1', 'localhost', 'test', { a: 1 }, 'abc');
        const closed = await client.call<WireSession>('closeSession', 'c1', id);
        expect(closed).to.include({ id, active: false });
        expect(await client.call('closeSession', null, id)).to.deep.equal(closed);
        expect(await get(id)).to.deep.equal(closed);
        // The typed one answers nothing, as it always did.
        expect(await client.call('closeExpiredSessions', null)).to.equal(kind === 'grpc' ? null : 0);
        expect(await client.call('deleteSessionById', null, id)).to.deep.equal(closed);
        expect(await client.call('deleteSessionById', null, id)).to.equal(null);
        expect(await get(id)).to.equal(null);
      });

      it('pages through the sessions, newest first', async () => {
        const opened = [await open(`pages ${kind}`), await open(`pages ${kind}`), await open(`pages ${kind}`)];
        const list = (...paging: unknown[]) => client.call<WirePage>('getSessions', 'c1', null, { paging });
        const page = await list(0, 3, true);
        expect(page.total).to.be.at.least(3);
        expect(page.data.map(({ id }) => id)).to.deep.equal(opened.map(({ id }) => id).reverse());
        expect((await list(1, 1)).data.map(({ id }) => id)).to.deep.equal([opened[1]?.id]);
        expect((await client.call<WirePage>('getSessions', null, null, null)).data).to.have.length.at.least(3);
      });
    });
  }

  it('SessionsGrpcClientV1 sends no filter: its pages are of all sessions', async () => {
    await connect('grpc');
    const { id } = await open('unfiltered');
    const page = await client.call<WirePage>(
      'getSessions',
      null,
      { filter: { user_id: 'nobody' } },
      { paging: [0, 1] },
    );
    expect(page.data.map((session) => session.id)).to.deep.equal([id]);
  });

  it('SessionsGrpcClientV1 reads every error as null', async () => {
    await connect('grpc');
    const { id } = await open('1');
    await client.call('closeSession', null, id);
    expect(await client.call('storeSessionData', 'c1', id, 1)).to.equal(null);
    expect(await client.call('openSession', null, '')).to.equal(null);
    expect(await client.call('getSessions', null, null, { paging: [-1, 1] })).to.equal(null);
    expect(await client.call('openSession', null, '1', null, null, null, null, 'x'.repeat(70_000))).to.equal(null);
  });

  it('SessionsCommandableGrpcClientV1 lists by filter and gets errors as those of its toolkit', async () => {
    await connect('commandable-grpc');
    const { id } = await open('lists');
    const filter = { user_id: 'lists', active: true };
    const page = await client.call<WirePage>('getSessions', 'c1', { filter }, { paging: [0, 10, true] });
    expect(page.total).to.equal(1);
    expect(page.data.map((session) => session.id)).to.deep.equal([id]);
    await client.call('closeSession', null, id);
    const conflict = await client.refusal('storeSessionData', 'c 1&?', id, 1);
    const known = { type: 'ConflictException', code: 'SESSION_CLOSED', status: 409, category: 'Conflict' };
    expect(conflict).to.include({ ...known, correlation_id: 'c 1&?' });
    const bad = await client.refusal('openSession', 'c2', '');
    expect(bad).to.include({ type: 'BadRequestException', code: 'INVALID_DATA', status: 400, correlation_id: 'c2' });
    expect(bad.details).to.include({ field: 'user_id' });
    expect(bad.message).to.contain('user_id must be');
    expect(await client.refusal('storeSessionData', null, OWN_ID, 'x'.repeat(70_000))).to.include({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});
