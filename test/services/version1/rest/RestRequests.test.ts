import { expect } from 'chai';
import fc from 'fast-check';
import { RawConnection } from '../../../support/HttpTestEndpoint.js';
import { type RestAnswer, restService } from '../../../support/RestService.js';

/** Of an error: what matters, checked for what must not be in it. */
function faultOf({ status, body, text }: RestAnswer): object {
  expect(text).to.not.match(/stack|node_modules|\.js\b|file:|at Object/);
  const details = body?.['details'] as { field?: string } | undefined;
  return { status, code: body?.['code'], ...(details?.field !== undefined && { field: details.field }) };
}

const invalid = (field: string) => ({ status: 400, code: 'INVALID_DATA', field });

describe('The address of a REST request', () => {
  const service = restService({ accept_ids: true });

  it('holds an id of any shape, percent-encoded', async () => {
    const text = fc.string({
      unit: fc.constantFrom('%', '2', 'F', '/', '.', '?', ';', '+', '&', 'é', '😀', 'a', '~', '-'),
    });
    await fc.assert(
      fc.asyncProperty(text, async (id) => {
        const { status, body } = await service.call('GET', `/${encodeURIComponent(id)}`);
        if (id === '') expect(faultOf({ status, body, text: '', headers: {} })).to.deep.equal(invalid('session_id'));
        else expect({ status, code: body?.['code'] }, id).to.deep.equal({ status: 404, code: 'NOT_FOUND' });
      }),
    );
    for (const id of ['..', '%2e%2e', '%2E', '..%2f..', 'a%2Fdata', '%F0%9F%98%80', '%25', '__proto__', 'toString']) {
      expect((await service.call('GET', `/${id}`)).status, id).to.equal(404);
      expect((await service.call('PUT', `/${id}/data`, 1)).status, id).to.equal(404);
    }
  });

  it('with an id that is wrongly encoded, or none that can be, is refused', async () => {
    const long = 'x'.repeat(257);
    for (const id of [
      '%',
      '%zz',
      '%ff',
      'a%',
      '%4',
      '%ed%a0%80',
      '%c0%af',
      '%00',
      '%0d%0a',
      '',
      long,
      'x'.repeat(5000),
    ]) {
      for (const [method, path] of [
        ['GET', ''],
        ['HEAD', ''],
        ['DELETE', ''],
        ['POST', '/validate'],
        ['POST', '/close'],
        ['PUT', '/data'],
        ['PATCH', '/data'],
        ['PUT', '/user'],
      ] as const) {
        const body = method === 'PUT' || method === 'PATCH' ? '1' : undefined;
        const reply = await service.call(method, `/${id}${path}`, body);
        if (method === 'HEAD') expect(reply.status, id).to.equal(400);
        else expect(faultOf(reply), `${method} ${id.slice(0, 20)}${path}`).to.deep.equal(invalid('session_id'));
      }
    }
  });

  it('names no session by a part of what was sent', async () => {
    const id = await service.open();
    for (const method of ['GET', 'DELETE']) {
      expect(faultOf(await service.call(method, `/${id}#x`))).to.deep.equal(invalid('session_id'));
    }
    expect((await service.call('POST', `/${id}#/close`)).status).to.equal(405);
    expect((await service.call('GET', `/${id}`)).body).to.include({ active: true });
  });

  it('with a parameter that is there twice or wrongly encoded is refused, with the name that it has everywhere', async () => {
    const id = await service.open();
    for (const [method, path, field] of [
      ['GET', '?user_id=a&user_id=b', 'filter.user_id'],
      ['GET', '?user_id=a&user_id=a', 'filter.user_id'],
      ['GET', '?active=true&%61ctive=true', 'filter.active'],
      ['GET', '?take=1&take=1', 'paging.take'],
      ['GET', '?name=%ff', 'filter.name'],
      ['GET', '?skip=%', 'paging.skip'],
      ['GET', '?skip=-1', 'paging.skip'],
      ['GET', '?total=maybe', 'paging.total'],
      ['GET', '?from_time=yesterday', 'filter.from_time'],
      ['GET', '?correlation_id=a&correlation_id=b', 'correlation_id'],
      ['GET', `/${id}?correlation_id=a&correlation_id=a`, 'correlation_id'],
      ['PUT', `/${id}/data?expire_timeout=1&expire_timeout=1`, 'expire_timeout'],
      ['PUT', `/${id}/data?expire_timeout=soon`, 'expire_timeout'],
      ['PUT', `/${id}/data?expire_timeout=1.5`, 'expire_timeout'],
      ['PUT', `/${id}/data?expire_timeout=99999999999999999999`, 'expire_timeout'],
      ['PUT', `/${id}/user?user_id=`, 'user_id'],
      ['PUT', `/${id}/user?user_name=%00`, 'user_name'],
    ] as const) {
      const reply = await service.call(method, path, method === 'PUT' ? '1' : undefined);
      expect(faultOf(reply), path).to.deep.equal(invalid(field));
    }
    expect((await service.call('GET', `/${id}`)).body).to.include({ version: 0 });
  });

  it('with a parameter that nobody knows is refused too where it is there twice', async () => {
    const id = await service.open();
    for (const path of ['?x=1&x=2', '?x=1&%78=1', '?x=%&x=%', `/${id}?user_id=a&user_id=b`, `/${id}?=1&=2`]) {
      expect(faultOf(await service.call('GET', path)), path).to.deep.equal({ status: 400, code: 'INVALID_DATA' });
    }
    const opening = await service.call('POST', '?user_id=a&user_id=b', { user_id: 'c' });
    expect(faultOf(opening)).to.deep.equal({ status: 400, code: 'INVALID_DATA' });
  });

  it('may have parameters that nobody knows, as odd as they like', async () => {
    const id = await service.open();
    for (const query of ['?x=1&y=%', '?filter=1&paging=2', '?__proto__=1&constructor=2', '?&&=&', '?data=1', '?skip']) {
      expect((await service.call('GET', query)).status, query).to.equal(200);
      expect((await service.call('GET', `/${id}${query}`)).status, query).to.equal(200);
    }
  });

  it('is bounded: over 16 KiB it is 414, with more than 1,000 parameters it is refused', async () => {
    const connection = await RawConnection.open(service.server.port);
    const text = await connection.exchange(`GET /v1/sessions?x=${'y'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(text).to.match(/^HTTP\/1\.1 414 /);
    expect(connection.lastBody).to.include({ code: 'INVALID_DATA', status: 414 });
    const many = await service.call('GET', `?${'a&'.repeat(1500)}`);
    expect(faultOf(many)).to.deep.equal({ status: 400, code: 'INVALID_DATA' });
    const wide = await service.call('GET', `?x=${'y'.repeat(15_000)}`);
    expect(wide.status).to.equal(200);
  });
});

describe('The body of a REST request', () => {
  const service = restService();

  it('of PUT and PATCH is the value itself, whatever JSON it is', async () => {
    for (const value of [{ a: [1] }, [], 'text', '', 0, -0.5, true, false, null]) {
      const id = await service.open();
      const json = JSON.stringify(value);
      expect((await service.call('PUT', `/${id}/data`, json)).body, json).to.deep.include({ data: value });
      expect((await service.call('PUT', `/${id}/user`, json)).body, json).to.deep.include({ user: value, data: value });
    }
    const id = await service.open({ data: { a: 1, b: 2 } });
    const patched = await service.call('PATCH', `/${id}/data`, { b: null, c: 3 });
    expect(patched.body).to.deep.include({ data: { a: 1, c: 3 } });
  });

  it('of a patch may call itself a merge patch or JSON, and nothing else', async () => {
    const id = await service.open({ data: {} });
    const patch = (type: string) => service.call('PATCH', `/${id}/data`, '{"a":1}', { 'content-type': type });
    for (const type of [
      'application/merge-patch+json',
      'application/json; charset=utf-8',
      'Application/Merge-Patch+JSON',
    ]) {
      expect((await patch(type)).status, type).to.equal(200);
    }
    for (const type of ['application/json-patch+json', 'application/vnd.api+json', 'text/plain', 'application/xml']) {
      const reply = await patch(type);
      expect(faultOf(reply), type).to.deep.equal({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(reply.headers['accept-patch']).to.equal('application/merge-patch+json, application/json');
    }
  });

  it('of other types, or compressed, is refused', async () => {
    const id = await service.open();
    for (const [method, path] of [
      ['POST', ''],
      ['PUT', `/${id}/data`],
      ['PUT', `/${id}/user`],
      ['POST', `/${id}/validate`],
      ['POST', '/close'],
    ] as const) {
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json; charset=latin1' },
        { 'content-encoding': 'gzip' },
      ]) {
        const reply = await service.call(method, path, '{}', headers as Record<string, string>);
        expect(faultOf(reply), `${method} ${path}`).to.deep.equal({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      }
    }
  });

  it('that is no JSON, or no object where there have to be arguments, is refused', async () => {
    const id = await service.open();
    const broken = ['{', '{"a":1}}', "{'a':1}", 'undefined', Buffer.from([34, 255, 34]), '\ufeff{}', 'NaN'];
    for (const body of broken) {
      for (const [method, path] of [
        ['PUT', `/${id}/data`],
        ['PATCH', `/${id}/data`],
        ['PUT', `/${id}/user`],
        ['POST', ''],
        ['POST', '/close'],
      ] as const) {
        expect(faultOf(await service.call(method, path, body)), `${path} ${body}`).to.deep.equal(invalid('body'));
      }
    }
    for (const body of ['[]', '5', '"text"', 'true', 'null']) {
      for (const path of ['', `/${id}/validate`, `/${id}/close`, '/close', '/close-expired-sessions']) {
        expect(faultOf(await service.call('POST', path, body)), `${path} ${body}`).to.deep.equal(invalid('body'));
      }
    }
    expect((await service.call('GET', `/${id}`)).body).to.include({ active: true, version: 0 });
  });

  it('that is missing is a missing value, or no arguments', async () => {
    const id = await service.open();
    for (const [method, path, field] of [
      ['PUT', '/data', 'data'],
      ['PATCH', '/data', 'data'],
      ['PUT', '/user', 'user'],
    ] as const) {
      expect(faultOf(await service.call(method, `/${id}${path}`)), path).to.deep.equal(invalid(field));
      expect(faultOf(await service.call(method, `/${id}${path}`, '', { 'content-type': 'text/plain' }))).to.deep.equal(
        invalid(field),
      );
    }
    expect(faultOf(await service.call('POST', ''))).to.deep.equal(invalid('user_id'));
    expect(faultOf(await service.call('POST', '/close'))).to.deep.equal(invalid('filter.user_id'));
    expect((await service.call('POST', `/${id}/validate`)).status).to.equal(200);
    expect((await service.call('POST', `/${id}/close`)).status).to.equal(200);
  });

  it('names no other session than its address', async () => {
    const [id, other] = [await service.open(), await service.open()];
    expect((await service.call('POST', `/${id}/close`, { session_id: other })).body).to.include({ id });
    expect((await service.call('GET', `/${other}`)).body).to.include({ active: true });
  });

  it('over the limit is 413, and one that nobody reads does no harm', async () => {
    const id = await service.open();
    const huge = JSON.stringify('x'.repeat(300_000));
    const reply = await service.call('PUT', `/${id}/data`, huge);
    expect(faultOf(reply)).to.deep.equal({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect((await service.call('GET', `/${id}`, 'no JSON', { 'content-type': 'text/plain' })).status).to.equal(200);
    expect((await service.call('DELETE', `/${id}`, huge)).status).to.equal(200);
  });
});
