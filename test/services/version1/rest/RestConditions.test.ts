import { expect } from 'chai';
import { sessionError } from '../../../../src/data/version1/SessionErrorsV1.js';
import { restService } from '../../../support/RestService.js';

const WRITES: [title: string, method: string, path: string][] = [
  ['PUT of the data', 'PUT', '/data'],
  ['PATCH of the data', 'PATCH', '/data'],
  ['PUT of the user', 'PUT', '/user'],
];

describe('The entity tag of a session over REST', () => {
  const service = restService({ expire_timeout: 1000 });

  const tagOf = async (id: string) => (await service.call('GET', `/${id}`)).headers.etag;

  it('is its version while it is active, on every answer that holds it', async () => {
    const opened = await service.call('POST', '', { user_id: 'ann' });
    expect(opened.headers.etag).to.equal('"0"');
    const id = String(opened.body?.['id']);
    expect(await tagOf(id)).to.equal('"0"');
    expect((await service.call('POST', `/${id}/validate`)).headers.etag).to.equal('"0"');
    for (const [index, [title, method, path]] of WRITES.entries()) {
      expect((await service.call(method, `/${id}${path}`, 1)).headers.etag, title).to.equal(`"${index + 1}"`);
    }
    expect(await tagOf(id)).to.equal('"3"');
  });

  it('is another once it has ended, in whatever way', async () => {
    const [closed, expired] = [await service.open(), await service.open()];
    const ended = await service.call('POST', `/${closed}/close`);
    expect(ended.headers.etag).to.not.equal('"0"');
    expect(await tagOf(closed)).to.equal(ended.headers.etag);
    service.clock.advance(999);
    expect(await tagOf(expired)).to.equal('"0"');
    service.clock.advance(1);
    expect(await tagOf(expired)).to.not.equal('"0"');
    expect((await service.call('DELETE', `/${expired}`)).headers.etag).to.not.equal('"0"');
  });

  it('lets pages of other origins read it, and no cache answer without asking', async () => {
    const id = await service.open();
    const { headers } = await service.call('GET', `/${id}`);
    expect(headers).to.include({ 'access-control-expose-headers': 'etag', 'cache-control': 'private, no-cache' });
    expect((await service.call('POST', `/${id}/validate`)).headers['cache-control']).to.equal('no-store');
  });
});

describe('If-Match over REST', () => {
  const service = restService({ expire_timeout: 1000 });

  const write = (
    id: string,
    match: string,
    [, method, path] = WRITES[0] as (typeof WRITES)[0],
    value: unknown = { a: 1 },
  ) => service.call(method, `/${id}${path}`, value, { 'if-match': match });

  it('lets a write through only if the session has that version, else answers 412 with what it has', async () => {
    for (const call of WRITES) {
      const id = await service.open({ data: 'old' });
      expect(await write(id, '"0"', call), call[0]).to.deep.include({ status: 200 });
      for (const other of ['"0"', '"2"', 'W/"1"', '"01"', '"x"', '"1-ended"', '"9007199254740993"', '"0", "2"']) {
        const { status, headers, body } = await write(id, other, call);
        expect({ status, etag: headers.etag }, `${call[0]} ${other}`).to.deep.equal({ status: 412, etag: '"1"' });
        expect(body, other).to.deep.include({
          code: 'SESSION_CONFLICT',
          status: 412,
          category: 'Conflict',
          details: { version: 1 },
        });
      }
      expect((await service.call('GET', `/${id}`)).headers.etag).to.equal('"1"');
      for (const [index, fitting] of ['"1"', '"7" , "2"', '*', ',"4",,W/"4",'].entries()) {
        expect(await write(id, fitting, call), fitting).to.deep.include({ status: 200 });
        expect((await service.call('GET', `/${id}`)).headers.etag).to.equal(`"${index + 2}"`);
      }
    }
  });

  it('lets exactly one of many writes at once through', async () => {
    const id = await service.open();
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => write(id, '"0"', undefined, i)));
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, ...Array(19).fill(412)]);
  });

  it('that names several versions lets exactly one of the callers through who have all found one of them', async () => {
    const id = await service.open();
    const { controller } = service;
    const perform = controller.perform.bind(controller);
    let found = 0;
    let go = () => {};
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    controller.perform = async (operation, correlationId, args) => {
      const answer = await perform(operation, correlationId, args);
      if (operation.name === 'get_session_by_id') {
        if (++found === 5) go();
        await all;
      }
      return answer;
    };
    const replies = await Promise.all(Array.from({ length: 5 }, (_, i) => write(id, '"0", "8"', undefined, i)));
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 412, 412, 412, 412]);
  });

  it('leaves a conflict that no condition is to blame for as it is', async () => {
    const id = await service.open();
    const perform = service.controller.perform.bind(service.controller);
    service.controller.perform = async (operation, correlationId, args) => {
      if (operation.name === 'patch_session_data') throw sessionError(null, 'SESSION_CONFLICT');
      return perform(operation, correlationId, args);
    };
    const { status, body } = await service.call('PATCH', `/${id}/data`, {}, { 'if-match': '*' });
    expect({ status, code: body?.['code'] }).to.deep.equal({ status: 409, code: 'SESSION_CONFLICT' });
  });

  it('is 409 for a session that has ended, whatever tag it names, and 404 where there is none', async () => {
    const [closed, expired] = [await service.open(), await service.open()];
    await service.call('POST', `/${closed}/close`);
    service.clock.advance(1000);
    for (const id of [closed, expired]) {
      const { etag = '' } = (await service.call('GET', `/${id}`)).headers;
      for (const match of ['"0"', '"7"', '*', etag, '"0", "1"']) {
        for (const call of WRITES) {
          const { status, body } = await write(id, match, call);
          expect({ status, code: body?.['code'] }, match).to.deep.equal({ status: 409, code: 'SESSION_CLOSED' });
        }
      }
    }
    for (const match of ['"0"', '*', '"0", "1"']) expect((await write('nobody', match)).status, match).to.equal(404);
  });

  it('lets a session be closed, validated and deleted only as its caller knows it', async () => {
    for (const [method, path] of [
      ['POST', '/validate'],
      ['POST', '/close'],
      ['DELETE', ''],
    ] as const) {
      const id = await service.open();
      const call = (match: string) => service.call(method, `/${id}${path}`, undefined, { 'if-match': match });
      const refused = await call('"1"');
      expect(refused, path).to.deep.include({ status: 412 });
      expect(refused.headers.etag).to.equal('"0"');
      expect((await service.call('GET', `/${id}`)).body).to.include({ active: true });
      expect((await call('"1", "0"')).status, path).to.equal(200);
    }
    const id = await service.open();
    const { etag = '' } = (await service.call('POST', `/${id}/close`)).headers;
    expect((await service.call('DELETE', `/${id}`, undefined, { 'if-match': '"0"' })).status).to.equal(409);
    expect((await service.call('DELETE', `/${id}`, undefined, { 'if-match': etag })).status).to.equal(200);
  });

  it('refuses bad arguments before it looks at the session', async () => {
    const id = await service.open();
    const { status, body } = await service.call('PUT', `/${id}/data?expire_timeout=-1`, 1, { 'if-match': '"5", "6"' });
    expect({ status, details: body?.['details'] }).to.deep.equal({ status: 400, details: { field: 'expire_timeout' } });
  });

  it('that is no list of tags is refused', async () => {
    const id = await service.open();
    for (const header of ['if-match', 'if-none-match']) {
      for (const value of [
        '0',
        '""x',
        '"0',
        '',
        ',',
        '*, "0"',
        'w/"0"',
        '"0" "1"',
        `"0",${' '.repeat(8000)}x`,
        "'0'",
      ]) {
        for (const [method, path] of [
          ['GET', ''],
          ['PUT', '/data'],
          ['POST', '/close'],
        ] as const) {
          const { status, body } = await service.call(method, `/${id}${path}`, method === 'PUT' ? 1 : undefined, {
            [header]: value,
          });
          expect(
            { status, code: body?.['code'], details: body?.['details'] },
            `${method} ${header}: ${value}`,
          ).to.deep.equal({
            status: 400,
            code: 'INVALID_DATA',
            details: { field: header },
          });
        }
      }
    }
    expect((await service.call('GET', `/${id}`)).body).to.include({ active: true, version: 0 });
  });
});

describe('Conditions of a read over REST', () => {
  const service = restService();

  it('with If-None-Match answer 304 without a body where the caller has the session already', async () => {
    const id = await service.open({ data: 'x' });
    for (const method of ['GET', 'HEAD']) {
      for (const tags of ['"0"', 'W/"0"', '*', '"7", "0"']) {
        const { status, headers, text } = await service.call(method, `/${id}`, undefined, { 'if-none-match': tags });
        expect({ status, etag: headers.etag, text }, tags).to.deep.equal({ status: 304, etag: '"0"', text: '' });
        expect(headers).to.not.have.any.keys('content-type', 'content-length', 'transfer-encoding');
      }
      const other = await service.call(method, `/${id}`, undefined, { 'if-none-match': '"1", "0-ended"' });
      expect(other.status).to.equal(200);
    }
    await service.call('POST', `/${id}/close`);
    expect((await service.call('GET', `/${id}`, undefined, { 'if-none-match': '"0"' })).status).to.equal(200);
    expect((await service.call('GET', '/nobody', undefined, { 'if-none-match': '*' })).status).to.equal(404);
  });

  it('with If-Match answer 412 where the session is another', async () => {
    const id = await service.open();
    expect((await service.call('GET', `/${id}`, undefined, { 'if-match': '"0"' })).status).to.equal(200);
    const { status, headers, body } = await service.call('GET', `/${id}`, undefined, { 'if-match': '"1"' });
    expect({ status, etag: headers.etag, code: body?.['code'] }).to.deep.equal({
      status: 412,
      etag: '"0"',
      code: 'SESSION_CONFLICT',
    });
    const both = await service.call('GET', `/${id}`, undefined, { 'if-match': '"1"', 'if-none-match': '"0"' });
    expect(both.status).to.equal(412);
  });

  it('that a write brings are 412 where the caller has the session already', async () => {
    const id = await service.open();
    for (const tags of ['*', '"0"', 'W/"0"']) {
      expect((await service.call('PUT', `/${id}/data`, 1, { 'if-none-match': tags })).status, tags).to.equal(412);
      expect((await service.call('POST', `/${id}/close`, undefined, { 'if-none-match': tags })).status).to.equal(412);
    }
    expect((await service.call('PUT', `/${id}/data`, 1, { 'if-none-match': '"1"' })).status).to.equal(200);
  });
});
