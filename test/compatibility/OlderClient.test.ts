import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { WirePage, WireSession } from '../contracts/ApiUnderTest.js';
import { ServiceProcess } from '../support/ServiceProcess.js';
import { OlderClient } from './OlderClient.js';
import { installedPackage, orSkip } from './OlderPackage.js';

const CLIENT = 'client-sessions-node';
const VERSION = '1.1.3';

describe(`The published client ${CLIENT} ${VERSION}`, function () {
  this.timeout(60_000);
  let folder: string | undefined;
  let service: ServiceProcess | undefined;
  let client: OlderClient;

  // One service for all: two processes take longer to start than all of this to run.
  before(async function () {
    this.timeout(180_000);
    const installed = await orSkip(installedPackage(CLIENT, VERSION), this.test?.parent);
    if (installed === null) return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'sessions-'));
    service = await ServiceProcess.start({ cwd: folder, args: ['-p', 'HTTP_PORT=0'] });
    client = new OlderClient(installed);
    await client.connect('http', Number(new URL(service.url).port));
  });
  after(async () => {
    await client?.close();
    await service?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const open = (user_id: string, ...rest: unknown[]) => client.call<WireSession>('openSession', null, user_id, ...rest);
  const get = (id: string) => client.call<WireSession | null>('getSessionById', null, id);

  it('opens sessions and reads them', async () => {
    const session = await open('1', 'User 1', 'localhost', 'test', { roles: ['admin'] }, 'abc');
    expect(session).to.deep.include({ user_id: '1', user_name: 'User 1', address: 'localhost', client: 'test' });
    expect(session).to.deep.include({ active: true, user: { roles: ['admin'] }, data: 'abc' });
    expect(Math.abs(Date.parse(session.open_time) - Date.now())).to.be.lessThan(30_000);
    expect(await get(session.id)).to.deep.equal(session);
    expect(await open('2')).to.include({ user_id: '2', active: true });
    expect(await open('3', null, null, null, null, null)).to.include({ user: null, data: null });
    expect(await get('unknown')).to.equal(null);
  });

  it('stores data and updates the user', async () => {
    const { id } = await open('1', 'User 1', 'localhost', 'test', null, 'abc');
    for (const data of [{ key1: 'value', list: [1, null] }, 'text', '', 0, false, null]) {
      const stored = await client.call<WireSession>('storeSessionData', 'c1', id, data);
      expect(stored.data).to.deep.equal(data);
      expect((await get(id))?.data).to.deep.equal(data);
    }
    const updated = await client.call<WireSession>('updateSessionUser', null, id, { name: 'Ann' });
    expect(updated).to.deep.include({ user: { name: 'Ann' }, data: null, user_id: '1' });
    expect(await client.call('storeSessionData', null, 'unknown', 1)).to.equal(null);
  });

  it('lists sessions by filter and paging, and without', async () => {
    const [first, second] = [await open('lists', 'User 1'), await open('lists', 'User 1')];
    const other = await open('others', 'User 2');
    await client.call('closeSession', null, second.id);
    const list = (filter: object | null, paging: unknown[] | null) =>
      client.call<WirePage>('getSessions', 'c1', filter && { filter }, paging && { paging });
    const ids = ({ data }: WirePage): string[] => data.map(({ id }) => id);
    const page = await list({ user_id: 'lists', active: true }, [0, 10, true]);
    expect(page.total).to.equal(1);
    expect(ids(page)).to.deep.equal([first.id]);
    const all = await list(null, null);
    expect(all.total).to.equal(null);
    expect(ids(all)).to.include.members([first.id, second.id, other.id]);
    expect(ids(await list({ active: false, user_id: 'lists' }, []))).to.deep.equal([second.id]);
    expect(ids(await list({ from_time: new Date(Date.now() + 60_000) }, [0, 5, false]))).to.deep.equal([]);
    expect(ids(await list({ user_name: 'User 1', user_id: 'lists' }, [1, 500, true]))).to.have.length(1);
  });

  it('closes, closes expired ones and deletes', async () => {
    const { id } = await open('1', 'User 1', 'localhost', 'test', { a: 1 }, 'abc');
    const closed = await client.call<WireSession>('closeSession', 'c1', id);
    expect(closed).to.include({ id, active: false });
    expect(closed).to.have.property('close_time');
    expect(await client.call('closeSession', null, id)).to.deep.equal(closed);
    expect(await get(id)).to.deep.equal(closed);
    // Its HTTP library answers 0, which is falsy to it, as the text of the body. The older service answered nothing.
    expect(Number(await client.call('closeExpiredSessions', null))).to.equal(0);
    expect(await client.call('deleteSessionById', null, id)).to.deep.equal(closed);
    expect(await client.call('deleteSessionById', null, id)).to.equal(null);
    expect(await get(id)).to.equal(null);
  });

  it('gets errors as those of its own toolkit', async () => {
    const { id } = await open('1');
    await client.call('closeSession', null, id);
    const conflict = await client.refusal('storeSessionData', 'c 1&?', id, 1);
    expect(conflict).to.include({
      type: 'ConflictException',
      code: 'SESSION_CLOSED',
      status: 409,
      category: 'Conflict',
    });
    expect(conflict).to.include({ correlation_id: 'c 1&?' });
    const bad = await client.refusal('openSession', 'c2', '');
    expect(bad).to.include({ type: 'BadRequestException', code: 'INVALID_DATA', status: 400, correlation_id: 'c2' });
    expect(bad.message).to.contain('user_id must be');
    const large = await client.refusal('storeSessionData', null, id, 'x'.repeat(300_000));
    // Its toolkit goes by the category, and gives all of one the same status.
    expect(large).to.include({ type: 'BadRequestException', code: 'PAYLOAD_TOO_LARGE' });
  });
});
